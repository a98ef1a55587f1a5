//! The golden cases, decided by the binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

mod common;

use common::Folder;

#[test]
fn decide_and_validate_answer_every_golden_case() {
    let folder = Folder::new(&[]);
    let mut failures = Vec::new();
    for case in podnetworking_testing::cases() {
        let payload = case.payload();
        let decided = folder.run_with(&["decide"], &payload, &[]);
        let validated = folder.run_with(&["validate"], &payload, &[]);
        for result in [case.check(&decided.stdout), case.check_validation_response(&validated.stdout)] {
            failures.extend(result.err().map(|difference| format!("{}: {difference}", case.folder())));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
