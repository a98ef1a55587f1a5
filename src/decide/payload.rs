//! Decides a payload, as hosts send it.

use crate::answer::decision::{Decision, MALFORMED_OBJECT};
use crate::decide::denial::{denial, invalid_settings, sort, undecidable};
use crate::decide::request::decide;
use crate::decide::settings::read_settings;
use crate::facts::cluster::Cluster;
use crate::facts::inline::Inline;
use crate::json::value::Json;
use crate::request::{Payload, Request};
use crate::settings::values::Settings;
use crate::text::problem::Problem;

/// Decides a payload, `{"settings", "request", "context"?}`. Facts that the payload does not have come from `host`.
#[must_use]
pub fn decide_payload<C: Cluster>(payload: &[u8], host: impl FnOnce(&Settings) -> C) -> Decision {
    let payload = match Payload::parse(payload) {
        Ok(payload) => payload,
        Err(message) => return undecidable("", &message, "send an object with `request` and `settings`"),
    };
    let settings = match payload.settings.map_or_else(|| Ok(Settings::default()), read_settings) {
        Ok(settings) => settings,
        Err(problems) => return invalid_settings(problems),
    };
    let Some(json) = payload.request else {
        return undecidable("request", "the payload has no `request`", "add an admission request as `request`");
    };
    decide_request(json, &settings, &Inline::new(&payload, host(&settings)))
}

/// Decides an `AdmissionRequest` as it is written. One that cannot be read is denied.
#[must_use]
#[inline(always)]
pub fn decide_request(json: Json<'_>, settings: &Settings, cluster: &dyn Cluster) -> Decision {
    match Request::read(json) {
        Ok(request) => decide(&request, settings, cluster),
        Err(faults) => {
            let value = |problem: Problem| Problem { value: problem.message.clone(), ..problem };
            let problems = faults.into_vec().into_iter().map(|fault| value(fault.problem));
            let mut decision = denial(MALFORMED_OBJECT, problems);
            sort(&mut decision.findings);
            decision
        }
    }
}
