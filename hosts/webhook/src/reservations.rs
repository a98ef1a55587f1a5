//! What was just allowed: PodNetworkings and labels of namespaces that the watch has not shown yet.
//!
//! Two PodNetworkings that overlap can be created at the same instant, and then neither is there when the other is decided.
//! So one that is allowed is reserved: for a while it counts as if it were stored. Deciding and reserving is one step under
//! one lock, which pods never take. The stored object counts too, since the reserved one may never be stored.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::decide::verdict::{Decided, Failed};
use crate::facts::snapshot::{Resource, Snapshot};
use crate::facts::store::Store;

/// How long something is reserved, unless the watch shows it before.
pub const LASTS: Duration = Duration::from_secs(10);
/// The most reservations. More would take the time of decisions.
const MOST: usize = 1000;
/// The most reservations of one object, by updates that are decided at the same time.
const MOST_OF_ONE: usize = 8;
/// The most events that are kept until the next decision.
const MOST_SEEN: usize = 10_000;

/// An object that is to be stored.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is.
    pub resource: Resource,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// The `resourceVersion` of the object that it replaces, if it replaces one.
    pub replaces: Option<String>,
    /// Its text as JSON.
    pub text: String,
}

#[derive(Debug)]
struct Reservation {
    wanted: Wanted,
    until: Instant,
}

/// An object that the watch has shown.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is.
    pub resource: Resource,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// Its `resourceVersion`.
    pub version: String,
}

/// All reservations.
#[derive(Debug, Default)]
pub struct Reservations {
    reserved: Arc<tokio::sync::Mutex<Vec<Reservation>>>,
    seen: Mutex<Vec<Seen>>,
    count: AtomicUsize,
}

impl Reservations {
    /// The watch has shown an object, and the store has it.
    pub fn see(&self, seen: Seen) {
        if self.is_empty() {
            return;
        }
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST_SEEN {
            all.push(seen);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Decides, and reserves what is allowed. `decide` decides with the facts of a snapshot, on a thread that may block.
    /// Returns also whether a reservation denies it.
    ///
    /// # Errors
    /// [`Failed`], as `decide` has it, or where there are too many reservations.
    pub async fn decide<D>(
        self: &Arc<Self>,
        store: &Arc<Store>,
        wanted: Wanted,
        decide: D,
    ) -> Result<(Decided, bool), Failed>
    where
        D: Fn(&Arc<Snapshot>) -> Result<Decided, Failed> + Send + 'static,
    {
        // The lock is waited for before a thread is taken, so that those who wait take none.
        let mut reserved = Arc::clone(&self.reserved).lock_owned().await;
        let (this, store) = (Arc::clone(self), Arc::clone(store));
        let decided = tokio::task::spawn_blocking(move || {
            this.expire(&mut reserved);
            // After the events that ended reservations: what they showed is in this snapshot.
            let decided = decide_among(&store.snapshot(), &reserved, &wanted, &decide);
            if matches!(&decided, Ok((decided, _)) if decided.verdict.accepted) {
                reserved.push(Reservation { wanted, until: Instant::now() + LASTS });
            }
            this.count.store(reserved.len(), Ordering::Relaxed);
            decided
        });
        decided.await.unwrap_or_else(|error| Err(Failed::Error(format!("the decision stopped: {error}"))))
    }

    /// Ends the reservations of what the watch has shown, and of what took too long.
    fn expire(&self, reserved: &mut Vec<Reservation>) {
        let now = Instant::now();
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        reserved.retain(|one| one.until > now && !seen.iter().any(|seen| one.wanted.is_shown_by(seen)));
    }
}

impl Wanted {
    /// Whether the watch has shown this object, or a later version of it.
    fn is_shown_by(&self, seen: &Seen) -> bool {
        if self.resource != seen.resource || self.name != seen.name {
            return false;
        }
        let Some(replaced) = &self.replaces else { return self.uid == seen.uid };
        // Versions are numbers that grow; where they are not, another one is a later one.
        match (replaced.parse::<u64>(), seen.version.parse::<u64>()) {
            (Ok(replaced), Ok(seen)) => seen > replaced,
            _ => *replaced != seen.version,
        }
    }

    /// Puts the object into the facts.
    fn put(&self, snapshot: &mut Snapshot) -> Result<(), Failed> {
        match self.resource {
            Resource::PodNetworkings => {
                let put = snapshot.change_podnetworkings(|index| index.insert(self.text.as_str()));
                put.map_err(|error| Failed::Error(format!("a reserved PodNetworking: {error}")))
            }
            Resource::Namespaces => {
                snapshot.change_namespaces(|all| all.insert(&self.name, self.text.as_str()));
                Ok(())
            }
        }
    }
}

/// Decides with what is stored, and then with what is reserved in its place. Of an object that is reserved more than once,
/// each counts.
fn decide_among(
    stored: &Arc<Snapshot>,
    reserved: &[Reservation],
    wanted: &Wanted,
    decide: &dyn Fn(&Arc<Snapshot>) -> Result<Decided, Failed>,
) -> Result<(Decided, bool), Failed> {
    let is_same = |one: &Wanted| one.resource == wanted.resource && one.name == wanted.name;
    if reserved.len() >= MOST || reserved.iter().filter(|one| is_same(&one.wanted)).count() >= MOST_OF_ONE {
        return Err(Failed::Overloaded("too many objects are being created".to_owned()));
    }
    let decided = decide(stored)?;
    let mut others: Vec<&Reservation> = reserved.iter().filter(|one| !is_same(&one.wanted)).collect();
    // Without the facts a reservation does not make them known.
    if !decided.verdict.accepted || !Resource::ALL.into_iter().all(|resource| stored.has(resource)) {
        return Ok((decided, false));
    }
    while !others.is_empty() {
        let mut snapshot = Snapshot::clone(stored);
        let mut round: Vec<&Reservation> = Vec::new();
        let mut later = Vec::new();
        for one in others {
            let name = |other: &&Reservation| {
                (other.wanted.resource, &other.wanted.name) == (one.wanted.resource, &one.wanted.name)
            };
            if round.iter().any(name) {
                later.push(one);
            } else {
                one.wanted.put(&mut snapshot)?;
                round.push(one);
            }
        }
        let mut against = decide(&Arc::new(snapshot))?;
        if !against.verdict.accepted {
            explain(&mut against, &round);
            return Ok((against, true));
        }
        others = later;
    }
    Ok((decided, false))
}

/// Adds to the denial that the other object is not stored yet.
fn explain(decided: &mut Decided, reserved: &[&Reservation]) {
    let Some(message) = &mut decided.verdict.message else { return };
    let mut lines: Vec<String> = message.lines().map(str::to_owned).collect();
    let now = Instant::now();
    for line in lines.iter_mut().filter(|line| line.starts_with('[')) {
        let named = |one: &&&Reservation| line.contains(&format!("`{}`", one.wanted.name));
        if let Some(one) = reserved.iter().find(named) {
            let seconds = one.until.saturating_duration_since(now).as_secs() + 1;
            let what = if one.wanted.replaces.is_some() { "changed" } else { "created" };
            line.push_str(&format!("; `{}` is being {what}; try again in {seconds} s", one.wanted.name));
        }
    }
    *message = lines.join("\n");
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::decide::verdict::Verdict;

    fn wanted(name: &str, replaces: Option<&str>, app: &str) -> Wanted {
        let text = format!(
            r#"{{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","metadata":{{"name":"{name}"}},"spec":{{"selector":{{"podSelector":{{"matchLabels":{{"app":"{app}"}}}}}}}}}}"#
        );
        Wanted {
            resource: Resource::PodNetworkings,
            name: name.to_owned(),
            uid: format!("uid-of-{name}"),
            replaces: replaces.map(str::to_owned),
            text,
        }
    }

    fn reserved(wanted: Wanted) -> Reservation {
        Reservation { wanted, until: Instant::now() + LASTS }
    }

    fn empty() -> Arc<Snapshot> {
        let mut snapshot = Snapshot::default();
        snapshot.set_podnetworkings(Default::default());
        snapshot.set_namespaces(Default::default());
        Arc::new(snapshot)
    }

    /// A rule that denies what is created while `b` has this label.
    fn unless(app: &'static str) -> impl Fn(&Arc<Snapshot>) -> Result<Decided, Failed> {
        move |facts| {
            let text = facts.podnetworkings().and_then(|index| index.get("b"));
            let accepted = !text.is_some_and(|text| text.contains(&format!("\"app\":\"{app}\"")));
            let message = (!accepted).then(|| "[rule] overlaps with `b`; help\ndocs: page".to_owned());
            Ok(Decided { verdict: Verdict { accepted, message, ..Verdict::default() }, unknown_namespace: None })
        }
    }

    #[test]
    fn of_two_updates_of_an_object_each_counts() {
        let all = [reserved(wanted("b", Some("1"), "x")), reserved(wanted("b", Some("1"), "y"))];
        for (app, is_denied) in [("x", true), ("y", true), ("z", false)] {
            let (decided, by_reservation) =
                decide_among(&empty(), &all, &wanted("a", None, "a"), &unless(app)).unwrap();
            assert_eq!((by_reservation, decided.verdict.accepted), (is_denied, !is_denied), "{app}");
            if let Some(message) = decided.verdict.message {
                let expected = "[rule] overlaps with `b`; help; `b` is being changed; try again in 10 s\ndocs: page";
                assert_eq!(message, expected);
            }
        }
        // What is reserved of the object itself does not count.
        let (_, by_reservation) = decide_among(&empty(), &all, &wanted("b", Some("1"), "z"), &unless("x")).unwrap();
        assert!(!by_reservation);
    }

    #[test]
    fn reservations_are_bounded() {
        let many: Vec<Reservation> = (0..MOST).map(|n| reserved(wanted(&format!("n{n}"), None, "x"))).collect();
        let decided = decide_among(&empty(), &many, &wanted("a", None, "a"), &unless("x"));
        assert!(matches!(decided, Err(Failed::Overloaded(_))));
        let same: Vec<Reservation> = (0..MOST_OF_ONE).map(|_| reserved(wanted("a", Some("1"), "x"))).collect();
        let decided = decide_among(&empty(), &same, &wanted("a", Some("1"), "a"), &unless("x"));
        assert!(matches!(decided, Err(Failed::Overloaded(_))));
    }

    #[test]
    fn a_reservation_ends_with_the_object_that_it_is_about() {
        let seen = |name: &str, uid: &str, version: &str| Seen {
            resource: Resource::PodNetworkings,
            name: name.to_owned(),
            uid: uid.to_owned(),
            version: version.to_owned(),
        };
        let created = wanted("a", None, "x");
        assert!(created.is_shown_by(&seen("a", "uid-of-a", "5")));
        assert!(!created.is_shown_by(&seen("a", "another", "5")), "an older one of this name");
        assert!(!created.is_shown_by(&seen("b", "uid-of-a", "5")));
        let changed = wanted("a", Some("9"), "x");
        assert!(changed.is_shown_by(&seen("a", "uid-of-a", "10")));
        assert!(!changed.is_shown_by(&seen("a", "uid-of-a", "9")), "the one that is replaced");
        assert!(wanted("a", Some("x"), "x").is_shown_by(&seen("a", "uid-of-a", "y")));
    }
}
