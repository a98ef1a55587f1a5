//! The facts that a Kubewarden host lends, by its host calls.

use std::borrow::Cow;

use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::json::writer::string;

/// The fields that are read of a PodNetworking: one constant set, since the host keeps a cache for each, and disjoint,
/// since of nested masks the host would lose one.
const POD_NETWORKINGS: &str = concat!(
    r#"{"api_version":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","#,
    r#""label_selector":null,"field_selector":null,"field_masks":["#,
    r#""spec.allocationType.type","spec.eniOptions.eniType","spec.selector","spec.vSwitchOptions","#,
    r#""status.status","status.vSwitches"]}"#
);

/// Of a namespace only `metadata` is read, which every mask keeps.
const NAMESPACES: &str = concat!(
    r#"{"api_version":"v1","kind":"Namespace","label_selector":null,"field_selector":null,"#,
    r#""field_masks":["metadata.name"]}"#
);

/// The host, asked through waPC.
#[derive(Debug)]
pub(crate) struct Host {
    /// The user whose grants are asked for first.
    preflight_user: Option<String>,
}

impl Host {
    pub(crate) fn new(preflight_user: Option<String>) -> Self {
        Self { preflight_user }
    }

    /// Asks whether the host's user has the grant: under Kubewarden a list without it never returns.
    fn preflight(&self, verb: &str, group: &str, resource: &str) -> Result<(), Unavailable> {
        let Some(user) = &self.preflight_user else { return Ok(()) };
        // Group, resource and verb are words of ours, with nothing in them to escape.
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
        // Of two that disagree neither counts.
        let mut faults = Faults::default();
        let [allowed] = Json::parse(&answer).map_or([None], |json| json.fields(["allowed"], &Path::Root, &mut faults));
        match allowed.filter(|_| faults.is_empty()).map(Json::text) {
            Some("true") => Ok(()),
            Some("false") => Err(Unavailable(format!("the user `{user}` may not {verb} `{resource}`"))),
            _ => {
                Err(Unavailable(format!("the host's answer whether `{user}` may {verb} `{resource}` has no `allowed`")))
            }
        }
    }
}

/// The groups that Kubernetes gives to a service account with its token, as JSON: a review counts what is granted to
/// groups only if it names them. Nobody but the cluster knows the groups of other users.
fn groups(user: &str) -> Cow<'static, str> {
    let account = user.strip_prefix("system:serviceaccount:").and_then(|account| account.split_once(':'));
    let Some((namespace, _)) = account else { return Cow::Borrowed("null") };
    let of_namespace = string(&["system:serviceaccounts:", namespace].concat());
    Cow::Owned([r#"["system:authenticated","system:serviceaccounts","#, &of_namespace, "]"].concat())
}

/// One host call whose answer must be text.
fn call(operation: &str, request: &[u8]) -> Result<String, Unavailable> {
    let answer = wapc_guest::host_call("kubewarden", "kubernetes", operation, request);
    let bytes = answer.map_err(|error| {
        let text = error.to_string();
        // After the first empty line comes the host's backtrace.
        let reason: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
        // What is missing is one grant more than the help of the finding can know of.
        let needs = if operation == "can_i" { " (it may need `create` on `subjectaccessreviews`)" } else { "" };
        Unavailable(format!("the host answered `kubernetes/{operation}`{needs} with: {}", reason.join(" ")))
    })?;
    String::from_utf8(bytes)
        .map_err(|error| Unavailable(format!("the host's answer to `kubernetes/{operation}` is not UTF-8: {error}")))
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
