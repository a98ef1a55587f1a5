//! What is thrown: an `Error` that tells every fault, each by its path.

use js_sys::{Array, Error, Object, Reflect};
use podnetworking_policy::text::problem::Problem;
use wasm_bindgen::{JsCast, JsValue};

/// The name of the errors.
const NAME: &str = "PolicyError";

/// One thing that keeps a question from being answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault {
    /// The argument, or the part of it: `settings.rules.overlap`. Of a manifest, its name.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do, where that is not in the message.
    pub help: String,
    /// The line and the column of a manifest.
    pub place: Option<(usize, usize)>,
}

/// Why a question cannot be answered.
#[derive(Debug)]
pub(crate) struct Failure {
    /// All faults.
    pub faults: Vec<Fault>,
    /// What could be answered nevertheless.
    pub result: Option<JsValue>,
}

impl Failure {
    /// One fault, at the path.
    pub(crate) fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        let fault = Fault { path: path.into(), message: message.into(), ..Fault::default() };
        Self { faults: vec![fault], result: None }
    }
}

impl Fault {
    /// A fault of the settings, whose paths are told within them.
    pub(crate) fn of_settings(fault: Problem) -> Self {
        let Problem { path, message, help, .. } = fault;
        let path = if path.is_empty() { "settings".to_owned() } else { format!("settings.{path}") };
        Self { path, message, help, place: None }
    }

    /// A fault of the settings as a whole.
    pub(crate) fn into_settings(self) -> Problem {
        Problem {
            path: String::new(),
            message: format!("the settings cannot be read: {}", self.message),
            help: "write them as a map, in YAML or JSON".to_owned(),
            ..Problem::default()
        }
    }

    /// `manifest.yaml:3:1: what is wrong`; a message of the core names the path itself.
    fn line(&self) -> String {
        let Self { path, message, help, place } = self;
        let place = place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let help = if help.is_empty() { String::new() } else { format!("; {help}") };
        format!("{path}{place}: {message}{help}")
    }

    pub(crate) fn to_value(&self) -> Object {
        let value = Object::new();
        set(&value, "path", &self.path.as_str().into());
        set(&value, "message", &self.message.as_str().into());
        if !self.help.is_empty() {
            set(&value, "help", &self.help.as_str().into());
        }
        if let Some((line, column)) = self.place {
            set(&value, "line", &to_number(line));
            set(&value, "column", &to_number(column));
        }
        value
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let lines: Vec<String> = failure.faults.iter().map(Fault::line).collect();
        let error = Error::new(&lines.join("\n"));
        error.set_name(NAME);
        if let Some(first) = failure.faults.first() {
            set(&error, "path", &first.path.as_str().into());
            if let Some((line, column)) = first.place {
                set(&error, "line", &to_number(line));
                set(&error, "column", &to_number(column));
            }
        }
        set(&error, "faults", &failure.faults.iter().map(Fault::to_value).collect::<Array>());
        if let Some(result) = &failure.result {
            set(&error, "result", result);
        }
        error.into()
    }
}

/// Sets a property of an object that was just made.
pub(crate) fn set(object: &impl AsRef<JsValue>, key: &str, value: &JsValue) {
    // It fails on a frozen object alone, which this is not.
    let _ = Reflect::set(object.as_ref(), &key.into(), value);
}

/// Lines and columns are far below 2^32.
fn to_number(number: usize) -> JsValue {
    u32::try_from(number).unwrap_or(u32::MAX).into()
}

/// The message of what JavaScript threw.
pub(crate) fn message(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{thrown:?}"),
    }
}
