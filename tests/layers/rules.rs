//! Holds the imports against the layers.

use std::collections::BTreeSet;

use crate::circles::{Graph, circles};
use crate::program::{Program, Sources};
use crate::resolve::{Arrow, arrows};

/// The layers of the core, and what they never know.
pub struct Layers {
    /// From the top down, the folders and files of each floor.
    pub floors: &'static [&'static [&'static str]],
    /// What some files never name, beyond the floors.
    pub never: &'static [Never],
    /// The folder of the rules.
    pub rules: &'static str,
    /// The catalogue of the rules.
    pub catalogue: &'static str,
    /// What the rules share.
    pub shared: &'static str,
    /// The file that alone compares platforms.
    pub platform: &'static str,
    /// The files with the names of annotations, labels, kinds and fields of the CRD.
    pub names: &'static [&'static str],
    /// The files that alone spell such names.
    pub spellers: &'static [&'static str],
    /// Words in those files that have another meaning in these places.
    pub homonyms: &'static [(&'static str, &'static [&'static str])],
    /// The folder that spells label keys of its own, since it imports none.
    pub label_keys: &'static str,
}

/// Files that never name others.
pub struct Never {
    /// The number of the rule.
    pub rule: usize,
    pub who: Places,
    pub what: Places,
    /// The rule in words.
    pub because: &'static str,
}

/// Folders, which end with `/`, and files.
pub enum Places {
    /// The files in these.
    In(&'static [&'static str]),
    /// The files of the core outside of these.
    CoreExcept(&'static [&'static str]),
    /// The files outside of these.
    Except(&'static [&'static str]),
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// The number of the rule: 0 where something cannot be read, 11 for circles.
    pub rule: usize,
    pub file: String,
    pub line: usize,
    /// What is wrong, in one line.
    pub text: String,
    /// How an exception names it: without lines, which move.
    pub exception: String,
}

const CORE: &str = "src/";

/// Whether a folder or file of the table is a file, or contains it.
fn has(place: &str, file: &str) -> bool {
    if place.ends_with('/') { file.starts_with(place) } else { file == place }
}

fn any_has(places: &[&str], file: &str) -> bool {
    places.iter().any(|place| has(place, file))
}

impl Places {
    fn has(&self, file: &str) -> bool {
        match self {
            Self::In(places) => any_has(places, file),
            Self::CoreExcept(places) => file.starts_with(CORE) && !any_has(places, file),
            Self::Except(places) => !any_has(places, file),
        }
    }

    fn listed(&self) -> &'static [&'static str] {
        match self {
            Self::In(places) | Self::CoreExcept(places) | Self::Except(places) => places,
        }
    }
}

/// A key of an annotation or a label: a domain, a slash and a name.
fn is_key(text: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    text.split_once('/').is_some_and(|(domain, name)| domain.contains('.') && is_word(domain) && is_word(name))
}

impl Layers {
    /// The folders, files and homonyms of the table that are not there.
    pub fn stale(&self, sources: &Sources) -> Vec<&'static str> {
        let never = self.never.iter().flat_map(|never| [never.who.listed(), never.what.listed()]);
        let mut places: Vec<&str> =
            self.floors.iter().copied().chain(never).chain([self.names, self.spellers]).flatten().copied().collect();
        places.extend([self.rules, self.catalogue, self.shared, self.platform, self.label_keys]);
        places.retain(|place| !sources.files.keys().any(|file| has(place, file)));
        let program = Program::read(sources);
        let known = self.known(&program);
        let is_spelt = |place: &str, word: &str| {
            known.contains(word)
                && program.literals.iter().any(|literal| literal.text == word && has(place, &literal.file))
        };
        for (place, words) in self.homonyms {
            places.extend(words.iter().filter(|word| !is_spelt(place, word)));
        }
        places
    }

    /// The floor of a file, counted from the top, and its folder or file there.
    fn floor(&self, file: &str) -> Option<(usize, &'static str)> {
        let mut floors = self.floors.iter().enumerate();
        floors.find_map(|(floor, places)| Some((floor, *places.iter().find(|place| has(place, file))?)))
    }

    /// Everything that breaks a rule, sorted.
    pub fn breaches(&self, sources: &Sources) -> Vec<Breach> {
        let program = Program::read(sources);
        let (arrows, lost) = arrows(&program);
        let mut breaches: Vec<Breach> = program.problems.iter().chain(&lost).map(|problem| unread(problem)).collect();
        for file in sources.files.keys() {
            if !program.reached.contains(file) {
                breaches.push(unread(&format!("{file}: no `mod` reaches the file")));
            }
            if file.starts_with(CORE) && self.floor(file).is_none() {
                breaches
                    .push(unread(&format!("{file}: is on no floor: add the file, or its folder, to tests/layers.rs")));
            }
        }
        for arrow in &arrows {
            self.downwards(arrow, &mut breaches);
            self.never(arrow, &mut breaches);
            self.between_rules(arrow, &mut breaches);
            if arrow.is_platform && arrow.to == self.platform {
                breaches.push(breach(8, arrow, &format!("{} alone compares platforms", self.platform)));
            }
            if arrow.is_own_face {
                breaches.push(breach(10, arrow, "a file never imports the face of a folder that it is in"));
            } else if let Some(through) = &arrow.through {
                breaches.push(breach(
                    10,
                    arrow,
                    &format!("a name is imported from the file that defines it, not {through}"),
                ));
            }
        }
        for (file, line) in program.platforms.iter().filter(|(file, _)| file != self.platform) {
            breaches.push(Breach {
                rule: 8,
                file: file.clone(),
                line: *line,
                text: format!("rule 8: {file}:{line} compares a platform: {} alone compares platforms", self.platform),
                exception: format!("rule 8: {file} -> {}", self.platform),
            });
        }
        self.names_spelt_again(&program, &mut breaches);
        self.circles(&arrows, &mut breaches);
        breaches.sort();
        breaches.dedup();
        breaches
    }

    /// Rule 1.
    fn downwards(&self, arrow: &Arrow, breaches: &mut Vec<Breach>) {
        if let (Some((from, own)), Some((to, other))) = (self.floor(&arrow.from), self.floor(&arrow.to))
            && own != other
            && to <= from
        {
            let place = if to == from { "beside" } else { "above" };
            breaches.push(breach(1, arrow, &format!("{other} is {place} {own}")));
        }
    }

    /// Rules 2, 3, 4, 5 and 7.
    fn never(&self, arrow: &Arrow, breaches: &mut Vec<Breach>) {
        let never = self.never.iter().filter(|never| never.who.has(&arrow.from) && never.what.has(&arrow.to));
        breaches.extend(never.map(|never| breach(never.rule, arrow, never.because)));
    }

    /// Rule 6.
    fn between_rules(&self, arrow: &Arrow, breaches: &mut Vec<Breach>) {
        if !has(self.rules, &arrow.from) || !has(self.rules, &arrow.to) || arrow.from == self.catalogue {
            return;
        }
        if arrow.to == self.catalogue {
            breaches.push(breach(6, arrow, "no rule imports the catalogue"));
        } else if !has(self.shared, &arrow.from) && !has(self.shared, &arrow.to) {
            breaches.push(breach(
                6,
                arrow,
                &format!("a rule imports no other rule; {} has what they share", self.shared),
            ));
        }
    }

    /// The names of annotations, labels, kinds and fields of the CRD. A path is a name, and so is each of its parts.
    fn known<'p>(&self, program: &'p Program) -> BTreeSet<&'p str> {
        let is_name =
            |text: &&str| text.len() > 1 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-./_".contains(c));
        let is_path = |text: &str| ["spec.", "status."].iter().any(|start| text.starts_with(start));
        let spelt = program.literals.iter().filter(|literal| any_has(self.names, &literal.file));
        let spelt = spelt.map(|literal| literal.text.as_str()).filter(is_name);
        spelt.flat_map(|text| text.split('.').filter(move |_| is_path(text)).chain([text])).collect()
    }

    /// Rule 9.
    fn names_spelt_again(&self, program: &Program, breaches: &mut Vec<Breach>) {
        let known = self.known(program);
        let is_homonym = |file: &str, text: &str| {
            self.homonyms.iter().any(|(place, words)| has(place, file) && words.contains(&text))
        };
        for literal in &program.literals {
            let (file, line, text) = (&literal.file, literal.line, literal.text.as_str());
            let is_name = known.contains(text) || is_key(text) && !has(self.label_keys, file);
            if is_name && file.starts_with(CORE) && !any_has(self.spellers, file) && !is_homonym(file, text) {
                breaches.push(Breach {
                    rule: 9,
                    file: file.clone(),
                    line,
                    text: format!(
                        "rule 9: {file}:{line} spells `{text}`: {} alone spell names",
                        self.spellers.join(" and ")
                    ),
                    exception: format!("rule 9: {file} `{text}`"),
                });
            }
        }
    }

    /// Circles in any crate. Those through several folders of the core break rule 1 already.
    fn circles(&self, arrows: &[Arrow], breaches: &mut Vec<Breach>) {
        let place = |file: &str| self.floor(file).map(|(_, place)| place);
        let mut files = Graph::new();
        let inner = arrows.iter().filter(|arrow| arrow.is_inner && arrow.from != arrow.to);
        for arrow in inner.filter(|arrow| place(&arrow.from) == place(&arrow.to)) {
            files.entry(&arrow.from).or_default().insert(&arrow.to);
        }
        let circles = circles(&files).into_iter().map(|circle| {
            let next = circle.iter().cycle().skip(1);
            let step = |(from, to): (&&str, &&str)| {
                arrows.iter().find(|arrow| arrow.from == **from && arrow.to == **to).map(named)
            };
            let steps: Vec<String> = circle.iter().zip(next).filter_map(step).collect();
            Breach {
                rule: 11,
                file: circle[0].to_owned(),
                line: 0,
                text: format!("circle: {}", steps.join(", ")),
                exception: format!("circle: {}", circle.join(", ")),
            }
        });
        breaches.extend(circles);
    }
}

/// What is left to do: breaches that are no exception, and exceptions that are not needed.
pub fn left(breaches: &[Breach], exceptions: &[&str]) -> Vec<String> {
    let new = breaches.iter().filter(|breach| !exceptions.contains(&breach.exception.as_str()));
    let is_needed = |exception: &str| breaches.iter().any(|breach| breach.exception == exception);
    let stale = exceptions.iter().filter(|exception| !is_needed(exception));
    let stale = stale.map(|exception| format!("the exception `{exception}` is not needed: remove it"));
    new.map(|breach| breach.text.clone()).chain(stale).collect()
}

fn named(arrow: &Arrow) -> String {
    format!("{}:{} names {} of {}", arrow.from, arrow.line, arrow.name, arrow.to)
}

fn breach(rule: usize, arrow: &Arrow, because: &str) -> Breach {
    Breach {
        rule,
        file: arrow.from.clone(),
        line: arrow.line,
        text: format!("rule {rule}: {}: {because}", named(arrow)),
        exception: format!("rule {rule}: {} -> {}", arrow.from, arrow.to),
    }
}

fn unread(problem: &str) -> Breach {
    Breach { rule: 0, file: String::new(), line: 0, text: problem.to_owned(), exception: problem.to_owned() }
}
