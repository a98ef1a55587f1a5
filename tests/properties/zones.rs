//! The zones that a pod allows are those in which brute force finds a node that Kubernetes would match.

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::objects::read::node_affinity::read_node_affinity;
use podnetworking_policy::selectors::known_labels::ZONE;
use podnetworking_policy::selectors::labels::Labels;
use podnetworking_policy::selectors::node_affinity::NodeAffinity;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::generate::{self, ZONES};

fn read<'a>(node_selector: &'a str, required: &'a str) -> NodeAffinity<'a> {
    let mut faults = Faults::default();
    let json = |text| Json::parse(text).unwrap().present();
    read_node_affinity(json(node_selector), &Path::Root, json(required), &Path::Root, &mut faults).expect("no faults")
}

/// What any other label may be: what is in play, numbers around the bounds in several spellings, something else, nothing.
const OTHERS: [Option<&str>; 19] = [
    None,
    Some(""),
    Some("fresh"),
    Some("h"),
    Some("i"),
    Some("k"),
    Some("5"),
    Some("6"),
    Some("7"),
    Some("8"),
    Some("9"),
    Some("007"),
    Some("008"),
    Some("0"),
    Some("-2"),
    Some("9223372036854775807"),
    Some("9223372036854775806"),
    Some("-9223372036854775808"),
    Some("-9223372036854775807"),
];

/// All nodes of a zone, as labels and a name; the labels `a` and `b` are one of `others`.
fn any_node(zone: &str, others: &[Option<&str>], matches: impl Fn(&Labels<'_>, &str) -> bool) -> bool {
    for beta in [None, Some(zone)] {
        for disk in [None, Some(zone)] {
            for &a in others {
                for &b in others {
                    let mut labels: Labels<'_> = [(ZONE, zone)].into_iter().collect();
                    for (key, value) in [
                        ("failure-domain.beta.kubernetes.io/zone", beta),
                        ("topology.diskplugin.csi.alibabacloud.com/zone", disk),
                        ("a", a),
                        ("b", b),
                    ] {
                        if let Some(value) = value {
                            labels.set(key.into(), value.into());
                        }
                    }
                    if ["n1", "n2", "n3"].into_iter().any(|name| matches(&labels, name)) {
                        return true;
                    }
                }
            }
        }
    }
    false
}

/// A requirement on a zone key whose values are numbers, so that bounds, lists and exclusions meet.
fn requirement_of_numbers() -> impl Strategy<Value = Value> {
    let key = select(vec![ZONE, ZONE, ZONE, "failure-domain.beta.kubernetes.io/zone"]);
    let values = subsequence((0..9).map(|number| number.to_string()).collect::<Vec<_>>(), 1..=4);
    (key, select(vec!["Gt", "Lt", "NotIn", "In", "Exists", "DoesNotExist"]), values).prop_map(
        |(key, operator, values)| match operator {
            "Gt" | "Lt" => json!({"key": key, "operator": operator, "values": [values[0]]}),
            "In" | "NotIn" => json!({"key": key, "operator": operator, "values": values}),
            _ => json!({"key": key, "operator": operator}),
        },
    )
}

proptest! {

    /// Many terms at once say what each says by itself.
    #[test]
    fn zones_of_many_terms_equal_brute_force(terms in vec(vec(requirement_of_numbers(), 1..4), 1..8)) {
        let terms: Vec<Value> = terms.into_iter().map(|all| json!({"matchExpressions": all})).collect();
        let required = json!({"nodeSelectorTerms": terms}).to_string();
        let affinity = read("null", &required);
        let zones = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "03", "-1", "h"];
        let mut expected: Vec<&str> = zones
            .into_iter()
            .filter(|zone| any_node(zone, &[None], |labels, name| affinity.matches(labels, name) == Ok(true)))
            .collect();
        expected.sort_unstable();
        prop_assert_eq!(affinity.allowed_zones(&zones), expected);
    }

    #[test]
    fn allowed_zones_equal_brute_force((node_selector, required) in generate::node_affinity()) {
        let (node_selector, required) = (node_selector.to_string(), required.to_string());
        let affinity = read(&node_selector, &required);
        let zones = ["h", "i", "k", "7", "07", "fresh"];
        let expected: Vec<&str> = zones
            .into_iter()
            .filter(|zone| any_node(zone, &OTHERS, |labels, name| affinity.matches(labels, name) == Ok(true)))
            .collect();
        let one_by_one: Vec<&str> = zones.into_iter().filter(|zone| affinity.allows_zone(zone)).collect();
        prop_assert_eq!(&one_by_one, &expected);
        let mut sorted = expected;
        sorted.sort_unstable();
        prop_assert_eq!(affinity.allowed_zones(&zones), sorted);
    }

    /// A term implies zones if no node outside of them matches it.
    #[test]
    fn implied_zones_equal_brute_force((_, required) in generate::node_affinity(), zones in subsequence(ZONES.to_vec(), 0..=4)) {
        let mut zones = zones;
        zones.sort_unstable();
        let value: Value = required.clone();
        for (index, term) in value["nodeSelectorTerms"].as_array().into_iter().flatten().enumerate() {
            // Only what stands on the zone's own key counts.
            let on_zone: Vec<&Value> = term["matchExpressions"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|requirement| requirement["key"] == ZONE)
                .collect();
            let text = required.to_string();
            let affinity = read("null", &text);
            let alone = json!({"nodeSelectorTerms": [{"matchExpressions": on_zone}]}).to_string();
            let alone = read("null", &alone);
            let outside = OTHERS.into_iter().filter(|value| value.is_none_or(|value| !zones.contains(&value)));
            // What has a number too large or no number is refused by Kubernetes: such a term matches nothing.
            let is_valid = alone.terms().is_some_and(|terms| terms.len() == 1)
                && alone.matches(&Labels::default(), "n1").is_ok();
            if !is_valid {
                continue;
            }
            let escapes = on_zone.is_empty() || outside.into_iter().any(|value| {
                let labels: Labels<'_> = value.map(|value| (ZONE, value)).into_iter().collect();
                alone.matches(&labels, "n1") == Ok(true)
            });
            prop_assert_eq!(affinity.terms().unwrap()[index].implies_zone_in(&zones), !escapes, "{}", term);
        }
    }
}
