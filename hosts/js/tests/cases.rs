//! The golden cases, decided by the npm package in Node: `decideText` gets the text of each payload, `decide` and `validate`
//! get its objects. All cases run in one process.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod node;

use libtest_mimic::{Arguments, Trial};
use podnetworking_testing::{Case, cases};

/// Reads payloads and writes the answers, one in each line.
const SCRIPT: &str = r#"
const { decide, decideText, validate } = require(process.argv[1]);
const lines = require("node:readline").createInterface({ input: process.stdin });
const objects = (text) => {
  // Only `decideText` gets text that is not JSON, or that an object cannot represent (a duplicate key, numbers beyond 2^53,
  // the digits of `1.0`).
  try {
    const object = JSON.parse(text);
    return JSON.stringify(object).length === text.length ? object : null;
  } catch { return null; }
};
lines.on("line", (line) => {
  const text = JSON.parse(line);
  const payload = objects(text);
  const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  const decisions = [decideText(text)];
  if (isObject) decisions.push(JSON.stringify(decide(payload)));
  const responses = isObject ? [JSON.stringify(validate(payload))] : [];
  console.log(JSON.stringify([decisions, responses]));
});
"#;

/// The decisions on a case, and the responses to it.
type Answers = [Vec<String>; 2];

fn answers(cases: &[Case]) -> Vec<Answers> {
    let lines = cases.iter().map(|case| serde_json::to_string(&case.payload()).expect("JSON")).collect();
    let answers = node::answers(SCRIPT, &node::package(), lines);
    answers.iter().map(|line| serde_json::from_str(line).expect("the answers to a case")).collect()
}

fn main() {
    let cases = cases();
    let answers = answers(&cases);
    let trial = |(case, [decisions, responses]): (Case, Answers)| {
        Trial::test(case.name.clone(), move || {
            decisions.iter().try_for_each(|decision| case.check(decision))?;
            responses.iter().try_for_each(|response| case.check_validation_response(response))?;
            Ok(())
        })
    };
    libtest_mimic::run(&Arguments::from_args(), cases.into_iter().zip(answers).map(trial).collect()).exit();
}
