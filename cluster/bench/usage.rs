//! What a process uses.

use anyhow::{Context as _, Result};

/// The time of the processor that a process has used so far, in seconds.
pub fn cpu_seconds(process: u32) -> Result<f64> {
    let file = format!("/proc/{process}/stat");
    let text = std::fs::read_to_string(&file).with_context(|| file.clone())?;
    // The name, in brackets, may contain spaces.
    let (_, fields) = text.rsplit_once(')').context("the name of the process")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || -> Result<u64> { Ok(fields.next().context("the time of the process")?.parse()?) };
    Ok((ticks()? + ticks()?) as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// The most memory that a process has had, in MiB.
pub fn peak_memory(process: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    let kib: f64 = line.split_whitespace().next().context("a number")?.parse()?;
    Ok(kib / 1024.0)
}
