//! PodNetworkings read once for many decisions.
//!
//! A host that checks thousands of objects provides an [`Index`] besides the list. A decision then looks only at the
//! PodNetworkings that can matter to it. A selector with `key In [values]` matches only pods with one of these values, so
//! the index keeps the PodNetworking under its rarest such requirement. For example, one with `app In [web]` and
//! `stage In [prod]` is kept under `app=web` if fewer selectors ask for that. A decision is the same with and without an
//! index.

#![expect(clippy::disallowed_types, reason = "programs have an index, the policy module has none")]

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::objects::partial::read_object;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::labels::Labels;
use crate::selectors::requirement::{Operator, Requirement};
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::SelectorPair;

/// PodNetworkings in their original order, and the keys under which each is found.
#[derive(Debug, Default)]
pub struct Index<'a> {
    entries: Vec<Entry<'a>>,
    /// By a requirement of the pod selector, else of the namespace selector, else in `rest`.
    by_pod: Keyed<'a>,
    by_namespace: Keyed<'a>,
    rest: Vec<usize>,
    /// Those with a namespace selector: by a requirement of it, else in the list after it.
    with_namespace: Keyed<'a>,
    with_namespace_rest: Vec<usize>,
    without_namespace: Vec<usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// By the vSwitches in their status.
    by_vswitch: HashMap<Cow<'a, str>, Vec<usize>>,
    /// Those with a field that cannot be read.
    broken: Vec<usize>,
}

#[derive(Debug)]
struct Entry<'a> {
    podnetworking: PodNetworking<'a>,
    /// The position of a later one with the same name, which replaces it.
    replaced_by: Option<usize>,
}

/// Positions by label key and value.
#[derive(Debug, Default)]
struct Keyed<'a>(HashMap<Cow<'a, str>, HashMap<Cow<'a, str>, Vec<usize>>>);

impl<'a> Keyed<'a> {
    fn add(&mut self, requirement: &Requirement<'a>, position: usize) {
        let values = self.0.entry(requirement.key().clone()).or_default();
        for value in requirement.values() {
            values.entry(value.clone()).or_default().push(position);
        }
    }

    /// The positions of those that can match the labels.
    fn matching(&self, labels: &Labels<'_>, found: &mut Vec<usize>) {
        for (key, values) in &self.0 {
            if labels.is_unknown(key) {
                found.extend(values.values().flatten());
            }
            found.extend(labels.get(key).and_then(|value| values.get(value)).into_iter().flatten());
        }
    }

    /// The positions of those that can match an object which the selector matches.
    fn meeting(&self, selector: Option<&Selector<'_>>, found: &mut Vec<usize>) {
        for (key, values) in &self.0 {
            let on_key = selector.into_iter().flat_map(Selector::requirements).filter(|one| one.key() == key);
            match on_key.filter(|one| one.operator() == Operator::In).min_by_key(|one| one.values().len()) {
                Some(one) => found.extend(one.values().iter().filter_map(|value| values.get(value)).flatten()),
                None => found.extend(values.values().flatten()),
            }
        }
    }
}

impl<'a> Index<'a> {
    /// Reads PodNetworkings, each as JSON text. A later one replaces an earlier one of the same name.
    ///
    /// # Errors
    /// If one of them is not a PodNetworking with a name.
    pub fn new(objects: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut index = Self::default();
        let mut counts: HashMap<(bool, Cow<'a, str>, Cow<'a, str>), usize> = HashMap::new();
        for (position, text) in objects.into_iter().enumerate() {
            let podnetworking = PodNetworking::stored(read_object(text)?)?.with_selectors_read();
            let same_name = index.by_name.entry(podnetworking.name().to_owned()).or_default();
            if let Some(earlier) = same_name.last().and_then(|earlier| index.entries.get_mut(*earlier)) {
                earlier.replaced_by = Some(position);
            }
            same_name.push(position);
            let selectors = podnetworking.selectors(&mut Faults::default()).unwrap_or_default();
            for (side, selector) in [(true, &selectors.pod), (false, &selectors.namespace)] {
                for requirement in keys(selector.as_ref()) {
                    for value in requirement.values() {
                        *counts.entry((side, requirement.key().clone(), value.clone())).or_default() += 1;
                    }
                }
            }
            index.entries.push(Entry { podnetworking, replaced_by: None });
        }
        // The rarest requirement leaves out the most.
        let rarest = |side: bool, selector: Option<&Selector<'a>>| {
            let count = |requirement: &&Requirement<'a>| -> usize {
                let of = |value: &Cow<'a, str>| counts.get(&(side, requirement.key().clone(), value.clone())).copied();
                requirement.values().iter().filter_map(of).sum()
            };
            keys(selector).min_by_key(count).cloned()
        };
        for position in 0..index.entries.len() {
            index.place(position, &rarest);
        }
        Ok(index)
    }

    fn place(&mut self, position: usize, rarest: &dyn Fn(bool, Option<&Selector<'a>>) -> Option<Requirement<'a>>) {
        let Some(entry) = self.entries.get(position) else { return };
        let podnetworking = &entry.podnetworking;
        for (id, _) in podnetworking.status_zones(&mut Faults::default()) {
            self.by_vswitch.entry(id).or_default().push(position);
        }
        if podnetworking.check(&mut Faults::default()).is_none() {
            self.broken.push(position);
        }
        // A PodNetworking with a broken selector selects nothing.
        let Some(selectors) = podnetworking.selectors(&mut Faults::default()) else { return };
        let on_namespace = rarest(false, selectors.namespace.as_ref());
        match (rarest(true, selectors.pod.as_ref()), &on_namespace) {
            (Some(requirement), _) => self.by_pod.add(&requirement, position),
            (None, Some(requirement)) => self.by_namespace.add(requirement, position),
            (None, None) => self.rest.push(position),
        }
        match (&selectors.namespace, &on_namespace) {
            (None, _) => self.without_namespace.push(position),
            (Some(_), Some(requirement)) => self.with_namespace.add(requirement, position),
            (Some(_), None) => self.with_namespace_rest.push(position),
        }
    }

    /// The PodNetworkings before the one at `position`.
    #[must_use]
    pub fn before(&self, position: usize) -> View<'_> {
        View { index: self, limit: position, visited: None }
    }

    /// All PodNetworkings.
    #[must_use]
    pub fn all(&self) -> View<'_> {
        self.before(usize::MAX)
    }

    /// The positions of what a search looks for, in order. `namespace` gives the labels of the pod's namespace, if they
    /// can be had.
    fn find(&self, search: Search<'_>, namespace: NamespaceLabels<'_>) -> Vec<usize> {
        let mut found = Vec::new();
        match search {
            Search::All => found.extend(0..self.entries.len()),
            Search::ForPod { labels, .. } => {
                self.by_pod.matching(labels, &mut found);
                if !self.by_namespace.0.is_empty() {
                    match namespace() {
                        Some(labels) => self.by_namespace.matching(labels, &mut found),
                        None => found.extend(self.by_namespace.0.values().flat_map(HashMap::values).flatten()),
                    }
                }
                found.extend(&self.rest);
            }
            Search::Meeting(selectors) => {
                self.by_pod.meeting(selectors.pod.as_ref(), &mut found);
                self.by_namespace.meeting(selectors.namespace.as_ref(), &mut found);
                found.extend(&self.rest);
            }
            Search::InNamespace(labels) => {
                self.with_namespace.matching(labels, &mut found);
                found.extend(&self.with_namespace_rest);
                // A pair matters only if one of the two has a namespace selector.
                if !found.is_empty() {
                    found.extend(&self.without_namespace);
                }
            }
            Search::Named(names) => {
                found.extend(names.iter().filter_map(|name| self.by_name.get(name)).flatten());
            }
            Search::WithVSwitches(ids) => found.extend(ids.iter().filter_map(|id| self.by_vswitch.get(*id)).flatten()),
            Search::Broken => found.extend(&self.broken),
        }
        crate::collections::sort::by(&mut found, Ord::cmp);
        found.dedup();
        found
    }
}

/// The requirements that ask for one of some values.
pub(super) fn keys<'s, 'a>(selector: Option<&'s Selector<'a>>) -> impl Iterator<Item = &'s Requirement<'a>> {
    selector.into_iter().flat_map(Selector::requirements).filter(|requirement| requirement.operator() == Operator::In)
}

/// Gives the labels of the pod's namespace, where they can be had.
pub(crate) type NamespaceLabels<'n> = &'n dyn Fn() -> Option<&'n Labels<'n>>;

/// The lookups, behind a trait: programs without an index do not carry the code.
pub(super) trait Find<'v>: std::fmt::Debug {
    /// Visits what a search looks for among the positions below `limit`, and records the positions in `visited`.
    fn each(
        &'v self,
        limit: usize,
        search: Search<'_>,
        namespace: NamespaceLabels<'_>,
        visited: Option<&RefCell<Vec<usize>>>,
        visit: &mut dyn FnMut(&PodNetworking<'v>),
    );

    /// The pairs of places in `all`, which is sorted by name, of PodNetworkings that can meet.
    fn pairs(
        &'v self,
        limit: usize,
        visited: Option<&RefCell<Vec<usize>>>,
        all: &[(&str, &SelectorPair<'_>)],
    ) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (position, (_, selectors)) in all.iter().enumerate() {
            let before = pairs.len();
            self.each(limit, Search::Meeting(selectors), &|| None, visited, &mut |stored| {
                let other = all.binary_search_by(|(name, _)| (*name).cmp(stored.name()));
                pairs.extend(other.ok().filter(|other| *other > position).map(|other| (position, other)));
            });
            crate::collections::sort::by(pairs.get_mut(before..).unwrap_or_default(), Ord::cmp);
        }
        pairs
    }
}

impl<'v> Find<'v> for Index<'v> {
    fn each(
        &'v self,
        limit: usize,
        search: Search<'_>,
        namespace: NamespaceLabels<'_>,
        visited: Option<&RefCell<Vec<usize>>>,
        visit: &mut dyn FnMut(&PodNetworking<'v>),
    ) {
        for position in self.find(search, namespace) {
            let Some(entry) = self.entries.get(position).filter(|_| position < limit) else { continue };
            let is_there = entry.replaced_by.is_none_or(|by| by >= limit);
            if is_there {
                if let Some(visited) = visited {
                    visited.borrow_mut().push(position);
                }
                visit(&entry.podnetworking);
            }
        }
    }
}

/// The part of an index that existed at some time.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    index: &'v dyn Find<'v>,
    limit: usize,
    /// The positions that decisions looked at.
    visited: Option<&'v RefCell<Vec<usize>>>,
}

impl<'v> View<'v> {
    /// All of an index.
    #[cfg(feature = "live")]
    pub(super) fn whole(index: &'v dyn Find<'v>) -> Self {
        Self { index, limit: usize::MAX, visited: None }
    }

    /// The same view, which records the positions that a decision looks at. With these PodNetworkings alone the decision is
    /// the same.
    #[must_use]
    pub fn recording(self, visited: &'v RefCell<Vec<usize>>) -> Self {
        Self { visited: Some(visited), ..self }
    }

    /// Visits what a search looks for, and perhaps others, in order.
    pub(crate) fn each(
        &self,
        search: Search<'_>,
        namespace: NamespaceLabels<'_>,
        visit: &mut dyn FnMut(&PodNetworking<'v>),
    ) {
        self.index.each(self.limit, search, namespace, self.visited, visit);
    }

    /// The pairs of places in `all`, which is sorted by name, of PodNetworkings that can meet.
    pub(crate) fn pairs(&self, all: &[(&str, &SelectorPair<'_>)]) -> Vec<(usize, usize)> {
        self.index.pairs(self.limit, self.visited, all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::request::decide;
    use crate::facts::cluster::{Cluster, Unavailable};
    use crate::json::value::Json;
    use crate::request::Request;

    /// A host with a list, and perhaps an index of it.
    struct Host<'a> {
        podnetworkings: &'a [String],
        namespaces: &'a [(String, String)],
        namespaces_are_known: bool,
        index: Option<&'a dyn Viewed>,
    }

    /// An index of some kind.
    trait Viewed {
        fn view(&self) -> View<'_>;
    }

    /// An index that records what a decision looks at.
    struct Recording<'a>(&'a Index<'a>, &'a RefCell<Vec<usize>>);

    impl Viewed for Recording<'_> {
        fn view(&self) -> View<'_> {
            self.0.all().recording(self.1)
        }
    }

    #[cfg(feature = "live")]
    impl Viewed for crate::facts::search::live::LiveIndex {
        fn view(&self) -> View<'_> {
            self.view()
        }
    }

    impl Cluster for Host<'_> {
        fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
            Ok(format!("[{}]", self.podnetworkings.join(",")).into())
        }

        fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
            if !self.namespaces_are_known {
                return Err(Unavailable("no".to_owned()));
            }
            Ok(self.namespaces.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str().into()))
        }

        fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
            let texts: Vec<&str> = self.namespaces.iter().map(|(_, text)| text.as_str()).collect();
            Ok(format!("[{}]", texts.join(",")).into())
        }

        fn index(&self) -> Option<View<'_>> {
            Some(self.index?.view())
        }
    }

    /// Numbers without a pattern that matters here.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % end
        }

        fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
            texts[self.below(texts.len())]
        }

        fn labels(&mut self) -> String {
            // The value 3 is none.
            let values = ["a", "b", "c"].map(|key| (key, self.below(4)));
            let there = values.into_iter().filter(|(_, value)| *value < 3);
            let labels: Vec<String> = there.map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect();
            format!("{{{}}}", labels.join(","))
        }

        fn selector(&mut self) -> String {
            match self.below(12) {
                0 => "null".to_owned(),
                1 => "{}".to_owned(),
                2 => r#"{"matchLabels":{"a":"-bad-"}}"#.to_owned(),
                3 => r#"{"matchLabels":7}"#.to_owned(),
                4..7 => format!("{{\"matchLabels\":{}}}", self.labels()),
                _ => {
                    let operator = self.of(&["In", "NotIn", "Exists", "DoesNotExist"]);
                    let values = if operator.ends_with("In") { self.of(&[r#"["0"]"#, r#"["1","2"]"#]) } else { "[]" };
                    let key = self.of(&["a", "b", "c", "kubernetes.io/metadata.name"]);
                    let labels = self.labels();
                    format!(
                        r#"{{"matchLabels":{labels},"matchExpressions":[{{"key":"{key}","operator":"{operator}","values":{values}}}]}}"#
                    )
                }
            }
        }

        fn podnetworking(&mut self, name: usize) -> String {
            let (pod, namespace) = (self.selector(), self.selector());
            let switch = self.below(4);
            let kind = self.of(&[r#""Elastic""#, r#""Fixed""#, "7"]);
            let status = self
                .of(&["{}", r#"{"status":"Ready","vSwitches":[{"id":"vsw-0","zone":"z"},{"id":"vsw-1","zone":"y"}]}"#]);
            let deleting = self.of(&["null", "null", "null", r#""2026-01-01T00:00:00Z""#]);
            format!(
                r#"{{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","metadata":{{"name":"n{name}","deletionTimestamp":{deleting}}},"spec":{{"selector":{{"podSelector":{pod},"namespaceSelector":{namespace}}},"allocationType":{{"type":{kind}}},"vSwitchOptions":["vsw-{switch}"]}},"status":{status}}}"#
            )
        }

        /// An index that was kept up to date: others come, change and go, until these are there.
        #[cfg(feature = "live")]
        fn live(&mut self, podnetworkings: &[String]) -> crate::facts::search::live::LiveIndex {
            let mut live = crate::facts::search::live::LiveIndex::default();
            for _ in 0..self.below(20) {
                let name = self.below(podnetworkings.len() + 3);
                match self.below(3) {
                    0 => drop(live.remove(&format!("n{name}"))),
                    _ => live.insert(self.podnetworking(name)).unwrap(),
                }
            }
            let before = live.clone();
            let names: Vec<String> = before.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names.iter().filter(|_| self.below(2) == 0) {
                assert!(live.remove(name));
            }
            for text in podnetworkings {
                live.insert(text.as_str()).unwrap();
            }
            for (name, _) in live.clone().iter() {
                let position: usize = name[1..].parse().unwrap();
                assert!(position < podnetworkings.len() || live.remove(name));
            }
            assert_eq!(live.len(), podnetworkings.len());
            // Who reads an older one sees no change.
            assert!(before.iter().map(|(name, _)| name).eq(names.iter().map(String::as_str)));
            live
        }

        fn request(&mut self) -> String {
            let labels = self.labels();
            let namespace = self.below(4);
            let (group, kind, object) = match self.below(4) {
                0 => ("", "Namespace", format!(r#"{{"metadata":{{"name":"{namespace}","labels":{labels}}}}}"#)),
                1 => {
                    let name = self.below(12);
                    ("network.alibabacloud.com", "PodNetworking", self.podnetworking(name))
                }
                _ => {
                    let request = self.of(&[
                        "",
                        r#","annotations":{"k8s.aliyun.com/pod-networks-request":"[{\"network\":\"n1\"}]"}"#,
                    ]);
                    (
                        "",
                        "Pod",
                        format!(
                            r#"{{"metadata":{{"name":"p","labels":{labels}{request}}},"spec":{{"containers":[]}}}}"#
                        ),
                    )
                }
            };
            format!(
                r#"{{"kind":{{"group":"{group}","version":"v1","kind":"{kind}"}},"operation":"CREATE","namespace":"{namespace}","object":{object}}}"#
            )
        }
    }

    #[test]
    fn a_decision_is_the_same_with_an_index() {
        let mut random = Random(7);
        let (mut refused, mut passed_over) = (0, 0);
        for round in 0..4000 {
            // Where there are many, fewer of them are looked at.
            let number = random.below(if round % 20 == 0 { 80 } else { 10 });
            let podnetworkings: Vec<String> = (0..number).map(|name| random.podnetworking(name)).collect();
            let namespaces: Vec<(String, String)> = (0..3)
                .map(|name| {
                    let labels = random.labels();
                    (name.to_string(), format!(r#"{{"metadata":{{"name":"{name}","labels":{labels}}}}}"#))
                })
                .collect();
            let platform = random.of(&["ack", "ack-serverless"]);
            let settings =
                crate::decide::settings::parse_settings(Some(&format!(r#"{{"platform":"{platform}"}}"#))).unwrap();
            let text = random.request();
            let request = Request::read(Json::parse(&text).unwrap()).unwrap();
            let index = Index::new(podnetworkings.iter().map(String::as_str)).unwrap();
            let namespaces_are_known = random.below(4) > 0;
            let visited = RefCell::default();
            let decide_with = |podnetworkings: &[String], index: Option<&dyn Viewed>| {
                let namespaces = &namespaces;
                decide(&request, &settings, &Host { podnetworkings, namespaces, namespaces_are_known, index })
            };
            let without = decide_with(&podnetworkings, None);
            let with = decide_with(&podnetworkings, Some(&Recording(&index, &visited)));
            #[cfg(feature = "live")]
            {
                let live = random.live(&podnetworkings);
                let with = decide_with(&podnetworkings, Some(&live));
                assert_eq!(with.to_json(), without.to_json(), "round {round}: {text}\n{podnetworkings:#?}");
            }
            // Those that it has looked at are enough.
            let mut positions = visited.take();
            positions.sort_unstable();
            positions.dedup();
            passed_over += podnetworkings.len() - positions.len();
            let enough: Vec<String> = positions.into_iter().map(|position| podnetworkings[position].clone()).collect();
            assert_eq!(decide_with(&enough, None).to_json(), without.to_json(), "round {round}: {text}\n{enough:#?}");
            refused += usize::from(!with.is_allowed());
            assert_eq!(
                with.to_json(),
                without.to_json(),
                "round {round}: {text}\n{podnetworkings:#?}\n{namespaces:#?}"
            );
        }
        assert!((1000..3500).contains(&refused), "{refused}");
        assert!(passed_over > 4000, "{passed_over}");
    }

    #[test]
    fn an_index_knows_what_came_before() {
        let mut random = Random(1);
        let texts = [random.podnetworking(0), random.podnetworking(1), random.podnetworking(0)];
        let texts = texts.map(|text| text.replace("2026-01-01T00:00:00Z", "").replace(r#":"""#, ":null"));
        let index = Index::new(texts.iter().map(String::as_str)).unwrap();
        let names = |view: View<'_>| {
            let mut names = Vec::new();
            view.each(Search::All, &|| None, &mut |podnetworking| names.push(podnetworking.name().to_owned()));
            names
        };
        assert_eq!(names(index.before(0)), [""; 0]);
        assert_eq!(names(index.before(2)), ["n0", "n1"]);
        assert_eq!(names(index.all()), ["n1", "n0"]);
    }
}
