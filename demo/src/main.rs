//! Runs the policy module on the examples, as a policy server does: `podnetworking-demo POLICY.wasm EXAMPLES`.
//!
//! An example is a folder. `policy.yaml` has the settings, `cluster.yaml` the objects in the cluster, and `manifests.yaml` the
//! objects that are created one after another. A comment above each object states the expected verdict. The exit status is
//! 0 if all verdicts are as expected.

mod example;
mod judge;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use podnetworking_embedded_host::Module;

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(policy), Some(folder), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: podnetworking-demo POLICY.wasm EXAMPLES");
    };
    let module = Module::from_file(&policy).with_context(|| format!("cannot load `{}`", policy.display()))?;
    let examples = example::read_all(&folder)?;
    let mut total = 0;
    let mut wrong = 0;
    for example in &examples {
        show::title(example)?;
        for judged in judge::judge(&module, example)? {
            total += 1;
            wrong += usize::from(!judged.is_as_expected());
            show::judged(&judged)?;
        }
    }
    show::summary(total, wrong)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
