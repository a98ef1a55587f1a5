//! Cluster data by the host calls of Kubewarden.

use std::borrow::Cow;

use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::json::writer::string;

use crate::host_call::{host_call, text};

/// The list call for PodNetworkings, with the fields that the policy reads. The set is constant, because Kubewarden keeps a
/// cache for each set. The masks do not nest, because Kubewarden would drop the shorter of two nested masks.
const POD_NETWORKINGS: &str = concat!(
    r#"{"api_version":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","#,
    r#""label_selector":null,"field_selector":null,"field_masks":["#,
    r#""spec.allocationType.type","spec.eniOptions.eniType","spec.selector","spec.securityGroupIDs","spec.vSwitchOptions","#,
    r#""status.status","status.vSwitches"]}"#
);

/// The list call for namespaces. The policy reads only `metadata`, which every mask keeps.
const NAMESPACES: &str = concat!(
    r#"{"api_version":"v1","kind":"Namespace","label_selector":null,"field_selector":null,"#,
    r#""field_masks":["metadata.name"]}"#
);

/// Kubewarden's policy server, called through waPC.
#[derive(Debug)]
pub(crate) struct Host {
    /// The user whose permissions are checked before each call.
    preflight_user: Option<String>,
}

impl Host {
    pub(crate) fn new(preflight_user: Option<String>) -> Self {
        Self { preflight_user }
    }

    /// Checks that the user has the permission. Without it, a list call to Kubewarden never returns.
    fn preflight(&self, verb: &str, group: &str, resource: &str) -> Result<(), Unavailable> {
        let Some(user) = &self.preflight_user else { return Ok(()) };
        // Group, resource and verb are constants with no characters to escape.
        let request = [
            r#"{"subject_access_review":{"groups":"#,
            &groups(user),
            r#","resource_attributes":{"group":""#,
            group,
            r#"","name":null,"namespace":null,"resource":""#,
            resource,
            r#"","subresource":null,"verb":""#,
            verb,
            r#"","version":null},"user":"#,
            &string(user),
            r#"},"disable_cache":false}"#,
        ]
        .concat();
        let answer = call("can_i", request.as_bytes())?;
        // If `allowed` is there twice, neither value counts.
        let mut faults = Faults::default();
        let [allowed] = Json::parse(&answer).map_or([None], |json| json.fields(["allowed"], &Path::Root, &mut faults));
        match allowed.filter(|_| faults.is_empty()).map(Json::text) {
            Some("true") => Ok(()),
            Some("false") => Err(Unavailable(format!("user `{user}` does not have permission to {verb} `{resource}`"))),
            _ => Err(Unavailable(format!(
                "unexpected answer from the policy server: SubjectAccessReview for `{user}` ({verb} `{resource}`) has no \
                     `allowed`"
            ))),
        }
    }
}

/// The groups of a service account, as JSON. A SubjectAccessReview counts the permissions of groups only if it lists them.
/// The groups of other users are known only to the cluster.
fn groups(user: &str) -> Cow<'static, str> {
    let account = user.strip_prefix("system:serviceaccount:").and_then(|account| account.split_once(':'));
    let Some((namespace, _)) = account else { return Cow::Borrowed("null") };
    let of_namespace = string(&["system:serviceaccounts:", namespace].concat());
    Cow::Owned([r#"["system:authenticated","system:serviceaccounts","#, &of_namespace, "]"].concat())
}

/// Makes a host call. The answer must be UTF-8.
fn call(operation: &str, request: &[u8]) -> Result<String, Unavailable> {
    let bytes = host_call(operation, request).map_err(|error| {
        let error = String::from_utf8_lossy(&error);
        // The backtrace follows after the first empty line.
        let reason: Vec<&str> = error.lines().take_while(|line| !line.is_empty()).collect();
        // The help of the finding cannot name this permission, because only this host needs it.
        let needs = if operation == "can_i" {
            " (its service account may need `create` on `subjectaccessreviews`)"
        } else {
            ""
        };
        Unavailable(format!(
            "the policy server returned an error for `kubernetes/{operation}`{needs}: {}",
            reason.join(" ")
        ))
    })?;
    text(bytes).map_err(|error| {
        Unavailable(format!("the answer of the policy server to `kubernetes/{operation}` is not UTF-8: {error}"))
    })
}

impl Cluster for Host {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        self.preflight("list", "network.alibabacloud.com", "podnetworkings")?;
        call("list_resources_all", POD_NETWORKINGS.as_bytes()).map(Cow::Owned)
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        self.preflight("get", "", "namespaces")?;
        let request = [
            r#"{"api_version":"v1","kind":"Namespace","name":"#,
            &string(name),
            r#","namespace":null,"disable_cache":false,"field_masks":["metadata.name"]}"#,
        ]
        .concat();
        call("get_resource", request.as_bytes()).map(|text| Some(Cow::Owned(text)))
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        self.preflight("list", "", "namespaces")?;
        call("list_resources_all", NAMESPACES.as_bytes()).map(Cow::Owned)
    }
}
