//! The floor, the least that a policy could do: it makes the host calls in its settings, parses the answers and the request
//! with serde's `IgnoredAny`, and accepts.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use wapc_guest::{CallResult, host_call, register_function};

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    settings: Settings<'a>,
    #[serde(rename = "request")]
    _request: IgnoredAny,
}

#[derive(Deserialize)]
struct Settings<'a> {
    #[serde(borrow)]
    calls: Vec<(&'a str, &'a RawValue)>,
}

/// The host calls it once, after it has made an instance.
#[unsafe(no_mangle)]
pub extern "C" fn wapc_init() {
    register_function("validate", validate);
}

fn validate(payload: &[u8]) -> CallResult {
    let payload: Payload<'_> = serde_json::from_slice(payload)?;
    for (operation, request) in payload.settings.calls {
        let answer = host_call("kubewarden", "kubernetes", operation, request.get().as_bytes())?;
        // JSON must be UTF-8, which `IgnoredAny` does not check.
        serde_json::from_str::<IgnoredAny>(std::str::from_utf8(&answer)?)?;
    }
    Ok(br#"{"accepted":true}"#.to_vec())
}
