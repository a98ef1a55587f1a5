//! Label selectors, whether they meet, and what keeps them apart.

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::objects::read::selector::read_selector;
use podnetworking_policy::selectors::constraint::Constraints;
use podnetworking_policy::selectors::contradiction::{contradiction, namespace_contradiction};
use podnetworking_policy::selectors::known_labels::METADATA_NAME;
use podnetworking_policy::selectors::labels::Labels;
use podnetworking_policy::selectors::least_value::{least_namespace_name, least_value};
use podnetworking_policy::selectors::meeting::{Compared, pair_witness};
use podnetworking_policy::selectors::overlap_matrix::OverlapMatrix;
use podnetworking_policy::selectors::remedy::{Remedy, remedy};
use podnetworking_policy::selectors::requirement::Requirement;
use podnetworking_policy::selectors::selector::Selector;
use podnetworking_policy::selectors::selector_pair::{SelectorPair, Side};
use podnetworking_policy::selectors::syntax::is_namespace_name;
use podnetworking_policy::selectors::witness::{WitnessLabels, namespace_witness, witness};
use proptest::prelude::*;
use serde_json::Value;

use crate::generate::{self, KEYS, NAMESPACES, VALUES};

fn read(text: &str) -> Selector<'_> {
    let mut faults = Faults::default();
    read_selector(Json::parse(text).unwrap(), &Path::Root, &mut faults).expect("a valid selector")
}

fn pair(text: &str) -> SelectorPair<'_> {
    let json = Json::parse(text).unwrap();
    let side = |key: &'static str| {
        let json = json.member(key).and_then(Json::present)?;
        Some(read_selector(json, &Path::Root, &mut Faults::default()).expect("a valid selector"))
    };
    SelectorPair { pod: side("podSelector"), namespace: side("namespaceSelector") }
}

fn as_labels(labels: &[(String, String)]) -> Labels<'_> {
    labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// All label sets over the keys and values in play, the least values that nobody names, and absence.
fn all_labels(of_namespace: bool) -> Vec<Vec<(String, String)>> {
    let mut sets = vec![Vec::new()];
    for key in KEYS {
        let mut values: Vec<Option<String>> = vec![None];
        if of_namespace && key == METADATA_NAME {
            values = vec![least_namespace_name(&NAMESPACES)];
            values.extend(NAMESPACES.iter().map(|name| Some((*name).to_owned())));
        } else {
            values.extend(VALUES.iter().map(|value| Some((*value).to_owned())));
            let mut sorted = VALUES.to_vec();
            sorted.sort_unstable();
            values.push(least_value(&sorted));
        }
        sets = sets
            .iter()
            .flat_map(|set: &Vec<(String, String)>| {
                values.iter().map(move |value| {
                    let mut set = set.clone();
                    set.extend(value.clone().map(|value| (key.to_owned(), value)));
                    set
                })
            })
            .collect();
    }
    // Fewest labels first, then bytewise.
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets
}

fn first_match(selectors: &[&Selector<'_>], of_namespace: bool) -> Option<Vec<(String, String)>> {
    let mut all = all_labels(of_namespace);
    all.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    all.into_iter().find(|set| selectors.iter().all(|selector| selector.matches(&as_labels(set))))
}

/// Two selectors of pods by one label, and a requirement on it: what of several requirements meets in one value.
fn tight() -> impl Strategy<Value = (String, String, Value)> {
    let pair = || {
        generate::selector_on("a")
            .prop_map(|pod| serde_json::json!({"podSelector": pod, "namespaceSelector": {}}).to_string())
    };
    (pair(), pair(), generate::requirement_on(&["a"]))
}

fn valid_pair() -> impl Strategy<Value = String> {
    (prop::option::weighted(0.7, generate::selector()), prop::option::weighted(0.5, generate::selector())).prop_map(
        |(pod, namespace)| serde_json::json!({"podSelector": pod, "namespaceSelector": namespace}).to_string(),
    )
}

/// [`witness`] or [`namespace_witness`].
type FindWitness = fn(&[&Selector<'_>]) -> Option<WitnessLabels>;

proptest! {

    /// A witness is selected by all; where there is none, no labels in play are; and it is the first of all there are.
    #[test]
    fn a_witness_is_the_least_of_all(a in generate::selector(), b in generate::selector()) {
        let (a, b) = (a.to_string(), b.to_string());
        let selectors = [&read(&a), &read(&b)];
        let mut found = witness(&selectors);
        if let Some(found) = &mut found {
            found.sort();
        }
        prop_assert_eq!(found, first_match(&selectors, false));
    }

    #[test]
    fn a_witness_of_namespaces_is_the_least_of_all(a in generate::selector(), b in generate::selector()) {
        let (a, b) = (a.to_string(), b.to_string());
        let selectors = [&read(&a), &read(&b)];
        let mut found = namespace_witness(&selectors);
        if let Some(found) = &mut found {
            found.sort();
        }
        prop_assert_eq!(found, first_match(&selectors, true));
    }

    /// Requirements contradict each other exactly where there is no witness, and each of them is needed for that.
    #[test]
    fn a_contradiction_is_minimal(all in proptest::collection::vec(generate::requirement_on(&["a", METADATA_NAME]), 1..7)) {
        let text = serde_json::json!({"matchExpressions": all}).to_string();
        let selector = read(&text);
        let witnesses: [FindWitness; 2] = [witness, namespace_witness];
        let found = [contradiction(&selector), namespace_contradiction(&selector)];
        for (found, witness) in found.into_iter().zip(witnesses) {
            prop_assert_eq!(found.is_empty(), witness(&[&selector]).is_some());
            if found.is_empty() {
                continue;
            }
            let found: Vec<Requirement<'_>> = found.into_iter().cloned().collect();
            prop_assert_eq!(witness(&[&Selector::new(found.clone())]), None);
            for left_out in 0..found.len() {
                let mut others = found.clone();
                others.remove(left_out);
                prop_assert!(witness(&[&Selector::new(others)]).is_some());
            }
        }
    }

    /// The short look that compares many says what the witness says.
    #[test]
    fn a_short_look_agrees_with_the_witness(a in generate::selector(), b in generate::selector(), one in generate::requirement()) {
        let (a, b) = (a.to_string(), b.to_string());
        let (a, b) = (read(&a), read(&b));
        let pods = |selector| Constraints::of_pods(Some(selector));
        let namespaces = |selector| Constraints::of_namespaces(Some(selector));
        prop_assert_eq!(pods(&a).intersects(&pods(&b)), witness(&[&a, &b]).is_some());
        prop_assert_eq!(namespaces(&a).intersects(&namespaces(&b)), namespace_witness(&[&a, &b]).is_some());
        let one = serde_json::json!({"matchExpressions": [one]}).to_string();
        let one = read(&one);
        let requirement = &one.requirements()[0];
        prop_assert_eq!(pods(&a).intersects_requirement(requirement), witness(&[&a, &one]).is_some());
        prop_assert_eq!(namespaces(&a).intersects_requirement(requirement), namespace_witness(&[&a, &one]).is_some());
        for set in all_labels(false) {
            let labels = as_labels(&set);
            prop_assert_eq!(pods(&a).matches(&labels), a.matches(&labels), "{:?}", set);
        }
        for set in all_labels(true) {
            let labels = as_labels(&set);
            prop_assert_eq!(namespaces(&a).matches(&labels), a.matches(&labels), "{:?}", set);
        }
    }

    #[test]
    fn an_overlap_is_symmetric(a in valid_pair(), b in valid_pair()) {
        let (a, b) = (pair(&a), pair(&b));
        prop_assert_eq!(pair_witness(&[&a, &b]), pair_witness(&[&b, &a]));
        prop_assert_eq!(Compared::new(&a).intersects(&Compared::new(&b)), pair_witness(&[&a, &b]).is_some());
        prop_assert_eq!(Compared::new(&b).intersects(&Compared::new(&a)), pair_witness(&[&a, &b]).is_some());
    }

    #[test]
    fn pod_selectors_meet_where_there_is_a_witness(a in valid_pair(), b in valid_pair()) {
        let (a, b) = (pair(&a), pair(&b));
        let pods: Vec<&Selector<'_>> = [&a.pod, &b.pod].into_iter().flatten().collect();
        let intersects = Constraints::of_pods(a.pod.as_ref()).intersects(&Constraints::of_pods(b.pod.as_ref()));
        prop_assert_eq!(intersects, witness(&pods).is_some());
    }

    /// Each of many with each.
    #[test]
    fn pairs_meet_where_there_is_a_witness(
        all in proptest::collection::vec(prop_oneof![generate::selector(), generate::selector_on("a")], 1..70),
    ) {
        let all: Vec<String> = all.iter().map(Value::to_string).collect();
        let all: Vec<Selector<'_>> = all.iter().map(|text| read(text)).collect();
        let constraints: Vec<Constraints<'_>> = all.iter().map(|one| Constraints::of_pods(Some(one))).collect();
        let matrix = OverlapMatrix::new(&constraints);
        for (one, a) in all.iter().enumerate() {
            for (other, b) in all.iter().enumerate() {
                prop_assert_eq!(matrix.intersects(one, other), witness(&[a, b]).is_some(), "{} and {}", one, other);
            }
        }
    }

    #[test]
    fn a_witness_is_selected_by_both(a in valid_pair(), b in valid_pair()) {
        let (a, b) = (pair(&a), pair(&b));
        if let Some((pod, namespace)) = pair_witness(&[&a, &b]) {
            for selectors in [&a, &b] {
                prop_assert!(!selectors.are_both_absent());
                prop_assert!(selectors.pod.as_ref().is_none_or(|selector| selector.matches(&as_labels(&pod))));
                prop_assert!(selectors.namespace.as_ref().is_none_or(|selector| selector.matches(&as_labels(&namespace))));
            }
            let name = namespace.iter().find(|(key, _)| key == METADATA_NAME);
            prop_assert!(name.is_some_and(|(_, name)| is_namespace_name(name)));
        }
    }

    #[test]
    fn a_requirement_more_never_creates_an_overlap(
        (a, b, one) in prop_oneof![(valid_pair(), valid_pair(), generate::requirement()), tight()],
        to_pods: bool,
    ) {
        let mut more: Value = serde_json::from_str(&a).unwrap();
        let side = if to_pods { "podSelector" } else { "namespaceSelector" };
        // A selector that is set where there was none can make a PodNetworking select at all.
        if more[side].is_null() {
            return Ok(());
        }
        match more[side]["matchExpressions"].as_array_mut() {
            Some(expressions) => expressions.push(one),
            None => more[side]["matchExpressions"] = serde_json::json!([one]),
        }
        let more = more.to_string();
        let (a, b, more) = (pair(&a), pair(&b), pair(&more));
        prop_assert!(pair_witness(&[&a, &b]).is_some() || pair_witness(&[&more, &b]).is_none());
    }

    /// The remedy keeps them apart, and leaves pods where any requirement of that kind does.
    #[test]
    fn a_remedy_makes_disjoint(a in valid_pair(), b in valid_pair()) {
        let (a, b) = (pair(&a), pair(&b));
        if pair_witness(&[&a, &b]).is_none() {
            return Ok(());
        }
        match remedy(&a, &b) {
            Remedy::Nothing => {
                for selectors in [&a, &b] {
                    let sides = [&selectors.pod, &selectors.namespace];
                    prop_assert!(sides.into_iter().flatten().all(|selector| selector.requirements().is_empty()));
                }
            }
            Remedy::Add { to_this, side, requirement, leaves_pods } => {
                let (to, other) = if to_this { (&a, &b) } else { (&b, &a) };
                let mut changed = to.clone();
                let place = match side {
                    Side::Pod => &mut changed.pod,
                    Side::Namespace => &mut changed.namespace,
                };
                *place = Some(place.clone().unwrap_or_default().with(requirement));
                prop_assert_eq!(pair_witness(&[&changed, other]), None);
                prop_assert_eq!(pair_witness(&[&changed, &changed]).is_some(), leaves_pods);
                if !leaves_pods {
                    for (to, from) in [(&a, &b), (&b, &a)] {
                        for requirement in from.pod.iter().flat_map(Selector::requirements) {
                            let selector = to.pod.clone().unwrap_or_default().with(requirement.negated());
                            prop_assert_eq!(witness(&[&selector]), None);
                        }
                        for requirement in from.namespace.iter().flat_map(Selector::requirements) {
                            let selector = to.namespace.clone().unwrap_or_default().with(requirement.negated());
                            prop_assert_eq!(namespace_witness(&[&selector]), None);
                        }
                    }
                }
            }
        }
    }
}
