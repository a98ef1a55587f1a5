//! The layers: every import of the core points down, and no two files of a crate form a circle.
//!
//! The test reads the source of every crate of the workspace. A name counts as imported from the file that defines it,
//! however the path is written: through `super`, a glob, a `pub use`, a macro or another crate. Tests do not count.
//!
//! A new file in a folder of the table needs nothing here. A new file or folder at the top of `src/` needs a place on
//! one of the floors: below everything that imports it, and above everything that it imports. A file imports files of its
//! own folder and of the floors below; what stands on the same floor does not know each other.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "layers/circles.rs"]
mod circles;
#[path = "layers/collect.rs"]
mod collect;
#[path = "layers/exceptions.rs"]
mod exceptions;
#[path = "layers/macros.rs"]
mod macros;
#[path = "layers/made_up.rs"]
mod made_up;
#[path = "layers/paths.rs"]
mod paths;
#[path = "layers/program.rs"]
mod program;
#[path = "layers/record.rs"]
mod record;
#[path = "layers/resolve.rs"]
mod resolve;
#[path = "layers/rules.rs"]
mod rules;
#[path = "layers/tree.rs"]
mod tree;
#[path = "layers/workspace.rs"]
mod workspace;

use exceptions::EXCEPTIONS;
use rules::Places::{CoreExcept, Except, In};
use rules::{Layers, Never};

/// The floors from the top down, and what some folders never name although it is below them.
static LAYERS: Layers = Layers {
    floors: &[
        &["src/lib.rs"],
        &["src/decide/", "src/documentation.rs"],
        &["src/rules/"],
        &["src/mutations/", "src/judgement/"],
        &["src/selection/"],
        &["src/facts/"],
        &["src/objects/", "src/answer/"],
        &["src/settings/", "src/request.rs"],
        &["src/json/"],
        &["src/selectors/"],
        &["src/text/", "src/well_known.rs"],
        &["src/collections/"],
        &["walk/src/"],
    ],
    never: &[
        Never {
            rule: 2,
            who: In(&["src/selectors/"]),
            what: Except(&["src/selectors/", "src/collections/"]),
            because: "src/selectors/ imports src/collections/ and nothing else",
        },
        Never {
            rule: 3,
            who: In(&["src/json/", "src/answer/"]),
            what: In(&["src/rules/", "src/judgement/"]),
            because: "src/json/ and src/answer/ know no rule",
        },
        Never {
            rule: 3,
            who: In(&["src/settings/"]),
            what: In(&["src/rules/", "src/mutations/"]),
            because: "src/settings/ knows no catalogue",
        },
        Never {
            rule: 3,
            who: In(&["src/facts/"]),
            what: In(&["src/rules/", "src/judgement/", "src/settings/"]),
            because: "src/facts/ knows no rule and no settings",
        },
        Never {
            rule: 4,
            who: CoreExcept(&["src/json/", "src/objects/", "src/facts/"]),
            what: In(&["walk/"]),
            because: "src/json/, src/objects/ and src/facts/ alone name the crate walk",
        },
        Never {
            rule: 4,
            who: CoreExcept(&["src/objects/", "src/facts/"]),
            what: In(&["src/objects/partial.rs"]),
            because: "src/objects/ and src/facts/ alone name partial objects",
        },
        Never {
            rule: 4,
            who: CoreExcept(&["src/facts/"]),
            what: In(&[
                "src/facts/search/prefilter.rs",
                "src/facts/search/selector_set.rs",
                "src/facts/search/well_formed.rs",
                "src/facts/search/index.rs",
            ]),
            because: "src/facts/ alone names what searches",
        },
        Never {
            rule: 5,
            who: In(&["src/objects/", "src/judgement/subject/"]),
            what: In(&["src/judgement/judge.rs", "src/answer/", "src/rules/"]),
            because: "what reads does not report: src/decide/ reports",
        },
        Never {
            rule: 7,
            who: In(&["src/mutations/"]),
            what: In(&["src/rules/", "src/judgement/"]),
            because: "a mutation knows no rule and no judge",
        },
    ],
    rules: "src/rules/",
    catalogue: "src/rules/mod.rs",
    shared: "src/rules/support/",
    platform: "src/settings/platform.rs",
    names: &["src/well_known.rs", "src/objects/crd.rs"],
    spellers: &["src/well_known.rs", "src/objects/"],
    homonyms: &[
        ("src/", &["id", "selector", "spec", "status", "type", "zone"]),
        // Keys of the settings.
        ("src/settings/read.rs", &["securityGroupIDs", "securityGroups", "vSwitchOptions", "vSwitches"]),
        ("src/documentation.rs", &["securityGroupIDs", "securityGroups", "vSwitchOptions", "vSwitches"]),
        // Fields of other kinds.
        ("src/mutations/zone_affinity.rs", &["matchExpressions"]),
        ("src/rules/template_labels.rs", &["spec.selector"]),
        // The id of a rule, and words of messages.
        ("src/rules/vswitches.rs", &["vSwitch", "vswitches"]),
        ("src/rules/support/wording.rs", &["PodNetworking"]),
    ],
    label_keys: "src/selectors/",
};

#[test]
fn every_import_points_down() {
    let left = rules::left(&LAYERS.breaches(&workspace::sources()), EXCEPTIONS);
    assert!(left.is_empty(), "the head of tests/layers.rs explains the layers\n{}\n", left.join("\n"));
}

#[test]
fn the_table_names_what_is_there() {
    assert_eq!(LAYERS.stale(&workspace::sources()), [""; 0]);
}

#[test]
fn the_page_shows_the_floors() {
    let page = include_str!("../docs/architecture.md");
    let (_, section) = page.split_once("\n## The layers of the core\n").unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|row| row.split('|').nth(1).unwrap());
    let shown: Vec<Vec<&str>> = rows.map(|cell| cell.split('`').skip(1).step_by(2).collect()).collect();
    let floors =
        LAYERS.floors.iter().map(|floor| floor.iter().map(|place| place.replace("walk/src/", "walk/")).collect());
    let floors: Vec<Vec<String>> = floors.collect();
    assert_eq!(shown, floors);
}
