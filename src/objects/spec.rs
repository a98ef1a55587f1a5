//! The spec of a PodNetworking in a request. Stored PodNetworkings are read for fewer fields.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::objects::crd::{ALLOCATION_TYPE, RELEASE_AFTER, RELEASE_STRATEGY, SECURITY_GROUP_IDS, VSWITCH_OPTIONS};

/// The spec, without the selectors.
#[derive(Debug, Default)]
pub struct Spec<'a> {
    /// The whole spec, if it is an object.
    pub json: Option<Json<'a>>,
    /// `spec.allocationType.type`.
    pub allocation_type: Option<String>,
    /// `spec.allocationType.releaseStrategy`.
    pub release_strategy: Option<String>,
    /// `spec.allocationType.releaseAfter`.
    pub release_after: Option<String>,
    /// `spec.securityGroupIDs`.
    pub security_groups: Vec<String>,
    /// `spec.vSwitchOptions`.
    pub vswitches: Vec<String>,
}

impl<'a> Spec<'a> {
    /// Reads the spec of an object.
    #[must_use]
    pub fn read(object: Json<'a>, faults: &mut Faults) -> Self {
        // A spec that is not an object was reported with the selectors.
        let [spec] = object.fields(["spec"], &Path::Root, &mut Faults::default());
        let Some(spec) = spec.filter(|spec| spec.kind() == Kind::Object) else { return Self::default() };
        let path = Path::Written("spec");
        let [allocation, groups, vswitches] =
            spec.fields([ALLOCATION_TYPE, SECURITY_GROUP_IDS, VSWITCH_OPTIONS], &path, faults);
        let allocation_path = path.field(ALLOCATION_TYPE);
        let [kind, strategy, after] = allocation
            .map_or([None; 3], |json| json.fields(["type", RELEASE_STRATEGY, RELEASE_AFTER], &allocation_path, faults));
        let mut text =
            |json: Option<Json<'a>>, name| Some(json?.string(&allocation_path.field(name), faults)?.into_owned());
        Self {
            json: Some(spec),
            allocation_type: text(kind, "type"),
            release_strategy: text(strategy, RELEASE_STRATEGY),
            release_after: text(after, RELEASE_AFTER),
            security_groups: strings(groups, &path.field(SECURITY_GROUP_IDS), faults),
            vswitches: strings(vswitches, &path.field(VSWITCH_OPTIONS), faults),
        }
    }
}

fn strings(json: Option<Json<'_>>, path: &Path<'_>, faults: &mut Faults) -> Vec<String> {
    let list = json.map(|json| json.list(path, faults)).unwrap_or_default();
    let string = |(index, json): (usize, Json<'_>)| Some(json.string(&path.index(index), faults)?.into_owned());
    list.into_iter().enumerate().filter_map(string).collect()
}
