//! Messages and pages are in plain English: words and phrases that readers stumble over do not come back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "support/pages.rs"]
mod support;

use std::path::Path;

use podnetworking_policy::documentation::{SETTINGS_EXAMPLE, rules_markdown, settings_markdown};
use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_policy::rules;

/// Words and phrases, and what to write instead.
const ODD: [(&str, &str); 24] = [
    ("say", "for example"),
    ("says", "shows, has"),
    ("tell", "show, report"),
    ("tells", "shows, reports"),
    ("told", "shown, reported"),
    ("anew", "again"),
    ("lend", "provide"),
    ("lends", "provides"),
    ("lent", "provided"),
    ("stands", "is"),
    ("refuse", "deny"),
    ("refuses", "denies"),
    ("refused", "denied"),
    ("judge", "check"),
    ("judges", "checks"),
    ("judged", "checked"),
    ("grant", "permission"),
    ("grants", "permissions"),
    ("fault", "error, problem"),
    ("faults", "errors, problems"),
    ("for ever", "forever, indefinitely"),
    ("is no", "is not a"),
    ("but for", "except"),
    ("as above", "repeat what is meant"),
];

/// More of them, in pages.
const ODD_IN_PAGES: [(&str, &str); 11] = [
    ("refusal", "denial"),
    ("verb", "command, target"),
    ("verbs", "commands, targets"),
    ("remedy", "fix"),
    ("guest", "module"),
    ("granted", "has the permission"),
    ("lending", "providing"),
    ("that of", "repeat the noun"),
    ("those of", "repeat the noun"),
    ("but where", "except where"),
    ("open the way", "unblock"),
];

/// The odd words in a text. Quoted values are not prose.
fn odd_words(text: &str) -> Vec<String> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" x ").to_lowercase();
    let words: Vec<&str> = prose.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let padded = format!(" {} ", words.join(" "));
    let is_in = |(odd, _): &&(&str, &str)| padded.contains(&format!(" {odd} "));
    ODD.iter().filter(is_in).map(|(odd, better)| format!("`{odd}`, write {better}")).collect()
}

#[track_caller]
fn check(place: &str, text: &str) {
    let odd = odd_words(text);
    assert!(odd.is_empty(), "{place}: {}\n{text}", odd.join("; "));
}

/// The texts of all `message` and `help` fields of the golden cases, with the file.
fn golden_texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap() {
        let folder = folder.unwrap().path();
        for file in folder.is_dir().then(|| std::fs::read_dir(&folder).unwrap()).into_iter().flatten() {
            let path = file.unwrap().path();
            for line in std::fs::read_to_string(&path).unwrap().lines().map(str::trim) {
                if line.starts_with("message: ") || line.starts_with("help: ") {
                    texts.push((path.display().to_string(), line.to_owned()));
                }
            }
        }
    }
    texts
}

#[test]
fn messages_are_plain() {
    let texts = golden_texts();
    assert!(texts.len() > 600, "only {} texts were found", texts.len());
    for (place, text) in texts {
        check(&place, &text);
    }
}

#[test]
fn documentation_is_plain() {
    for rule in rules::all() {
        for text in [rule.docs.title, rule.docs.fires, rule.docs.reason, rule.docs.remedy] {
            check(rule.id, text);
        }
    }
    for mutation in MUTATIONS {
        check(mutation.id, mutation.does);
    }
    check("settings.md", &settings_markdown().replace(SETTINGS_EXAMPLE, ""));
    for line in rules_markdown().lines() {
        check("rules.md", line);
    }
}

#[test]
fn pages_are_plain() {
    let mut found = Vec::new();
    // Its words are the ones of the code.
    let of_the_code = support::root().join("docs/architecture.md");
    for page in support::pages().into_iter().filter(|page| *page != of_the_code) {
        let text = support::read(&page);
        // "There is no ..." and "the document says ..." are usual.
        let prose = support::prose(&text).replace("here is no", "here x").replace("the document says", "x");
        for line in prose.lines() {
            let name = support::name(&page);
            found.extend(odd_words(line).iter().map(|word| format!("{name}: {word}: {line}")));
            let padded = format!(" {} ", line.to_lowercase());
            let more = ODD_IN_PAGES.iter().filter(|(odd, _)| padded.contains(&format!(" {odd} ")));
            found.extend(more.map(|(odd, better)| format!("{name}: `{odd}`, write {better}: {line}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What users read of the repository besides its pages.
#[test]
fn forms_are_plain() {
    let root = support::root();
    let of = |folder: &str| std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = of(".github/ISSUE_TEMPLATE").chain(of("charts/podnetworking-policy/monitoring")).collect();
    files.extend(["action.yml", "questions-ui.yml"].map(|name| root.join(name)));
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        for line in support::read(&file).replace("here is no", "here x").lines() {
            check(&support::name(&file), line);
        }
    }
}

#[test]
fn odd_words_are_found() {
    assert_eq!(odd_words("one with `say` in it, say"), ["`say`, write for example"]);
    assert_eq!(
        odd_words("It is no\nrule, as above."),
        ["`is no`, write is not a", "`as above`, write repeat what is meant"]
    );
    assert!(odd_words("The judgement is not a refusal; `refused` is a value.").is_empty());
}
