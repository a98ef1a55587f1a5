//! The test is tested: made-up workspaces that break one rule each.

use crate::LAYERS;
use crate::rules::left;
use crate::tree::with;

/// What breaks a rule once the text is added.
#[track_caller]
fn assert_breaches(additions: &[(&str, &str)], expected: &[&str]) {
    let breaches = LAYERS.breaches(&with(additions));
    let texts: Vec<&str> = breaches.iter().map(|breach| breach.text.as_str()).collect();
    assert_eq!(texts, expected);
}

#[test]
fn a_clean_workspace_breaks_no_rule() {
    assert_breaches(&[], &[]);
}

#[test]
fn rule_1_no_file_imports_a_floor_above_its_own() {
    assert_breaches(
        &[("src/collections/mod.rs", "fn f() { crate::settings::platform::Platform::is_serverless }")],
        &["rule 1: src/collections/mod.rs:2 names crate::settings::platform::Platform::is_serverless \
           of src/settings/platform.rs: src/settings/ is above src/collections/"],
    );
    assert_breaches(
        &[
            ("src/lib.rs", "mod request;"),
            ("src/request.rs", "pub struct Request;"),
            ("src/settings/platform.rs", "use crate::request::Request;"),
        ],
        &["rule 1: src/settings/platform.rs:5 names crate::request::Request of src/request.rs: \
           src/request.rs is beside src/settings/"],
    );
}

#[test]
fn rule_2_selectors_import_collections_alone() {
    assert_breaches(
        &[("src/selectors/labels.rs", "use crate::well_known::KIND;")],
        &["rule 2: src/selectors/labels.rs:3 names crate::well_known::KIND of src/well_known.rs: \
           src/selectors/ imports src/collections/ and nothing else"],
    );
}

#[test]
fn rule_3_facts_know_no_settings() {
    assert_breaches(
        &[("src/facts/cache.rs", "use crate::settings::platform::Platform;")],
        &["rule 3: src/facts/cache.rs:3 names crate::settings::platform::Platform of src/settings/platform.rs: \
           src/facts/ knows no rule and no settings"],
    );
}

#[test]
fn rule_3_json_and_settings_know_no_rule() {
    assert_breaches(
        &[
            ("src/json/value.rs", "type A = crate::judgement::rule::Rule;"),
            ("src/settings/platform.rs", "use crate::mutations::annotations::KEY;"),
        ],
        &[
            "rule 1: src/json/value.rs:3 names crate::judgement::rule::Rule of src/judgement/rule.rs: \
             src/judgement/ is above src/json/",
            "rule 1: src/settings/platform.rs:5 names crate::mutations::annotations::KEY of src/mutations/annotations.rs: \
             src/mutations/ is above src/settings/",
            "rule 3: src/json/value.rs:3 names crate::judgement::rule::Rule of src/judgement/rule.rs: \
             src/json/ and src/answer/ know no rule",
            "rule 3: src/settings/platform.rs:5 names crate::mutations::annotations::KEY of src/mutations/annotations.rs: \
             src/settings/ knows no catalogue",
        ],
    );
}

#[test]
fn rule_4_few_folders_name_the_walk_the_partial_objects_and_the_searches() {
    assert_breaches(
        &[(
            "src/decide/pod.rs",
            "use podnetworking_walk::Walker;\nuse crate::objects::partial::PartialObject;\nuse crate::facts::search::index;",
        )],
        &[
            "rule 4: src/decide/pod.rs:8 names podnetworking_walk::Walker of walk/src/walker.rs: \
             src/json/, src/objects/ and src/facts/ alone name the crate walk",
            "rule 4: src/decide/pod.rs:9 names crate::objects::partial::PartialObject of src/objects/partial.rs: \
             src/objects/ and src/facts/ alone name partial objects",
            "rule 4: src/decide/pod.rs:10 names crate::facts::search::index of src/facts/search/index.rs: \
             src/facts/ alone names what searches",
        ],
    );
}

#[test]
fn rule_5_what_reads_does_not_report() {
    assert_breaches(
        &[("src/judgement/subject/pod.rs", "fn f(judge: &crate::judgement::judge::Judge) {}")],
        &["rule 5: src/judgement/subject/pod.rs:3 names crate::judgement::judge::Judge of src/judgement/judge.rs: \
           what reads does not report: src/decide/ reports"],
    );
}

#[test]
fn rule_6_a_rule_imports_no_other_rule_and_no_catalogue() {
    assert_breaches(
        &[("src/rules/zones.rs", "use super::overlap::check as other;")],
        &["rule 6: src/rules/zones.rs:7 names super::overlap::check of src/rules/overlap.rs: \
           a rule imports no other rule; src/rules/support/ has what they share"],
    );
    assert_breaches(
        &[("src/rules/support/words.rs", "use crate::rules::RULES;")],
        &[
            "rule 6: src/rules/support/words.rs:3 names crate::rules::RULES of src/rules/mod.rs: \
             no rule imports the catalogue",
            "rule 10: src/rules/support/words.rs:3 names crate::rules::RULES of src/rules/mod.rs: \
             a file never imports the face of a folder that it is in",
            "circle: src/rules/mod.rs:8 names overlap of src/rules/overlap.rs, \
             src/rules/overlap.rs:1 names super::support::words of src/rules/support/words.rs, \
             src/rules/support/words.rs:3 names crate::rules::RULES of src/rules/mod.rs",
        ],
    );
}

#[test]
fn rule_7_a_mutation_knows_no_judge() {
    assert_breaches(
        &[("src/mutations/annotations.rs", "use crate::judgement::judge::Judge;")],
        &[
            "rule 1: src/mutations/annotations.rs:2 names crate::judgement::judge::Judge of src/judgement/judge.rs: \
             src/judgement/ is beside src/mutations/",
            "rule 7: src/mutations/annotations.rs:2 names crate::judgement::judge::Judge of src/judgement/judge.rs: \
             a mutation knows no rule and no judge",
        ],
    );
}

#[test]
fn rule_8_platforms_are_compared_in_one_file() {
    let named = |line, name| {
        format!(
            "rule 8: cli/src/run.rs:{line} names {name} of src/settings/platform.rs: \
             src/settings/platform.rs alone compares platforms"
        )
    };
    for comparison in [
        "fn f() { p == Platform::Ack }",
        "fn f() { &(Platform::Ack) != p }",
        "fn f() { match p { Platform::Ack => 1, _ => 2 } }",
        "fn f() { matches!(p, Platform::Ack | x if x) }",
        "fn f() { assert!(p == Platform::Ack, \"{}\", 1) }",
        "fn f() { if let Some((Platform::Ack, _)) = p {} }",
        "fn f() { [Platform::Ack].contains(&p) }",
    ] {
        assert_breaches(&[("cli/src/run.rs", comparison)], &[&named(3, "Platform::Ack")]);
    }
    let glob = "mod inner { use podnetworking_policy::Platform::*; fn f() { match p { Serverless => 1 } } }";
    assert_breaches(&[("cli/src/run.rs", glob)], &[&named(3, "Serverless")]);
    let unnamed = "fn f() { a.platform == b.platform }\nfn g() { platform != c }\nfn h() { a.platform() == b }";
    let lines = [3, 4, 5].map(|line| {
        format!("rule 8: cli/src/run.rs:{line} compares a platform: src/settings/platform.rs alone compares platforms")
    });
    assert_breaches(&[("cli/src/run.rs", unnamed)], &lines.each_ref().map(String::as_str));
    assert_breaches(&[("cli/src/run.rs", "fn f() -> Platform { g(Platform::Ack) == 1; Platform::Serverless }")], &[]);
}

#[test]
fn rule_9_a_name_is_spelt_once() {
    assert_breaches(
        &[(
            "src/rules/zones.rs",
            "const A: [&str; 3] = [\"vSwitchOptions\", \"the vSwitchOptions\", \"a.b.c/d\"];\nf!(r\"PodNetworking\" =>);",
        )],
        &[
            "rule 9: src/rules/zones.rs:7 spells `a.b.c/d`: src/well_known.rs and src/objects/ alone spell names",
            "rule 9: src/rules/zones.rs:7 spells `vSwitchOptions`: src/well_known.rs and src/objects/ alone \
             spell names",
            "rule 9: src/rules/zones.rs:8 spells `PodNetworking`: src/well_known.rs and src/objects/ alone \
             spell names",
        ],
    );
    let key = ("src/documentation.rs", "const KEY: &str = \"vSwitchOptions\";");
    assert_breaches(&[("src/lib.rs", "mod documentation;"), key], &[]);
}

#[test]
fn rule_10_a_name_is_imported_from_its_file() {
    assert_breaches(
        &[
            ("src/judgement/mod.rs", "pub use judge::Judge;"),
            ("src/decide/pod.rs", "use crate::judgement::Judge as A;"),
        ],
        &["rule 10: src/decide/pod.rs:8 names crate::judgement::Judge of src/judgement/judge.rs: \
           a name is imported from the file that defines it, not src/judgement/mod.rs"],
    );
    assert_breaches(
        &[("src/selectors/mod.rs", "pub const LAWS: u8 = 3;"), ("src/selectors/labels.rs", "use super::LAWS;")],
        &["rule 10: src/selectors/labels.rs:3 names super::LAWS of src/selectors/mod.rs: \
           a file never imports the face of a folder that it is in"],
    );
}

#[test]
fn a_file_passes_on_the_names_of_its_own_inline_modules() {
    let inline = ("cli/src/run.rs", "pub use inner::Bar;\nmod inner { pub struct Bar; }");
    assert_breaches(&[inline, ("cli/src/main.rs", "use run::Bar;")], &[]);
}

#[test]
fn two_files_of_any_crate_form_no_circle() {
    assert_breaches(
        &[
            ("cli/src/main.rs", "mod output;"),
            ("cli/src/run.rs", "fn f() { crate::output::g() }"),
            ("cli/src/output.rs", "use crate::run;\npub fn g() { run::run() }"),
        ],
        &["circle: cli/src/output.rs:1 names crate::run of cli/src/run.rs, \
           cli/src/run.rs:3 names crate::output::g of cli/src/output.rs"],
    );
}

#[test]
fn a_file_that_is_on_no_list_fails() {
    assert_breaches(
        &[("src/lib.rs", "mod helpers;\nmod lost;"), ("src/helpers.rs", ""), ("cli/src/orphan.rs", "")],
        &[
            "cli/src/orphan.rs: no `mod` reaches the file",
            "src/helpers.rs: is on no floor: add the file, or its folder, to tests/layers.rs",
            "src/lib.rs:17: there is no file for `mod lost;`",
        ],
    );
}

#[test]
fn what_cannot_be_read_or_resolved_fails() {
    assert_breaches(
        &[("cli/src/main.rs", "use podnetworking_policy::decide::gone;"), ("cli/src/run.rs", "\nfn = 1;")],
        &[
            "cli/src/main.rs:3: `podnetworking_policy::decide::gone` leads nowhere",
            "cli/src/run.rs:4: expected identifier",
        ],
    );
}

#[test]
fn an_exception_names_a_breach_and_goes_with_it() {
    let breaches = LAYERS.breaches(&with(&[("src/collections/mod.rs", "use crate::well_known::KIND;")]));
    let exception = "rule 1: src/collections/mod.rs -> src/well_known.rs";
    assert_eq!(left(&breaches, &[exception]), [""; 0]);
    assert_eq!(left(&breaches, &[]), [breaches[0].text.as_str()]);
    assert_eq!(left(&[], &[exception]), [format!("the exception `{exception}` is not needed: remove it")]);
}

#[test]
fn a_row_that_names_nothing_is_found() {
    let mut sources = with(&[]);
    sources.files.retain(|file, _| !file.starts_with("src/json/"));
    sources.files.remove("src/objects/crd.rs");
    let stale = LAYERS.stale(&sources);
    for row in ["src/json/", "type"] {
        assert!(stale.contains(&row), "{row}");
    }
}
