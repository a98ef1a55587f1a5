//! What a user should know of the input although it does not change the exit status.

use podnetworking_check::elsewhere;
use podnetworking_check::note::Note;
use podnetworking_check::object::Object;
use podnetworking_manifests::Skipped;
use serde::Serialize;

/// One notification.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// What it is about, as a public name.
    pub kind: &'static str,
    /// The file; none if it is about several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in that file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The message, one line.
    pub message: String,
}

impl Notice {
    /// What was passed over; none if nobody expects it to be checked.
    pub fn of_skipped(skipped: Skipped) -> Option<Self> {
        let file = Some(skipped.file).filter(|file| !file.is_empty());
        let notice = Self { kind: skipped.what.id(), file, line: skipped.line, column: None, message: skipped.reason };
        (!skipped.expected).then_some(notice)
    }

    /// The objects whose pod templates are not found; none if there are none.
    pub fn of_templates_elsewhere(objects: &[Object]) -> Option<Self> {
        let message = elsewhere::sentence(&elsewhere::kinds(objects))?;
        Some(Self { kind: "templates-elsewhere", file: None, line: None, column: None, message })
    }
}

impl From<Note> for Notice {
    fn from(note: Note) -> Self {
        let location = note.position.location;
        Self {
            kind: "annotation",
            file: Some(note.position.file().to_owned()),
            line: Some(location.line),
            column: Some(location.column),
            message: note.message,
        }
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in
            [self.file.clone(), self.line.map(|line| line.to_string()), self.column.map(|column| column.to_string())]
                .into_iter()
                .flatten()
        {
            write!(out, "{part}:")?;
        }
        let space = if self.file.is_some() { " " } else { "" };
        write!(out, "{space}{}", self.message)
    }
}
