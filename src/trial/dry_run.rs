//! `dry_run`: checks and prices the request and shows the exact bytes. Opens no socket and no file.

use serde_json::{Value, json};

use super::answer::{Answer, CostSeen, Mode, Outcome, Sent, Step, next};
use super::plan::Plan;
use super::{Desk, Input};

/// Longer texts of a body are named by their length.
const LONGEST: usize = 600;

/// Answers without any network.
pub(super) fn run(desk: &Desk<'_>, input: &Input) -> Result<Answer, String> {
    let plan = desk.plan(input)?;
    let as_of = &desk.engine.knowledge.as_of;
    let mut answer = match plan.obstacle() {
        Some(why) => refused(Mode::DryRun, &why, as_of),
        None => fine(&plan, as_of),
    };
    answer.steps = steps(&plan);
    answer.request_sent = Some(sent(desk, &plan, &plan.body()));
    answer.cost = plan.units().map(|units| CostSeen { quoted_units: Some(units), ..CostSeen::default() });
    Ok(answer)
}

fn fine(plan: &Plan, as_of: &str) -> Answer {
    let price = plan.units().map_or("its price is not known".to_owned(), |units| format!("it would cost {units} units"));
    let which = if plan.chosen { "No request was given, so this is the cheapest generation of a current model. " } else { "" };
    let summary = format!("{which}Nothing was sent; the request has no error and {price}. Try it free with mode sandbox.");
    let mut answer = Answer::new(Mode::DryRun, Outcome::Ok, summary, as_of);
    answer.next = Some(next("test_generation", arguments(plan, "sandbox")));
    answer
}

/// An answer for a request that must not be sent.
pub(super) fn refused(mode: Mode, why: &str, as_of: &str) -> Answer {
    let summary =
        format!("Nothing was sent: {}. validate_request lists every problem with a corrected request.", why.trim_end_matches('.'));
    Answer::new(mode, Outcome::Refused, summary, as_of)
}

/// The checks, as steps.
pub(super) fn steps(plan: &Plan) -> Vec<Step> {
    let mut steps = vec![Step::new("validate", plan.verdict.valid, plan.verdict.summary.clone())];
    if let Some(cost) = &plan.verdict.cost {
        steps.push(Step::new("price", true, format!("{} units: {} (prices as of {})", cost.units, cost.basis, cost.as_of)));
    }
    steps
}

/// The same request in another mode.
pub(super) fn arguments(plan: &Plan, mode: &str) -> Value {
    let body = plan.body();
    if plan.chosen || body.to_string().len() > 4 * LONGEST {
        return json!({"mode": mode});
    }
    json!({"mode": mode, "endpoint": plan.path(), "body": body})
}

/// The request as it goes over the wire, with stand-ins for secrets and for long texts.
pub(super) fn sent(desk: &Desk<'_>, plan: &Plan, body: &Value) -> Sent {
    let scheme = |token: &str| format!("Bearer <{token}>");
    let credential = desk.operator.credential().ok().map(|found| found.credential);
    let authorization = match &credential {
        Some(credential) if credential.serves_new() => scheme("your API key"),
        Some(_) => scheme("a token signed with your AK/SK pair"),
        None => scheme("no credential is set"),
    };
    let bytes = body.to_string();
    let headers = [("Authorization", authorization), ("Content-Type", "application/json".to_owned())];
    Sent {
        method: "POST".to_owned(),
        url: format!("{}{}", desk.base_url(), plan.path()),
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        body: Some(shown(body)),
        bytes: bytes.len(),
    }
}

fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > LONGEST => json!(format!("<{} characters>", text.chars().count())),
        Value::String(text) => json!(crate::redact::redact(text).text),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), shown(value))).collect(),
        other => other.clone(),
    }
}
