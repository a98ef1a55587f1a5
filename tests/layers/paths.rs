//! The test is tested: each way to write a path leads to the file that defines the name.

use crate::program::Program;
use crate::resolve::arrows;
use crate::tree::with;

const OVERLAP: &str = "src/rules/overlap.rs";
const PARTIAL: &str = "src/objects/partial.rs";
const PLATFORM: &str = "src/settings/platform.rs";
const POD: &str = "src/decide/pod.rs";
const WORDS: &str = "src/rules/support/words.rs";

/// What the last text that is added takes from other files.
#[track_caller]
fn assert_leads(additions: &[(&str, &str)], expected: &[(&str, &str)]) {
    let sources = with(additions);
    let (file, text) = additions[additions.len() - 1];
    let before = sources.files[file].lines().count() - text.lines().count();
    let (arrows, lost) = arrows(&Program::read(&sources));
    assert_eq!(lost, [""; 0]);
    let added = arrows.iter().filter(|arrow| arrow.from == file && arrow.line > before);
    let mut leads: Vec<(&str, &str)> = added.map(|arrow| (arrow.name.as_str(), arrow.to.as_str())).collect();
    leads.sort_unstable();
    assert_eq!(leads, expected);
}

#[test]
fn nested_groups_self_and_other_names() {
    let text = "use crate::{rules::{self, overlap as o, support::words::{self as w, overlap}}, well_known::KIND as _};
        fn f() { o::check(w::overlap()) }";
    assert_leads(
        &[("src/decide/mod.rs", text)],
        &[
            ("crate::rules", "src/rules/mod.rs"),
            ("crate::rules::overlap", OVERLAP),
            ("crate::rules::support::words", WORDS),
            ("crate::rules::support::words::overlap", WORDS),
            ("crate::well_known::KIND", "src/well_known.rs"),
            ("o::check", OVERLAP),
        ],
    );
}

#[test]
fn self_and_super() {
    let text = "fn f(_: super::judgement::judge::Judge) { self::inner::g() }
        mod inner { pub fn g() { super::super::rules::overlap::check(); super::pod::decide() } }";
    assert_leads(
        &[("src/decide/mod.rs", text)],
        &[
            ("super::judgement::judge::Judge", "src/judgement/judge.rs"),
            ("super::pod::decide", POD),
            ("super::super::rules::overlap::check", OVERLAP),
        ],
    );
}

#[test]
fn names_that_lib_rs_and_mod_rs_pass_on() {
    let passed = ("src/decide/mod.rs", "pub(crate) use self::pod::Decision as Answer;");
    assert_leads(
        &[passed, ("src/rules/zones.rs", "use crate::decide;\nfn f(_: decide::Answer, _: crate::Platform) {}")],
        &[
            ("crate::Platform", PLATFORM),
            // The function that lib.rs passes on, and the module.
            ("crate::decide", "src/decide/mod.rs"),
            ("crate::decide", POD),
            ("decide::Answer", POD),
        ],
    );
}

#[test]
fn names_of_another_crate() {
    let text = "use podnetworking_walk::Walker as W;
        fn f(_: podnetworking_policy::Outcome) { ::podnetworking_policy::Platform::Ack; podnetworking_policy::rules::overlap::check() }";
    assert_leads(
        &[("cli/src/main.rs", text)],
        &[
            ("podnetworking_policy::Outcome", POD),
            ("podnetworking_policy::Platform::Ack", PLATFORM),
            ("podnetworking_policy::rules::overlap::check", OVERLAP),
            ("podnetworking_walk::Walker", "walk/src/walker.rs"),
        ],
    );
}

#[test]
fn globs_lead_to_the_module_and_to_each_name_that_is_used() {
    let text =
        "use podnetworking_policy::*;\nfn f(_: Outcome) { let unused = 1; Platform::Ack; rules::overlap::check }";
    assert_leads(
        &[("cli/src/main.rs", text)],
        &[
            ("Outcome", POD),
            ("Platform::Ack", PLATFORM),
            ("podnetworking_policy", "src/lib.rs"),
            ("rules::overlap::check", OVERLAP),
        ],
    );
    let text = "fn f() { use crate::settings::platform::Platform::*; Serverless }";
    assert_leads(&[(POD, text)], &[]);
    assert_leads(&[("src/decide/mod.rs", text)], &[("crate::settings::platform::Platform", PLATFORM)]);
}

#[test]
fn a_private_use_is_not_passed_on() {
    let session = ("cli/src/session.rs", "use crate::run;\npub fn run() { run::run() }");
    assert_leads(
        &[session, ("cli/src/main.rs", "mod session;\nuse session::run as go;")],
        &[("session::run", "cli/src/session.rs")],
    );
}

#[test]
fn macros() {
    let text =
        "fn f() { println!(\"crate::rules\", x = crate::rules::overlap::check(pod), y => crate::well_known::KIND) }
        macro_rules! own { ($a:ident) => { $crate::settings::platform::Platform::$a } }
        fn g() { own!(Ack); crate::shared!() }";
    let shared = ("src/objects/partial.rs", "macro_rules! shared { () => {} }\npub(crate) use shared;");
    let passed = ("src/lib.rs", "use objects::partial::shared;");
    assert_leads(
        &[shared, passed, ("src/decide/mod.rs", text)],
        &[
            ("crate::rules::overlap::check", OVERLAP),
            ("crate::settings::platform::Platform", PLATFORM),
            ("crate::shared", PARTIAL),
            ("crate::well_known::KIND", "src/well_known.rs"),
        ],
    );
}

#[test]
fn modules_that_a_macro_declares() {
    assert_leads(
        &[(
            "cli/src/main.rs",
            "fn f() { podnetworking_policy::rules::zones::check; podnetworking_policy::rules::RULES }",
        )],
        &[
            ("podnetworking_policy::rules::RULES", "src/rules/mod.rs"),
            ("podnetworking_policy::rules::zones::check", "src/rules/zones.rs"),
        ],
    );
}

#[test]
fn functions_of_a_type_lead_to_their_own_file_too() {
    let far =
        "impl crate::objects::partial::PartialObject { pub const A: u8 = 1; fn g() { Self::A; Self::h() } fn h() {} }";
    assert_leads(&[("src/facts/search/index.rs", far)], &[]);
    assert_leads(
        &[
            ("src/facts/search/index.rs", far),
            ("src/decide/mod.rs", "const A: u8 = crate::objects::partial::PartialObject::A;"),
        ],
        &[
            ("crate::objects::partial::PartialObject::A", "src/facts/search/index.rs"),
            ("crate::objects::partial::PartialObject::A", PARTIAL),
        ],
    );
}

#[test]
fn files_by_path_and_in_folders_of_inline_modules() {
    let text = "#[path = \"../../walk/other.rs\"] mod by_path;\nmod inline { pub mod deep; }\nfn f() { by_path::f(inline::deep::g()) }";
    assert_leads(
        &[
            ("walk/other.rs", "pub fn f() {}"),
            ("cli/src/run/inline/deep.rs", "pub fn g() {}"),
            ("cli/src/run.rs", text),
        ],
        &[("by_path::f", "walk/other.rs"), ("inline::deep::g", "cli/src/run/inline/deep.rs")],
    );
}

#[test]
fn comments_strings_tests_and_visibility_do_not_count() {
    let text = "/// [`crate::rules::RULES`]
        pub(in crate::decide) fn f() -> &'static str { \"crate::rules::RULES\" /* crate::rules::RULES */ }
        #[cfg(test)]
        fn g() { crate::rules::RULES }
        #[cfg(all(test, feature = \"a\"))]
        mod tests { use crate::rules::RULES; }
        impl A { #[cfg(test)] fn h() { crate::rules::RULES } }";
    assert_leads(&[("src/decide/mod.rs", text)], &[]);
}
