//! YAML as `sigs.k8s.io/yaml` reads it, which is what kubectl reads with: the syntax of go-yaml v2, which is libyaml with
//! a few changes of its own.
//!
//! The files of this folder follow its scanner and its parser step by step, because what they take and deny comes from
//! their steps and not from the specification. Directives are the exception: kubectl cuts a file at each line `---`,
//! so that a document with directives is an error there.

mod cursor;
pub(crate) mod grammar;
mod keys;
mod properties;
mod scalars;
mod scanner;
mod token;
