//! Decides without any optimised search.

use podnetworking_policy::decide::request::decide_with;
use podnetworking_policy::facts::cache::Facts;
use podnetworking_policy::facts::inline::{Inline, NoHost};
use podnetworking_policy::request::{Payload, Request};
use podnetworking_policy::{Decision, Settings, read_settings};

/// The decision on a payload with inline facts, with every search widened to all objects; nothing where the payload, the
/// settings or the request cannot be read.
pub fn decide_exhaustively(payload: &str) -> Option<Decision> {
    let payload = Payload::parse(payload.as_bytes()).ok()?;
    let settings = payload.settings.map_or_else(|| Ok(Settings::default()), read_settings).ok()?;
    let request = Request::read(payload.request?).ok()?;
    let cluster = Inline::new(&payload, NoHost);
    Some(decide_with(&request, &settings, &Facts::exhaustive(&cluster)))
}
