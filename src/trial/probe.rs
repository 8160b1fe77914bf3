//! `probe`: the free ladder from the name of the host to the packs of the account; a failing step is diagnosed.

use std::time::Duration;

use super::answer::{Answer, Mode, Outcome, Step, next};
use super::{Desk, tell};
use crate::kling::{Evidence, Ladder, PackStatus, Report};
use serde_json::json;

/// Time for each step.
const EACH: Duration = Duration::from_secs(8);

/// Climbs the ladder.
pub(super) async fn run(desk: &Desk<'_>) -> Answer {
    let knowledge = &desk.engine.knowledge;
    let found = desk.operator.credential();
    let notes: Vec<String> = match &found {
        Ok(found) => found.notes.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    };
    let client = match desk.operator.client(knowledge, found.ok().map(|found| found.credential)) {
        Ok(client) => client,
        Err(error) => return Answer::new(Mode::Probe, Outcome::Refused, format!("Nothing was asked: {error}."), &knowledge.as_of),
    };
    let report = Ladder::new(&client, EACH).run().await;
    let mut answer = Answer::new(Mode::Probe, outcome(&report), summary(&report, &notes), &knowledge.as_of);
    answer.steps = steps(&report, &notes);
    if let Some(failed) = report.failed {
        failure(desk, &mut answer, &report, failed);
    } else {
        answer.next = Some(next("test_generation", json!({"mode": "dry_run"})));
    }
    answer
}

fn outcome(report: &Report) -> Outcome {
    if report.failed.is_some() { Outcome::Failed } else { Outcome::Ok }
}

fn summary(report: &Report, notes: &[String]) -> String {
    match report.failed.and_then(|name| report.step(name)) {
        None => {
            let online = report.packs.iter().filter(|pack| pack.status == PackStatus::Online).count();
            format!(
                "The service is reachable and takes the credential; {online} of {} packs are in use. Nothing was created.",
                report.packs.len()
            )
        }
        Some(step) if step.name == "credential" => {
            format!("{}. The host is reachable; nothing else can be asked without it.", notes.join("; "))
        }
        Some(step) => format!("It stops at {}: {}. Nothing was created.", step.name, step.detail),
    }
}

fn steps(report: &Report, notes: &[String]) -> Vec<Step> {
    let step = |step: &crate::kling::Step| {
        let note = if step.name == "credential" && !notes.is_empty() { format!("; {}", notes.join("; ")) } else { String::new() };
        Step { name: step.name.to_owned(), ok: step.ok, detail: format!("{}{note}", step.detail), ms: Some(step.ms) }
    };
    let mut steps: Vec<Step> = report.steps.iter().map(step).collect();
    steps.extend(report.packs.iter().map(pack));
    steps
}

/// A pack without its name, which is the service's text.
#[expect(clippy::cast_precision_loss, reason = "thousandths of a pack are far below 2^52")]
fn pack(pack: &crate::kling::Pack) -> Step {
    let units = |milli: Option<i64>| milli.map_or("unknown".to_owned(), |milli| format!("{}", milli as f64 / 1000.0));
    let state = match &pack.status {
        PackStatus::NotYet => "starts later",
        PackStatus::Online => "in use",
        PackStatus::Expired => "expired",
        PackStatus::RunOut => "used up",
        PackStatus::Other(_) => "in a state that is not known",
    };
    let ends = pack.ends_ms.map(|ms| format!(", ends {}", crate::diagnose::utc(ms.div_euclid(1_000)))).unwrap_or_default();
    let detail = format!("{state}: {} of {} units left (up to 12 h late){ends}", units(pack.remaining_milli), units(pack.total_milli));
    Step { name: "pack".to_owned(), ok: Some(pack.status == PackStatus::Online), detail, ms: None }
}

fn failure(desk: &Desk<'_>, answer: &mut Answer, report: &Report, failed: &str) {
    let Some(step) = report.step(failed) else { return };
    let path = if failed == "auth_legacy" { "/account/costs" } else { "/tasks?task_ids=0" };
    let url = format!("{}{path}", desk.base_url());
    let none = Evidence::default();
    let evidence = step.evidence.as_ref().unwrap_or(&none);
    let text = match &step.evidence {
        Some(evidence) => tell::answer_of(&url, evidence),
        None => format!("GET {url}\n{failed} failed: {}", step.detail),
    };
    tell::evidence(answer, evidence);
    answer.diagnosis = tell::diagnosis(desk.engine, desk.now(), &url, &text, evidence);
}
