//! The golden cases, through `podnetworking.wasm` under Node's WASI: `decide` and `validate` with each payload on stdin.

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

fn main() {
    let cases = cases();
    let verbs = ["decide", "validate"];
    let ask = |verb: &str, payload: &str| json!({"args": [verb], "stdin": payload}).to_string();
    let lines = cases.iter().flat_map(|case| verbs.map(|verb| ask(verb, &case.payload()))).collect();
    let answers = node::answers(node::WASI, &node::wasi_command(), lines);
    let answers: Vec<Value> = answers.iter().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    let trial = |(case, answers): (podnetworking_testing::Case, &[Value])| {
        let [decision, response] = [0, 1].map(|at| answers[at].clone());
        Trial::test(case.name.clone(), move || {
            for answer in [&decision, &response] {
                if answer["code"] != 0 {
                    return Err(format!("it ends with {}: {}", answer["code"], answer["stderr"]).into());
                }
            }
            case.check(decision["stdout"].as_str().expect("a text"))?;
            case.check_validation_response(response["stdout"].as_str().expect("a text"))?;
            Ok(())
        })
    };
    let trials = cases.into_iter().zip(answers.chunks(verbs.len())).map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
