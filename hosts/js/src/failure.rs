//! The thrown `Error`, with all problems, each with its path.

use js_sys::{Array, Error, Object};
use podnetworking_check::fault::Fault;
use podnetworking_policy::text::problem::Problem;
use wasm_bindgen::{JsCast, JsValue};

use crate::value::set;

/// The name of the errors.
const NAME: &str = "PolicyError";

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
        Fault::at(path, message).into()
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault], result: None }
    }
}

/// The settings as a whole cannot be read.
pub(crate) fn unread_settings(fault: Fault) -> Problem {
    Problem {
        path: String::new(),
        message: format!("the settings cannot be read: {}", fault.message),
        help: "write them as a map, in YAML or JSON".to_owned(),
        ..Problem::default()
    }
}

/// A problem as a JavaScript object.
pub(crate) fn to_value(fault: &Fault) -> Object {
    let value = Object::new();
    set(&value, "path", &fault.path.as_str().into());
    set(&value, "message", &fault.message.as_str().into());
    if !fault.help.is_empty() {
        set(&value, "help", &fault.help.as_str().into());
    }
    set_place(&value, fault);
    value
}

fn set_place(value: &impl AsRef<JsValue>, fault: &Fault) {
    if let Some(place) = fault.place {
        set(value, "line", &to_number(place.line));
        set(value, "column", &to_number(place.column));
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let lines: Vec<String> = failure.faults.iter().map(ToString::to_string).collect();
        let error = Error::new(&lines.join("\n"));
        error.set_name(NAME);
        if let Some(first) = failure.faults.first() {
            set(&error, "path", &first.path.as_str().into());
            set_place(&error, first);
        }
        set(&error, "faults", &failure.faults.iter().map(to_value).collect::<Array>());
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
