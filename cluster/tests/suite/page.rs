//! The section "Try it without a cluster" of docs/webhook.md: its commands are run in their order, and print what the page shows.

use anyhow::{Context as _, Result, ensure};
use podnetworking_cluster::platform::Controller;
use podnetworking_cluster::programs::repository;
use podnetworking_cluster::server::{Host, Plan};
use podnetworking_cluster::wait::{seconds, until};

use crate::bench::World;

/// The commands of kubectl with what each prints.
fn transcript() -> Result<Vec<(String, String)>> {
    let file = repository().join("docs/webhook.md");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let section = text.split_once("\n## Try it without a cluster\n").context("the section")?.1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in section.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap_or_default().lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command.to_owned(), String::new())),
                (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
                (None, None) => {}
            }
        }
    }
    // What starts the control plane and names it is done already.
    commands.retain(|(command, _)| command.starts_with("kubectl "));
    Ok(commands)
}

/// Each command prints what the page shows.
pub async fn the_section_that_needs_no_cluster(host: Host) -> Result<()> {
    if host != Host::Serve {
        return Ok(());
    }
    let world = World::start(host, Plan::trial()).await?;
    let _controller = Controller::start(&world.before);
    world.until_usable("default").await?;
    let commands = transcript()?;
    ensure!(commands.len() >= 5, "the page has {} commands of kubectl", commands.len());
    let files = repository().display().to_string();
    for (command, expected) in commands {
        let words = command.split(' ').skip(1).map(|word| word.replace('\'', ""));
        let arguments: Vec<String> =
            words.map(|word| word.replace("cluster/try", &format!("{files}/cluster/try"))).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        // A reader takes a moment between two commands.
        until(&command, seconds(15), || async {
            let output = world.kubectl(&arguments).await?;
            let printed = format!("{}{}", output.stdout, output.stderr).replace(&format!("{files}/"), "");
            ensure!(printed == expected, "the page shows\n{expected}\nand it prints\n{printed}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}
