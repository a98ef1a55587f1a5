//! The thrown `Error`, with all problems, each with its path.

use js_sys::{Array, Error, Object};
use podnetworking_policy::text::problem::Problem;
use wasm_bindgen::{JsCast, JsValue};

use crate::value::set;

/// The name of the errors.
const NAME: &str = "PolicyError";

/// One problem with an argument.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault {
    /// The argument or a part of it, for example `settings.rules.overlap`. For a manifest, its name.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it; may be empty.
    pub help: String,
    /// Line and column in a manifest, from 1.
    pub position: Option<(usize, usize)>,
}

/// Why a function throws.
#[derive(Debug)]
pub(crate) struct Failure {
    /// All problems.
    pub faults: Vec<Fault>,
    /// The result for the arguments that can be read.
    pub result: Option<JsValue>,
}

impl Failure {
    /// One problem, at the path.
    pub(crate) fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        let fault = Fault { path: path.into(), message: message.into(), ..Fault::default() };
        Self { faults: vec![fault], result: None }
    }
}

impl Fault {
    /// A problem in the settings. The core gives the path within the settings.
    pub(crate) fn of_settings(fault: Problem) -> Self {
        let Problem { path, message, help, .. } = fault;
        let path = if path.is_empty() { "settings".to_owned() } else { format!("settings.{path}") };
        Self { path, message, help, position: None }
    }

    /// A problem with the settings as a whole.
    pub(crate) fn into_settings(self) -> Problem {
        Problem {
            path: String::new(),
            message: format!("the settings cannot be read: {}", self.message),
            help: "write them as a map, in YAML or JSON".to_owned(),
            ..Problem::default()
        }
    }

    /// The problem in one line, for example `manifest.yaml:3:1: message; help`.
    fn line(&self) -> String {
        let Self { path, message, help, position } = self;
        let position = position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let help = if help.is_empty() { String::new() } else { format!("; {help}") };
        format!("{path}{position}: {message}{help}")
    }

    pub(crate) fn to_value(&self) -> Object {
        let value = Object::new();
        set(&value, "path", &self.path.as_str().into());
        set(&value, "message", &self.message.as_str().into());
        if !self.help.is_empty() {
            set(&value, "help", &self.help.as_str().into());
        }
        if let Some((line, column)) = self.position {
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
            if let Some((line, column)) = first.position {
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

/// A line or column as a number, which is always far below 2^32.
fn to_number(number: usize) -> JsValue {
    u32::try_from(number).unwrap_or(u32::MAX).into()
}

/// The message of a thrown value.
pub(crate) fn message(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{thrown:?}"),
    }
}
