//! Where the engines meet: a paste that holds a request and its refusal gets the request checked as well, and a failure that a
//! retry is asked for is read by the diagnosis, and a scenario of the sandbox is played by the simulator.

use crate::diagnose::{self, Engine, Notice, Report, Verdict};
use crate::knowledge::{Category, Knowledge, Retry};
use crate::redact::redact;
use crate::retry::classify::{Outcome, Transport, account_codes, classify};
use crate::retry::simulate::{Failure, Fault};
use crate::retry::{Operation, Reading};
use crate::sandbox::{Scenario, Step};
use crate::validate::{Input, Severity, Validator};

/// Longer pastes are logs; a request in them is not looked for.
const LONGEST: usize = 64 * 1024;
/// At most this many problems are named.
const MOST: usize = 3;

/// Refusals that a look at the request can explain.
const EXPLAINED: &[Category] = &[
    Category::InvalidParameter,
    Category::UnsupportedModelFeature,
    Category::InvalidMedia,
    Category::EndpointNotFound,
    Category::TaskFailedGeneric,
    Category::Other,
];

/// Whether the request in the paste, if there is one, is worth checking.
pub fn worth_checking(report: &Report, paste: &str) -> bool {
    let about = report.diagnoses.first().is_some_and(|first| EXPLAINED.contains(&first.category));
    report.verdict != Verdict::NotKling && about && paste.len() <= LONGEST
}

/// Adds what is wrong with the request in the paste to what was noticed.
pub fn add_request(report: &mut Report, knowledge: &Knowledge, validator: &Validator, paste: &str) {
    let input = Input { request: Some(redact(paste).text), ..Input::default() };
    let Ok(verdict) = validator.validate(knowledge, &input) else { return };
    if verdict.endpoint.is_none() {
        return;
    }
    let errors = verdict.findings.iter().filter(|finding| finding.severity == Severity::Error && !finding.pointer.starts_with("$headers"));
    let notices = errors.take(MOST).map(|finding| Notice {
        note: format!(
            "The request in the paste, checked offline: `{}` {}. validate_request has the correction.",
            finding.pointer,
            finding.message.trim_end_matches('.')
        ),
        reference: Some(finding.reference.clone()),
    });
    report.also_noticed.splice(0..0, notices);
}

/// What a diagnosis reads out of the text of a failure: code, status and cause.
pub fn reading(engine: &Engine, text: &str, operation: Operation, now: i64) -> Reading {
    // The diagnosis reads the operation from the paste; what the caller says stands in for a paste that does not tell.
    let endpoint = match operation {
        Operation::Create | Operation::Callback => None,
        Operation::Query | Operation::Download => Some("/tasks"),
    };
    let input = diagnose::Input { report: text, endpoint, now, ..diagnose::Input::default() };
    let Ok(report) = engine.diagnose(&input) else { return Reading::default() };
    let note = match report.verdict {
        Verdict::NotKling => Some("the failure is not Kling's: its verdict is a general one".to_owned()),
        Verdict::NeedMore => {
            Some("the failure could not be read: its verdict is the careful one; diagnose_error says what is missing".to_owned())
        }
        Verdict::Ambiguous => Some("the failure has several possible causes; the leading one is ruled on".to_owned()),
        Verdict::Diagnosed => None,
    };
    let leading = report.diagnoses.first().filter(|_| matches!(report.verdict, Verdict::Diagnosed | Verdict::Ambiguous));
    let code = || if report.verdict == Verdict::NotKling { None } else { only_code(engine, text) };
    let outcome = match leading {
        // An accepted create looks like a task that is still running: the code says more.
        Some(first) if first.category == Category::TaskStuck && code() == Some(0) => Outcome { code: Some(0), ..Outcome::default() },
        Some(first) => {
            let code = first.service_code.or_else(|| code().filter(|&code| code != 0));
            Outcome { code, status: first.http_status, transport: None, cause: Some(first.cause.clone()) }
        }
        None => Outcome { code: code(), ..Outcome::default() },
    };
    Reading { outcome, note }
}

/// The service code of a paste that has only one, as the diagnosis reads it, else as a member or a log line names it.
fn only_code(engine: &Engine, text: &str) -> Option<i64> {
    let mut codes = engine.codes(text);
    if codes.is_empty() {
        codes = named(text).filter(|&code| engine.knowledge.code(code).is_some()).collect();
    }
    let first = *codes.first()?;
    codes.iter().all(|&code| code == first).then_some(first)
}

/// Numbers after the word `code`.
fn named(text: &str) -> impl Iterator<Item = i64> {
    let after = text.split("code").skip(1).map(|rest| rest.trim_start_matches(['"', '\'', ':', '=', ' ']));
    after.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
}

/// The steps of a scenario as the simulator plays them.
///
/// # Errors
/// Says which part of the scenario the simulator cannot play.
pub fn faults(knowledge: &Knowledge, scenario: &Scenario) -> Result<Vec<Fault>, String> {
    let bare = Scenario { steps: Vec::new(), name: String::new(), title: String::new(), expect: Vec::new(), ..scenario.clone() };
    if bare != Scenario::default() {
        return Err("the simulator plays steps alone, not an account, limits, clock, callbacks or results".to_owned());
    }
    scenario.steps.iter().map(|step| fault(knowledge, step)).collect()
}

fn fault(knowledge: &Knowledge, step: &Step) -> Result<Fault, String> {
    let creates_only = match step.on.as_deref() {
        None => false,
        Some("create") => true,
        Some(other) => return Err(format!("the simulator plays no step on `{other}`, only on `create` or on everything")),
    };
    let outcome = Outcome {
        code: step.answer,
        status: step.status.or_else(|| page_status(knowledge, step)),
        transport: step.reset.then_some(Transport::Reset),
        cause: None,
    };
    // What remains of a step that is played says nothing that the simulator would have to know.
    let played = Step {
        on: step.on.clone(),
        first: step.first,
        accepted: step.accepted,
        answer: step.answer,
        status: step.status,
        page: step.page.clone(),
        reset: step.reset,
        text: step.text.clone(),
        body: step.body.clone(),
        content_type: step.content_type.clone(),
        ..Step::default()
    };
    if *step != played || outcome == Outcome::default() {
        return Err(
            "the simulator plays only steps that answer the first calls, or all, with a code, a status, a page or a reset".to_owned()
        );
    }
    let failure = match classify(knowledge, Operation::Create, &outcome).verdict {
        Retry::WaitForSlot => Failure::Busy,
        Retry::Retry => Failure::Rate,
        Retry::Reconcile => Failure::Ambiguous,
        Retry::FixFirst | Retry::Never if step.answer.is_some_and(|code| account_codes(knowledge).contains(&code)) => Failure::Account,
        Retry::FixFirst | Retry::Never => return Err("the simulator has no refusal of a single request".to_owned()),
    };
    Ok(Fault { creates_only, first: step.first, accepted: step.accepted, failure })
}

fn page_status(knowledge: &Knowledge, step: &Step) -> Option<u16> {
    let id = step.page.as_deref()?;
    knowledge.http.iter().find(|page| page.head.id == id)?.head.status.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_refusal_is_read_as_the_diagnosis_reads_it() {
        let engine = Engine::new().unwrap();
        let body = r#"HTTP/1.1 429 {"code":1303,"message":"parallel task over resource pack limit","request_id":"r"}"#;
        let read = reading(&engine, body, Operation::Create, 0);
        assert_eq!((read.outcome.code, read.outcome.cause.as_deref(), read.note), (Some(1303), Some("quota.concurrency"), None));
        assert_eq!(reading(&engine, "hello", Operation::Create, 0).outcome, Outcome::default());
    }

    #[test]
    fn a_refused_request_in_the_paste_has_its_member_named() {
        let (engine, validator) = (Engine::new().unwrap(), Validator::new().unwrap());
        let paste = "POST https://api-singapore.klingai.com/v1/videos/text2video\n\n{\"model_name\":\"kling-v3\",\"prompt\":\"a fox\",\"mode\":\"professional\"}\n\nHTTP/1.1 400 Bad Request\n\n{\"code\":1201,\"message\":\"mode value 'professional' is invalid\",\"request_id\":\"x\"}";
        let mut report = engine.diagnose(&crate::diagnose::Input { report: paste, ..Default::default() }).unwrap();
        assert!(worth_checking(&report, paste));
        add_request(&mut report, &engine.knowledge, &validator, paste);
        assert!(report.also_noticed.first().is_some_and(|notice| notice.note.contains("`/mode`")), "{:?}", report.also_noticed);
    }

    #[test]
    fn a_scenario_is_played_by_the_simulator_or_refused_with_the_reason() {
        let knowledge = Knowledge::load().unwrap();
        let of = |name: &str| faults(&knowledge, &Scenario::named(&knowledge, name).unwrap());
        let fault = |first, accepted, failure| vec![Fault { creates_only: true, first, accepted, failure }];
        assert_eq!(of("slot-storm"), Ok(fault(Some(3), false, Failure::Busy)));
        assert_eq!(of("accepted-504-html"), Ok(fault(Some(1), true, Failure::Ambiguous)));
        assert_eq!(of("reset-before"), Ok(fault(Some(1), false, Failure::Ambiguous)));
        assert_eq!(of("1102"), Ok(fault(None, false, Failure::Account)));
        assert_eq!(of("1302"), Ok(fault(None, false, Failure::Rate)));
        for (name, reason) in [
            ("clock-ahead", "clock"),
            ("pack-empty", "account"),
            ("flaky-queries", "query"),
            ("1201", "single request"),
            ("stuck", "steps"),
        ] {
            let said = of(name).unwrap_err();
            assert!(said.contains(reason), "{name}: {said}");
        }
    }
}
