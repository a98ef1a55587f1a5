//! Sessions: host calls and their answers, in the file format of `kwctl`.

use std::{error, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    calls::{CALLBACK_FAILURE, NOT_PERMITTED},
    exchange::Exchange,
};

/// A session, as `kwctl run --record-host-capabilities-interactions` writes it and
/// `--replay-host-capabilities-interactions` reads it: the calls to its callback handler, in order.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Session {
    entries: Vec<Entry>,
}

/// One exchange. The request is YAML in a YAML string.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename = "Exchange", tag = "type")]
struct Entry {
    request: String,
    response: Response,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "type")]
enum Response {
    Success { payload: String },
    Error { message: String },
}

/// A session cannot be written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionError(String);

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write the session: {}", self.0)
    }
}

impl error::Error for SessionError {}

impl Session {
    /// The session of these exchanges. A call that Kubewarden denies before its callback handler is left out, as in `kwctl`.
    pub fn new<'a>(exchanges: impl IntoIterator<Item = &'a Exchange>) -> Result<Self, SessionError> {
        let mut entries = Vec::new();
        for exchange in exchanges {
            if exchange.binding == "kubewarden" && matches!(exchange.namespace.as_str(), "oci" | "net" | "crypto") {
                let call = format!("`{}/{}`", exchange.namespace, exchange.operation);
                return Err(SessionError(format!("{call} is not a call to `kubernetes`")));
            }
            let Ok(request) = exchange.request() else {
                continue;
            };
            let response = match &exchange.response {
                Ok(payload) => Response::Success {
                    payload: String::from_utf8(payload.clone())
                        .map_err(|fault| SessionError(format!("an answer is not UTF-8: {fault}")))?,
                },
                // Denied before the callback handler.
                Err(message) if message.starts_with(NOT_PERMITTED) => continue,
                Err(message) => Response::Error { message: cause(message) },
            };
            entries.push(Entry { request: yaml(&request)?, response });
        }
        Ok(Self { entries })
    }

    /// The text of the file.
    pub fn to_yaml(&self) -> Result<String, SessionError> {
        yaml(self)
    }

    /// The number of exchanges.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no exchange.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The message as `kwctl` records it: only the outermost error, without causes, backtrace and prefix. `kwctl` adds the
/// prefix when it replays.
fn cause(message: &str) -> String {
    let message = message.strip_prefix(CALLBACK_FAILURE).unwrap_or(message);
    let outermost = message.split_once("\n\n").map_or(message, |(outermost, _)| outermost);
    outermost.to_owned()
}

fn yaml(value: &impl Serialize) -> Result<String, SessionError> {
    serde_yaml::to_string(value).map_err(|fault| SessionError(fault.to_string()))
}
