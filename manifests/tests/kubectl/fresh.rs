//! Documents that nobody has seen, read by the kubectl that is in the PATH and by us.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Output};

use serde_json::{Deserializer, Value};
use tempfile::TempDir;

use crate::compare::{Answer, difference};

const COUNT: usize = 2000;

/// What values and keys are made of.
#[rustfmt::skip]
const SCALARS: [&str; 60] = [
    "a", "é", "a b", "~", "", "null", "yes", "N", "On", "TRUE", "0", "-0", "010", "0o17", "08", "0x1F", "0b11", "1_000", "+5",
    "1e3", "1.5", ".5", "-.5e1", "1e400", "18446744073709551615", "18446744073709551616", ".inf", ".NaN", "2001-12-14", "1:30",
    "<<", "=", "a#b", "a:b", "-a", "?a", ":a", "'it''s'", "'a\n    b'", "\"\\u00e9\\x41\\t\"", "\"a\\\n    b\"", "\"\\'\"",
    "\"\\/\"", "!!str 1", "!!int \"3\"", "!!float 1", "!!binary aGk=", "!!bool on", "!!null ''", "!foo 1", "! 1", "&x 1", "*x",
    "@a", "%a", "`a", "a\tb", "a \t# c", "a?", "a:",
];

/// What goes between and around them.
#[rustfmt::skip]
const SYNTAX: [&str; 24] = [
    "[", "]", "{", "}", ",", ": ", ":\t", ":", "- ", "-\t", "? ", "\n    ", "\n   ", "\n\t", "\n", " # c\n    ", "# c",
    "|\n    ", ">-\n    ", "|2\n    ", "&x ", "*x ", "<<: *x", "\r\n    ",
];

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.below(choices.len())]
    }

    /// A value as a person writes it.
    fn value(&mut self, depth: usize) -> String {
        let anchor = if self.below(8) == 0 { "&x " } else { "" };
        let count = self.below(4);
        let pad = "  ".repeat(depth + 2);
        match self.below(if depth > 2 { 1 } else { 6 }) {
            0 | 1 => self.pick(&SCALARS).to_owned(),
            2 => {
                let items: Vec<String> = (0..count).map(|_| self.flow(depth)).collect();
                format!("{anchor}[{}]", items.join(self.pick(&[", ", ",", ",\n ", " ,\n"])))
            }
            3 => {
                let entries: Vec<String> =
                    (0..count).map(|_| self.pick(&SCALARS).to_owned() + ": " + &self.flow(depth)).collect();
                format!("{anchor}{{{}}}", entries.join(", "))
            }
            4 => (0..=count).fold(anchor.to_owned(), |text, _| {
                text + "\n" + &pad + self.pick(&["- ", "- # c\n    ", "-  "]) + &self.value(depth + 1)
            }),
            _ => (0..=count).fold(anchor.to_owned(), |text, entry| {
                let key = if self.below(3) == 0 { self.pick(&SCALARS).to_owned() } else { format!("k{entry}") };
                let key = if self.below(8) == 0 { "<<" } else { &key };
                text + "\n" + &pad + key + self.pick(&[": ", ":\t", " : "]) + &self.value(depth + 1)
            }),
        }
    }

    fn flow(&mut self, depth: usize) -> String {
        let scalar = self.pick(&SCALARS).to_owned();
        match self.below(6) {
            0 if depth < 3 => format!("[{}]", self.flow(depth + 1)),
            1 if depth < 3 => format!("{{{scalar}: {}}}", self.flow(depth + 1)),
            _ => scalar,
        }
    }

    /// What no person writes.
    fn rubble(&mut self) -> String {
        (0..=self.below(7)).map(|_| if self.below(2) == 0 { self.pick(&SCALARS) } else { self.pick(&SYNTAX) }).collect()
    }

    fn document(&mut self, name: &str) -> String {
        let start = self.pick(&["", "", "", "---\n", "--- # c\n", "# c\n", "\u{FEFF}", "\n", "...\n"]);
        let fields: String = (0..=self.below(2))
            .map(|field| {
                let value = if self.below(4) == 0 { self.rubble() } else { self.value(0) };
                format!("  x{field}: {value}\n")
            })
            .collect();
        let text = format!("{start}apiVersion: v1\nkind: X\nmetadata:\n  name: {name}\nspec:\n{fields}");
        match self.below(8) {
            0 => text.replace('\n', "\r\n"),
            1 => text.trim_end().to_owned(),
            2 => text + self.pick(&["...\n", "...\nrest: [", "---\n", "---\n# c\n"]),
            _ => text,
        }
    }
}

/// kubectl reads the files of a folder, and goes on where one is broken.
fn ask(folder: &TempDir) -> Option<Output> {
    let arguments = ["annotate", "--local", "--output=json", "podnetworking/read=yes", "--filename"];
    Command::new("kubectl").args(arguments).arg(folder.path()).output().ok()
}

#[test]
fn fresh_documents_are_read_as_kubectl_reads_them() {
    let mut dice = Dice(20_260_726);
    let names: Vec<String> = (0..COUNT).map(|number| format!("d{number}")).collect();
    let texts: Vec<String> = names.iter().map(|name| dice.document(name)).collect();
    let folder = TempDir::new().unwrap();
    for (name, text) in names.iter().zip(&texts) {
        std::fs::write(folder.path().join(name).with_extension("yaml"), text).unwrap();
    }
    let Some(output) = ask(&folder) else {
        // Straight to the terminal: what a test prints is hidden where it passes.
        writeln!(std::io::stderr(), "no kubectl is in the PATH: fresh documents were not compared").unwrap();
        return;
    };
    let mut objects: HashMap<String, Value> = HashMap::new();
    for object in Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
        let mut object = object.unwrap();
        let metadata = object["metadata"].as_object_mut().unwrap();
        metadata.remove("annotations");
        objects.insert(metadata["name"].as_str().unwrap().to_owned(), object);
    }
    // Where nearly all is an error, or nothing, the comparison is worth little.
    assert!(objects.len() > COUNT / 4 && objects.len() < COUNT, "kubectl took {} documents", objects.len());
    let differences: Vec<String> = names
        .iter()
        .zip(&texts)
        .filter_map(|(name, text)| {
            let answer = match objects.remove(name) {
                Some(object) => Answer::Object(object),
                None => Answer::Error("an error".to_owned()),
            };
            difference(text, &answer)
        })
        .collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n\n"));
}
