//! The picture of a terminal in README.md shows what the command prints. `UPDATE_DOCS=1` writes it: `make docs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

const COMMAND: &str = "podnetworking check examples/2-ambiguity/manifests.yaml --context examples/2-ambiguity/cluster.yaml \
                       --settings examples/2-ambiguity/policy.yaml --select overlap";
const PICTURE: &str = "docs/images/terminal.svg";
/// The columns of the terminal.
const COLUMNS: usize = 104;
const LINE_HEIGHT: usize = 19;

/// The class of a character by the codes before it.
#[derive(Clone, Copy, PartialEq)]
struct Style {
    bold: bool,
    colour: Option<&'static str>,
}

const PLAIN: Style = Style { bold: false, colour: None };

impl Style {
    fn after(self, code: &str) -> Self {
        let colour = match code {
            "0" => return PLAIN,
            "1" => return Self { bold: true, ..self },
            "31" | "91" => "red",
            "32" | "92" => "green",
            "33" | "93" => "yellow",
            "34" | "94" => "blue",
            "36" | "96" => "cyan",
            other => panic!("no picture for the code {other}"),
        };
        Self { colour: Some(colour), ..self }
    }
}

/// The lines of the terminal: long ones go on in the next.
fn lines(output: &str) -> Vec<Vec<(char, Style)>> {
    let (mut lines, mut line, mut style) = (Vec::new(), Vec::new(), PLAIN);
    let mut rest = output.chars();
    while let Some(char) = rest.next() {
        match char {
            '\u{1b}' => {
                let codes: String = rest.by_ref().skip(1).take_while(|char| *char != 'm').collect();
                style = codes.split(';').fold(style, Style::after);
            }
            '\n' => lines.push(std::mem::take(&mut line)),
            _ => {
                if line.len() == COLUMNS {
                    lines.push(std::mem::take(&mut line));
                }
                line.push((char, style));
            }
        }
    }
    lines
}

fn escaped(char: char) -> String {
    match char {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        _ => char.to_string(),
    }
}

fn picture(output: &str) -> String {
    let lines = lines(output);
    let (width, height) = (COLUMNS * 8 + 40, lines.len() * LINE_HEIGHT + 64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"t\">\n<title id=\"t\">The output of podnetworking check</title>\n<style>\n\
         text {{ font: 13px ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; fill: #d1d7e0; white-space: pre }}\n\
         .bold {{ font-weight: 700; fill: #ffffff }} .red {{ fill: #ff7b72 }} .green {{ fill: #7ee787 }}\n\
         .yellow {{ fill: #f2cc60 }} .blue {{ fill: #79c0ff }} .cyan {{ fill: #76e3ea }}\n</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#151b23\"/>\n\
         <circle cx=\"22\" cy=\"20\" r=\"6\" fill=\"#ff5f57\"/><circle cx=\"42\" cy=\"20\" r=\"6\" fill=\"#febc2e\"/>\
         <circle cx=\"62\" cy=\"20\" r=\"6\" fill=\"#28c840\"/>\n"
    );
    for (index, line) in lines.iter().enumerate() {
        let y = 56 + index * LINE_HEIGHT;
        write!(svg, "<text x=\"20\" y=\"{y}\" xml:space=\"preserve\">").unwrap();
        for part in line.chunk_by(|before, after| before.1 == after.1) {
            let style = part.first().map_or(PLAIN, |(_, style)| *style);
            let text: String = part.iter().map(|(char, _)| escaped(*char)).collect();
            let classes: Vec<&str> = [style.bold.then_some("bold"), style.colour].into_iter().flatten().collect();
            match classes.as_slice() {
                [] => svg.push_str(&text),
                classes => write!(svg, "<tspan class=\"{}\">{text}</tspan>", classes.join(" ")).unwrap(),
            }
        }
        svg.push_str("</text>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

#[test]
fn the_terminal_shows_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ran = Command::new(env!("CARGO_BIN_EXE_podnetworking"))
        .current_dir(&root)
        .args(COMMAND.split_whitespace().skip(1))
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .env_remove("PODNETWORKING_SETTINGS")
        .output()
        .unwrap();
    let output = format!("$ {COMMAND}\n{}", String::from_utf8(ran.stdout).unwrap());
    let picture = picture(&output);
    let path = root.join(PICTURE);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &picture).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == picture, "{PICTURE} is stale: run `make docs`");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(&format!("$ {COMMAND}\n")), "README.md has the same as text");
}
