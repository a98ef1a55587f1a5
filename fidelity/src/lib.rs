//! Only tests: see `tests/fidelity.rs`.
