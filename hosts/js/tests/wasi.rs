//! `podnetworking.wasm` in Node's WASI: it decides the golden cases with `decide` and `validate`, and explains why it has no
//! `run`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod node;

use libtest_mimic::{Arguments, Trial};
use podnetworking_testing::cases;
use serde_json::{Value, json};

/// The build cannot run modules: its help does not mention `run` and `session`, and both are an error that says so.
fn without_run() {
    let arguments: [&[&str]; 4] = [&["--help"], &["man"], &["run", "policy.wasm", "."], &["session", "pod.yaml"]];
    let lines = arguments.iter().map(|args| json!({ "args": args }).to_string()).collect();
    let answers = node::answers(node::WASI, &node::wasi_command(), lines);
    let answers: Vec<Value> = answers.iter().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    let help = answers[0]["stdout"].as_str().expect("a text");
    assert!(help.contains("NO_COLOR") && !help.contains("session") && !help.contains("CACHE"), "{help}");
    for (error, expected) in answers[1..].iter().zip([
        "this build has no `completions` and no `man`",
        "this build cannot run wasm modules",
        "this build cannot run wasm modules",
    ]) {
        assert_eq!(error["code"], 2, "{error}");
        let text = error["stderr"].as_str().expect("a text");
        assert!(text.contains(expected), "{text}");
    }
}

fn main() {
    let cases = cases();
    let commands = ["decide", "validate"];
    let ask = |command: &str, payload: &str| json!({"args": [command], "stdin": payload}).to_string();
    let lines = cases.iter().flat_map(|case| commands.map(|command| ask(command, &case.payload()))).collect();
    let answers = node::answers(node::WASI, &node::wasi_command(), lines);
    let answers: Vec<Value> = answers.iter().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    let trial = |(case, answers): (podnetworking_testing::Case, &[Value])| {
        let [decision, response] = [0, 1].map(|at| answers[at].clone());
        Trial::test(case.name.clone(), move || {
            for answer in [&decision, &response] {
                if answer["code"] != 0 {
                    return Err(format!("the command exits with {}: {}", answer["code"], answer["stderr"]).into());
                }
            }
            case.check(decision["stdout"].as_str().expect("a text"))?;
            case.check_validation_response(response["stdout"].as_str().expect("a text"))?;
            Ok(())
        })
    };
    let mut trials: Vec<Trial> = cases.into_iter().zip(answers.chunks(commands.len())).map(trial).collect();
    trials.push(Trial::test("without-run", || Ok(without_run())));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
