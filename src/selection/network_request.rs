//! The annotation `k8s.aliyun.com/pod-networks-request`: several interfaces for one pod. Each names a PodNetworking
//! without selectors.

use crate::answer::finding::{Finding, Related};
use crate::collections::text_map::{TextMap, TextSet};
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::json::go_keys::{MisreadKey, misread_key};
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::objects::crd::{SELECTOR_PATH, STATUS_PATH};
use crate::objects::pod::Pod;
use crate::objects::podnetworking::PodNetworking;
use crate::selection::readiness;
use crate::selection::zones::Zones;
use crate::settings::values::Settings;
use crate::text::ip_address;
use crate::text::problem::Problem;
use crate::text::quote::{MAX_NAMES, quote};
use crate::well_known::{POD_NETWORKING, POD_NETWORKS_REQUEST};

/// The interface of an element without `interfaceName`.
const DEFAULT_INTERFACE: &str = "eth0";
/// The longest interface name, in bytes.
const INTERFACE_MAX: usize = 5;

/// What a pod requests.
#[derive(Clone, Debug, Default)]
pub struct NetworkRequest {
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// The zones that all requested PodNetworkings have in common; nothing if one of them does not exist.
    pub zones: Option<Zones>,
}

impl NetworkRequest {
    /// Whether nothing is wrong with it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.findings.is_empty()
    }

    fn problem(&mut self, value: impl Into<String>, message: String, help: &str) {
        self.findings
            .push(Problem { value: value.into(), message, help: help.to_owned(), ..Problem::default() }.into());
    }
}

/// One element of the annotation.
#[derive(Clone, Debug, Default)]
struct Element {
    interface: String,
    network: String,
    default_route: bool,
}

/// What matters of a requested PodNetworking.
struct Network {
    has_selector: bool,
    is_broken: bool,
    not_ready: Option<String>,
    eni_type: String,
    zones: Zones,
}

/// Reads the annotation and looks up the PodNetworkings that it names; `None` if the pod requests nothing.
///
/// # Errors
/// [`MissingFact`], where the host cannot provide the PodNetworkings.
pub fn read(pod: &Pod<'_>, settings: &Settings, facts: &Facts<'_>) -> Result<Option<NetworkRequest>, MissingFact> {
    let Some(text) = pod.annotations.get(POD_NETWORKS_REQUEST) else {
        return Ok(None);
    };
    let mut request = NetworkRequest::default();
    let Some(elements) = parse(text, &mut request) else {
        return Ok(None);
    };
    if !settings.platform.supports_network_requests() {
        // A request that is not supported has no effect, and no zones.
        return Ok(Some(request));
    }
    if let Some(named) = pod.annotations.get(POD_NETWORKING) {
        request.problem(
            format!("{POD_NETWORKING}={named}"),
            format!("the network request cannot be used together with `{POD_NETWORKING}` ({})", quote(named)),
            "remove one of the two annotations",
        );
    }
    if elements.is_empty() {
        return Ok(Some(request));
    }
    check_interfaces(&elements, &mut request);
    let networks = look_up(&elements, settings, facts)?;
    check_networks(&elements, &networks, &mut request);
    request.zones = common_zones(&elements, &networks);
    if let Some(zones) = &request.zones
        && zones.known.is_empty()
        && zones.unknown.is_empty()
        && networks.values().any(|network| !network.zones.known.is_empty())
    {
        // A PodNetworking without vSwitches restricts nothing.
        let restricting = || networks.iter().filter(|(_, network)| !network.zones.known.is_empty());
        let each: Vec<String> = restricting()
            .take(MAX_NAMES)
            .map(|(name, network)| format!("{} has {}", quote(name), crate::text::quote::list(&network.zones.known)))
            .collect();
        let more = restricting().count() - each.len();
        request.problem(
            elements.iter().map(|element| element.network.as_str()).collect::<Vec<_>>().join(","),
            format!("the requested PodNetworkings have no zone in common: {}", crate::text::quote::join(&each, more)),
            "request PodNetworkings that have vSwitches in a common zone",
        );
    }
    Ok(Some(request))
}

/// The elements; `None` if the annotation requests nothing (an empty list).
fn parse(text: &str, request: &mut NetworkRequest) -> Option<Vec<Element>> {
    let form = "write a JSON list of objects such as `[{\"interfaceName\":\"eth0\",\"network\":\"name\"}]`";
    let json = match Json::parse(text) {
        Ok(json) if json.kind() == Kind::Null => return None,
        Ok(json) if json.kind() == Kind::List => json,
        Ok(json) => {
            request.problem(text, format!("the network request must be a list, but is {}", json.kind().noun()), form);
            return Some(Vec::new());
        }
        Err(error) => {
            request.problem(text, format!("the network request is not valid JSON: {error}"), form);
            return Some(Vec::new());
        }
    };
    let mut faults = Faults::default();
    let list = json.list(&Path::Root, &mut faults);
    if list.is_empty() && faults.is_empty() {
        return None;
    }
    let mut elements = Vec::new();
    for (index, json) in list.into_iter().enumerate() {
        let path = Path::Root.index(index);
        let keys = ["interfaceName", "network", "defaultRoute", "routes"];
        let [interface, network, default_route, routes] = json.fields(keys, &path, &mut faults);
        let mut element = Element::default();
        if let Some(json) = interface {
            element.interface = json.string(&path.field("interfaceName"), &mut faults).unwrap_or_default().into_owned();
        }
        if element.interface.is_empty() {
            element.interface = DEFAULT_INTERFACE.to_owned();
        }
        if let Some(json) = network {
            element.network = json.string(&path.field("network"), &mut faults).unwrap_or_default().into_owned();
        }
        if let Some(json) = default_route {
            element.default_route = json.boolean(&path.field("defaultRoute"), &mut faults).unwrap_or(false);
        }
        if let Some(json) = routes {
            check_routes(json, &path.field("routes"), request, &mut faults);
        }
        elements.push(element);
    }
    if faults.is_empty() {
        check_keys(json, request);
    }
    for fault in faults.into_vec() {
        request.problem(fault.problem.value, format!("in the network request, {}", fault.problem.message), form);
    }
    Some(elements)
}

/// Reports a key that the platform, which is written in Go, reads otherwise than its text says.
fn check_keys(json: Json<'_>, request: &mut NetworkRequest) {
    let (value, message, help) = match misread_key(json, &["interfaceName", "network", "defaultRoute", "routes", "dst"])
    {
        None => return,
        Some(MisreadKey::OtherCase { written, known }) => {
            let (written, known) = (quote(&written).to_string(), quote(&known).to_string());
            let message = format!("in the network request, the key {written} is also read as {known}, in any case");
            (written, message, format!("write {known}, once in each object"))
        }
        Some(MisreadKey::Repeated(key)) => {
            let message = format!("in the network request, the key {} is set twice", quote(&key));
            (key, message, "set each key once".to_owned())
        }
        Some(MisreadKey::TooDeep) => {
            let message = "the network request is nested too deeply".to_owned();
            ("depth".to_owned(), message, "write a list of objects".to_owned())
        }
    };
    request.problem(value, message, &help);
}

fn check_routes(json: Json<'_>, path: &Path<'_>, request: &mut NetworkRequest, faults: &mut Faults) {
    for (index, route) in json.list(path, faults).into_iter().enumerate() {
        let path = path.index(index);
        let [dst] = route.fields(["dst"], &path, faults);
        let dst = dst.and_then(|json| json.string(&path.field("dst"), faults)).unwrap_or_default();
        if !is_cidr(&dst) {
            request.problem(
                dst.clone(),
                format!("the route destination {} is not an address range", quote(&dst)),
                "write an address and a prefix length, for example `10.0.0.0/8`",
            );
        }
    }
}

/// Whether the text is an address and a prefix length.
fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let Some(most) = ip_address::bits(address) else { return false };
    length.bytes().all(|byte| byte.is_ascii_digit()) && length.parse::<u8>().is_ok_and(|length| length <= most)
}

fn check_interfaces(elements: &[Element], request: &mut NetworkRequest) {
    let mut names = TextSet::default();
    for element in elements {
        let name = element.interface.as_str();
        let is_new = names.insert(name);
        if is_new && name.len() > INTERFACE_MAX {
            request.problem(
                name,
                format!("the interface name {} has {} characters", quote(name), name.len()),
                "use at most 5 characters",
            );
        }
        if !is_new {
            request.problem(
                name,
                format!("the interface {} is requested twice", quote(name)),
                "give each entry of the network request its own `interfaceName`",
            );
        }
    }
    let defaults: Vec<&str> =
        elements.iter().filter(|element| element.default_route).map(|element| element.interface.as_str()).collect();
    if defaults.len() > 1 {
        request.problem(
            defaults.join(","),
            format!("more than one interface has a default route: {}", crate::text::quote::list(&defaults)),
            "set `defaultRoute` on only one interface",
        );
    }
}

/// The requested PodNetworkings that exist, by name.
fn look_up(
    elements: &[Element],
    settings: &Settings,
    facts: &Facts<'_>,
) -> Result<TextMap<'static, Network>, MissingFact> {
    let wanted: TextSet<'_> = elements.iter().map(|element| element.network.as_str()).collect();
    let mut found: Vec<PodNetworking<'_>> = Vec::new();
    facts.pod_networkings(Search::Named(&wanted), &mut |podnetworking| {
        if wanted.contains(podnetworking.name()) {
            found.push(podnetworking);
        }
    })?;
    let mut networks = TextMap::default();
    let zones = Zones::of_all(&found, settings, facts)?;
    for (podnetworking, zones) in found.into_iter().zip(zones) {
        let mut faults = Faults::default();
        let selectors = podnetworking.check(&mut faults);
        let eni_type = podnetworking.eni_type(&mut faults).unwrap_or_default().into_owned();
        let network = Network {
            has_selector: selectors.as_ref().is_some_and(|selectors| !selectors.are_both_absent()),
            is_broken: selectors.is_none(),
            not_ready: readiness::not_ready(&podnetworking, settings, facts),
            eni_type: if eni_type.is_empty() { "Default".to_owned() } else { eni_type },
            zones,
        };
        networks.insert(podnetworking.name().to_owned(), network);
    }
    Ok(networks)
}

fn check_networks(elements: &[Element], networks: &TextMap<'_, Network>, request: &mut NetworkRequest) {
    let names: TextSet<'_> = elements.iter().map(|element| element.network.as_str()).collect();
    for name in names.iter() {
        let mut problem = |message: String, path: &str, help: &str| {
            let problem =
                Problem { value: format!("{name} {path}"), message, help: help.to_owned(), ..Problem::default() };
            request.findings.push(Finding::from(problem).with_related(vec![Related::podnetworking(name, path)]));
        };
        let requests = format!("the network request names PodNetworking {}", quote(name));
        match networks.get(name) {
            None if name.is_empty() => {
                request.problem(
                    "network",
                    "an entry of the network request has no `network`".to_owned(),
                    "add `network` with the name of a PodNetworking",
                );
            }
            None => {
                request.problem(
                    name,
                    format!("{requests}, which does not exist"),
                    "create this PodNetworking first, or request another one",
                );
            }
            Some(network) => {
                if network.is_broken {
                    problem(
                        format!("{requests}, which has a malformed field or selector"),
                        "spec",
                        "fix this PodNetworking first",
                    );
                }
                if network.has_selector {
                    problem(
                        format!("{requests}, which selects pods by labels"),
                        SELECTOR_PATH,
                        "request only PodNetworkings without selectors",
                    );
                }
                if let Some(status) = &network.not_ready {
                    problem(
                        format!("{requests}, which is not ready ({status})"),
                        STATUS_PATH,
                        "wait until the status of this PodNetworking is `Ready`",
                    );
                }
            }
        }
    }
    let types: TextSet<'_> = networks.values().map(|network| network.eni_type.as_str()).collect();
    if types.len() > 1 {
        let each: Vec<String> = networks
            .iter()
            .take(MAX_NAMES)
            .map(|(name, network)| format!("{} has {}", quote(name), quote(&network.eni_type)))
            .collect();
        let more = networks.len() - each.len();
        request.problem(
            types.iter().collect::<Vec<_>>().join(","),
            format!(
                "the requested PodNetworkings differ in `eniOptions.eniType`: {}",
                crate::text::quote::join(&each, more)
            ),
            "request PodNetworkings with the same `eniType`",
        );
    }
}

/// The zones that all have in common. A PodNetworking without vSwitches does not restrict them.
fn common_zones(elements: &[Element], networks: &TextMap<'_, Network>) -> Option<Zones> {
    if elements.iter().any(|element| !networks.contains(&element.network)) {
        return None;
    }
    let mut common: Option<Vec<String>> = None;
    let mut unknown = Vec::new();
    for network in networks.values() {
        unknown.extend(network.zones.unknown.iter().cloned());
        if network.zones.known.is_empty() {
            continue;
        }
        common = Some(match common {
            None => network.zones.known.clone(),
            Some(zones) => zones.into_iter().filter(|zone| network.zones.known.binary_search(zone).is_ok()).collect(),
        });
    }
    Some(Zones { known: common.unwrap_or_default(), unknown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_ranges() {
        for good in ["10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "::/128"] {
            assert!(is_cidr(good), "{good}");
        }
        for bad in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/+8", "10.0.0.0/"] {
            assert!(!is_cidr(bad), "{bad}");
        }
    }
}
