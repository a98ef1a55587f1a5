//! Whether the platform uses a PodNetworking yet.

use crate::facts::cache::Facts;
use crate::json::fault::Faults;
use crate::objects::podnetworking::PodNetworking;
use crate::settings::values::Settings;
use crate::text::quote::quote;

/// The status of a PodNetworking whose vSwitches the platform has resolved.
const READY: &str = "Ready";

/// Why a PodNetworking is not ready, in a few words; `None` if it is, or if that is unknown. A manifest has no status yet,
/// and on ack-serverless no controller is known to write one.
#[must_use]
pub fn not_ready(podnetworking: &PodNetworking<'_>, settings: &Settings, facts: &Facts<'_>) -> Option<String> {
    match podnetworking.status(&mut Faults::default()) {
        Some(status) if status == READY => None,
        Some(status) if !status.is_empty() => Some(format!("status {}", quote(&status))),
        _ if !settings.platform.writes_status() || !facts.is_live() => None,
        _ => Some("no status yet".to_owned()),
    }
}
