//! How an action is made of bytes. A byte of 0 is always the plainest choice, so that proptest shrinks a story to few and
//! plain actions.

use proptest::prelude::*;

use crate::actions::{Action, Change, Facts, Forgery, Key, Later, Note, Owner, Plan, PodPlan, Wish};
use crate::policy::Kind;
use crate::universe::{
    ALLOCATIONS, APPS, GROUPS, NAMESPACE_SELECTORS, NAMESPACES, POD_SELECTORS, PODNETWORKINGS, PODS, TEAMS, TIERS,
    VSWITCHES, WORKLOADS, ZONES,
};

/// How many bytes make an action.
const BYTES: usize = 20;

struct Bytes {
    bytes: [u8; BYTES],
    next: usize,
}

impl Bytes {
    fn byte(&mut self) -> usize {
        let byte = self.bytes[self.next % BYTES];
        self.next += 1;
        byte.into()
    }

    /// One of `count`.
    fn one(&mut self, count: usize) -> usize {
        self.byte() % count
    }

    /// One of the first, which are good; now and then one of all.
    fn mostly(&mut self, first: usize, count: usize) -> usize {
        let byte = self.byte();
        if byte < 216 { byte % first } else { byte % count }
    }

    /// One of the list, the first ones more often.
    fn early(&mut self, count: usize) -> usize {
        let byte = self.byte();
        if byte < 128 { byte % count.min(3) } else { byte % count }
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.byte() % list.len()]
    }

    /// True in about `in_256` of 256.
    fn rarely(&mut self, in_256: usize) -> bool {
        self.byte() >= 256 - in_256
    }

    fn facts(&mut self) -> Facts {
        match self.byte() {
            250.. => Facts::NoNamespaces,
            245..250 => Facts::NoPodNetworkings,
            230..245 => Facts::Stale,
            _ => Facts::Fresh,
        }
    }

    /// Two administrators at once are more likely here than in a real cluster.
    fn racing_facts(&mut self) -> Facts {
        match self.byte() {
            250.. => Facts::NoNamespaces,
            245..250 => Facts::NoPodNetworkings,
            180..245 => Facts::Stale,
            _ => Facts::Fresh,
        }
    }

    fn key(&mut self) -> Key {
        if !self.rarely(90) {
            return Key::None;
        }
        let kind = self.one(16);
        let (n, m) = (self.one(4), self.one(4));
        // The one that may be requested comes more often.
        let requested = if self.byte() < 160 { 2 } else { n };
        match kind {
            0 => Key::Networking(n),
            1 => Key::Record,
            2 | 3 => {
                use Forgery::{All, Folded, GroupsAlone, Repeated, Second, VSwitchesAlone};
                Key::Forged(n, self.of(&[All, GroupsAlone, VSwitchesAlone, Second, Folded, Repeated]))
            }
            4 | 5 => Key::Request(2),
            6 => Key::Request(n),
            7 => Key::RequestTwo(requested, m),
            8 => Key::Folded(requested, m),
            9 => Key::Repeated(requested, m),
            10 => Key::Kelvin(requested, m),
            11 => Key::EciVSwitch,
            12 => Key::EciGroup,
            13 => Key::AcsVSwitch,
            14 => self.of(&[Key::AcsGroup, Key::Eni]),
            _ => Key::Ignore,
        }
    }

    fn wish(&mut self) -> Wish {
        let byte = self.byte();
        let (z, y) = (self.one(3), self.one(3));
        match byte {
            0..170 => Wish::None,
            170..190 => Wish::Selector(z),
            190..210 => Wish::In(z),
            210..220 => Wish::NotIn(z),
            220..228 => Wish::EmptyTerm,
            228..234 => Wish::EmptyList,
            234..244 => Wish::EmptyTermAnd(z),
            _ => Wish::TwoTerms(z, y),
        }
    }

    fn owner(&mut self) -> Owner {
        let byte = self.byte();
        let zone = byte % 3;
        match byte {
            0..120 => Owner::None,
            120..190 => Owner::ReplicaSet,
            190..210 => Owner::StatefulSet,
            210..226 => Owner::DaemonSet(zone),
            226..230 => Owner::Claimed,
            230..236 => Owner::ClaimedOnNode(zone),
            236..246 => Owner::NotController(zone),
            _ => Owner::NoNode,
        }
    }

    fn later(&mut self) -> Later {
        match self.byte() {
            0..226 => Later::Nothing,
            226..242 => Later::AddsLabel(self.of(&APPS[..2])),
            _ => Later::TakesZones,
        }
    }

    fn note(&mut self) -> Note {
        let kind = self.one(14);
        let n = self.one(4);
        match kind {
            0 => Note::Record,
            1 => Note::NoRecord,
            2 => Note::Networking(n),
            3 => Note::NoNetworking,
            4 | 5 => Note::Both(n),
            6 => Note::Eni(n < 2),
            7 => Note::NoEni,
            8 => Note::Request(n),
            9 => Note::EciVSwitch,
            10 => Note::EciGroup,
            11 => Note::AcsVSwitch,
            12 => Note::AcsGroup,
            _ => Note::Ignore,
        }
    }

    fn plan(&mut self) -> Plan {
        Plan {
            pods: self.mostly(9, POD_SELECTORS),
            namespaces: self.mostly(3, NAMESPACE_SELECTORS),
            vswitches: self.mostly(5, VSWITCHES),
            groups: self.mostly(3, GROUPS),
            allocation: self.mostly(3, ALLOCATIONS),
        }
    }

    fn pod_plan(&mut self) -> PodPlan {
        let eci_and_node = |byte: usize| match byte {
            0..226 => (false, None),
            226..244 => (true, None),
            _ => (false, Some(byte % 3)),
        };
        let (namespace, name) = (self.early(NAMESPACES.len()), self.one(PODS.len()));
        let (app, tier) = (self.of(&APPS), self.of(&TIERS));
        let (key, wish, owner) = (self.key(), self.wish(), self.owner());
        let (eci, node) = eci_and_node(self.byte());
        let flags = self.byte();
        // Who forges a record knows which PodNetworking selects the pod.
        let (key, terway_is_away) = match (key, app) {
            (Key::Forged(_, how), Some(app)) if flags < 192 => {
                (Key::Forged(usize::from(app == "db"), how), flags & 1 == 1)
            }
            _ => (key, flags & 96 == 96),
        };
        // Who requests a network has labels that select none.
        let requests = matches!(
            key,
            Key::Request(_) | Key::RequestTwo(..) | Key::Folded(..) | Key::Repeated(..) | Key::Kelvin(..)
        );
        let (app, tier) = if requests && flags < 192 { (None, None) } else { (app, tier) };
        PodPlan {
            namespace,
            name,
            app,
            tier,
            key,
            wish,
            owner,
            eci,
            node,
            gated: flags & 3 == 3,
            finalizer: flags & 28 == 28,
            terway_is_away,
            host_network: flags > 248,
            later: self.later(),
            applied: flags == 240 || flags == 241,
            facts: self.facts(),
        }
    }

    fn change(&mut self) -> Change {
        let kind = self.one(16);
        let zone = self.one(3);
        match kind {
            0 => Change::Touch,
            1 => Change::Label("app", self.of(&APPS)),
            2 => Change::Label("tier", self.of(&TIERS)),
            3..8 => Change::Annotate(self.note()),
            8 | 9 => Change::AddSelector(zone),
            10 => Change::Append(zone),
            11 => Change::Ungate,
            12 => Change::Adopt(self.owner()),
            13 => Change::Finalizer,
            14 => Change::Label(crate::universe::ECI, self.of(&[None, Some("true")])),
            _ => match zone {
                0 => Change::SetNode(zone),
                1 => Change::RemoveSelector,
                _ => Change::Gate,
            },
        }
    }
}

impl Action {
    fn read(bytes: [u8; BYTES]) -> Self {
        let mut bytes = Bytes { bytes, next: 0 };
        let kind = bytes.byte();
        match kind {
            0..66 => Self::CreatePod(bytes.pod_plan()),
            66..104 => Self::UpdatePod { pod: bytes.byte(), change: bytes.change(), facts: bytes.facts() },
            104..112 => Self::DeletePod { pod: bytes.byte() },
            112..120 => Self::CreateWorkload {
                kind: bytes.of(&[Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Job]),
                namespace: bytes.early(3),
                name: bytes.one(WORKLOADS.len()),
                app: bytes.of(&APPS),
                tier: bytes.of(&TIERS),
                wish: bytes.wish(),
                key: bytes.key(),
                facts: bytes.facts(),
            },
            120..122 => Self::DeleteWorkload { workload: bytes.byte() },
            122..127 => Self::WriteStatus { pod: bytes.byte(), note: bytes.note() },
            127..132 => Self::BindPod {
                pod: bytes.byte(),
                zone: bytes.one(ZONES.len()),
                note: if bytes.rarely(128) { Some(bytes.note()) } else { None },
            },
            132..134 => Self::CreateNamespace { team: bytes.of(&TEAMS), facts: bytes.racing_facts() },
            134..146 => Self::LabelNamespace {
                namespace: bytes.one(NAMESPACES.len()),
                team: bytes.of(&TEAMS),
                facts: bytes.racing_facts(),
            },
            146..149 => Self::OptOut { namespace: bytes.one(2), out: bytes.rarely(100), facts: bytes.racing_facts() },
            149..151 => Self::EciNamespace { namespace: bytes.one(2), on: bytes.rarely(64) },
            // The name that is not there at the start comes more often.
            151..169 => Self::CreatePodNetworking {
                name: bytes.of(&[3, 0, 1, 2, 3, 3]),
                plan: bytes.plan(),
                applied: bytes.rarely(32),
                finalizer: bytes.rarely(64),
                facts: bytes.racing_facts(),
            },
            169..181 => Self::UpdatePodNetworking {
                name: bytes.one(PODNETWORKINGS.len()),
                plan: bytes.plan(),
                facts: bytes.racing_facts(),
            },
            181..183 => Self::TouchPodNetworking { name: bytes.one(PODNETWORKINGS.len()), facts: bytes.racing_facts() },
            183..188 => Self::DeletePodNetworking { name: bytes.one(PODNETWORKINGS.len()) },
            188..204 => Self::Reconcile { name: bytes.one(PODNETWORKINGS.len()) },
            204..212 => Self::RunController {
                workload: bytes.byte(),
                pod: bytes.one(PODS.len()),
                zone: bytes.one(ZONES.len()),
                terway_is_away: bytes.rarely(32),
                facts: bytes.facts(),
            },
            212..242 => {
                Self::Schedule { pod: bytes.byte(), zone: bytes.one(ZONES.len()), is_virtual: bytes.rarely(64) }
            }
            242..245 => Self::WriteBack { pod: bytes.byte() },
            245..248 => Self::RecordSelection { pod: bytes.byte() },
            248 => Self::Relabel { pod: bytes.byte() },
            249..252 => Self::Finalize { what: bytes.one(3), index: bytes.byte(), facts: bytes.facts() },
            _ => Self::ReleaseAddress { pod: bytes.byte() },
        }
    }

    pub fn any() -> impl Strategy<Value = Self> {
        proptest::array::uniform20(any::<u8>()).prop_map(Self::read)
    }
}
