//! Two PodNetworkings that overlap, created at the same instant.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use podnetworking_cluster::api::path_of;
use podnetworking_cluster::platform::podnetworking;
use podnetworking_cluster::server::{Host, Plan, Server};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::json;

use crate::bench::World;

/// How often.
const TIMES: usize = 1000;

/// A thousand times: `serve` with one replica lets exactly one of the two through. policy-server lets both through most of the
/// time, which is counted.
pub async fn a_thousand_pairs_at_the_same_instant(world: &mut World) -> Result<()> {
    let (mut both, mut none) = (0, 0);
    let mut messages = Vec::new();
    for number in 0..TIMES {
        let labels = json!({"app": format!("race-{number}")});
        let pair = ["a", "b"].map(|side| podnetworking(&format!("race-{number}-{side}"), labels.clone(), &["vsw-h"]));
        let (first, second) = tokio::join!(world.api.create(&pair[0]), world.api.create(&pair[1]));
        let answers = [first?, second?];
        match answers.iter().filter(|answer| answer.is_accepted()).count() {
            2 => both += 1,
            0 => none += 1,
            _ => {}
        }
        for (answer, one) in answers.iter().zip(&pair) {
            if answer.is_accepted() {
                world.before.delete(&path_of(one)).await?;
            } else if let Ok(message) = answer.denied() {
                messages.push(message.to_owned());
            }
        }
    }
    note!("{}: of {TIMES} pairs both got in {both} times, neither {none} times", world.server.host.name());
    if world.server.host == Host::PolicyServer {
        return Ok(());
    }
    ensure!(both == 0, "both got in {both} times");
    ensure!(none == 0, "neither got in {none} times, the last message: {:?}", messages.last());
    ensure!(
        messages.iter().all(|message| message.contains("[overlap]")),
        "{:?}",
        messages.iter().find(|one| !one.contains("[overlap]"))
    );
    let reserved = messages.iter().filter(|message| message.contains("is being created; try again in")).count();
    note!("{}: {reserved} of {} denials are of what is being created", world.server.host.name(), messages.len());
    ensure!(reserved > 0, "no denial is of what is being created");
    Ok(())
}

/// Two replicas know nothing of each other: what gets through is seen by their watches, and told by an event on both objects
/// and by a metric.
pub async fn what_gets_through_two_replicas(host: Host) -> Result<()> {
    if host == Host::PolicyServer {
        return Ok(());
    }
    let mut world =
        World::start(host, Plan { settings: json!({"platform": "ack-serverless"}), ..Plan::default() }).await?;
    let plan = Plan { settings: json!({"platform": "ack-serverless"}), ..Plan::default() };
    let second = Server::start(&world.plane, host, "second", plan).await?;
    // The requests of one user are decided by the first, and those of another by the second.
    let users = ["suite:one", "suite:two"];
    for (server, user) in [(&world.server, users[0]), (&second, users[1])] {
        for mut one in server.configurations(&world.plane)? {
            let name = format!("podnetworking-policy-{}", &user[6..]);
            if user == users[0] {
                world.api.delete(&path_of(&one)).await?;
            }
            one["metadata"]["name"] = json!(name);
            let condition = json!({"name": "its-user", "expression": format!("request.userInfo.username == '{user}'")});
            one["webhooks"][0]["matchConditions"] = json!([condition]);
            world.api.apply(&one).await?.accepted()?;
        }
    }
    let [first_user, second_user] = users.map(|user| world.api.impersonate(user));
    for user in [&first_user, &second_user] {
        podnetworking_cluster::configurations::wait_until_asked(user).await?;
    }
    let mut through = Vec::new();
    for number in 0..100 {
        let labels = json!({"app": format!("two-{number}")});
        let pair = ["a", "b"].map(|side| podnetworking(&format!("two-{number}-{side}"), labels.clone(), &["vsw-h"]));
        let (first, second) = tokio::join!(first_user.create(&pair[0]), second_user.create(&pair[1]));
        if first?.is_accepted() && second?.is_accepted() {
            through.push((number, Instant::now()));
            if through.len() == 5 {
                break;
            }
        }
    }
    ensure!(!through.is_empty(), "nothing got through two replicas: nothing is shown");
    let mut slowest = 0.0_f64;
    for (number, since) in &through {
        until("an event on both objects", seconds(10), || async {
            let events = world.api.list("/api/v1/namespaces/default/events", "").await?;
            for side in ["a", "b"] {
                let name = format!("two-{number}-{side}");
                let of = events.iter().find(|event| event["involvedObject"]["name"] == name.as_str());
                of.with_context(|| format!("no event on {name} among {}", events.len()))?;
            }
            Ok(())
        })
        .await?;
        slowest = slowest.max(since.elapsed().as_secs_f64());
    }
    note!("{}: {} pairs got through two replicas, all told after {slowest:.2} s", host.name(), through.len());
    let mut counted = 0.0;
    for server in [&world.server, &second] {
        counted += server.metric("podnetworking_overlapping_pairs_total", &[]).await?.unwrap_or_default();
    }
    ensure!(counted >= through.len() as f64, "{counted} pairs are counted");
    world.server.process.check()
}
