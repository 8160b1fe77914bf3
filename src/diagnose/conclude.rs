//! From ranked hypotheses to the report.

use crate::knowledge::{Category, CauseHead, Doc, Retry, TaskState, Verify, Weight, language_name};

use super::calibrate::{confidence, probability};
use super::evidence::{Evidence, readings as r};
use super::excerpts::Excerpts;
use super::rank::{Hypothesis, Support};
use super::report::{CodeFix, Confidence, Diagnosis, NextCheck, Reading, Report, RetryAdvice, Verdict, VerifyCall};
use super::text_model::Guess;
use super::triage::Log;
use super::{Detail, Input, extract, logs, notices, surface, suspicion};

/// Below this the leading hypothesis is no basis for an answer.
const TOO_LITTLE: f64 = 0.38;

/// Builds the answer.
pub(super) fn conclude(
    evidence: &Evidence<'_>,
    guess: &Guess,
    ranked: &[Hypothesis<'_>],
    log: &Log,
    redacted: usize,
    input: &Input<'_>,
) -> Report {
    let full = input.detail == Detail::Full;
    let mut excerpts = Excerpts::new(evidence.text, if full { 12 } else { 4 });
    let stranger = stranger(evidence, guess, ranked);
    let leading: &[Hypothesis<'_>] = if stranger.is_some() { &[] } else { ranked };
    let diagnoses = diagnoses(evidence, leading, &mut excerpts, input);
    let verdict = if stranger.is_some() { Verdict::NotKling } else { verdict(&diagnoses) };
    let next_check = next_check(evidence, leading, verdict, &diagnoses);
    Report {
        summary: stranger.unwrap_or_else(|| summary(evidence, leading, verdict, &diagnoses)),
        verdict,
        surface: if verdict == Verdict::NotKling { "unknown".to_owned() } else { surface::word(evidence) },
        next_check,
        suspicion: suspicion::check(evidence, leading, input),
        also_noticed: if verdict == Verdict::NotKling { notices::leaks(log) } else { notices::all(evidence, log, &diagnoses) },
        occurrences: if verdict == Verdict::NotKling { Vec::new() } else { logs::occurrences(evidence, log) },
        at_risk: if verdict == Verdict::NotKling { Vec::new() } else { logs::at_risk(evidence) },
        diagnoses,
        untrusted: excerpts.list(),
        redacted,
        knowledge_as_of: evidence.knowledge.as_of.clone(),
    }
}

/// What to say when the paste is another service's failure.
fn stranger(evidence: &Evidence<'_>, guess: &Guess, ranked: &[Hypothesis<'_>]) -> Option<String> {
    let about_kling = [r::KLING_NAMED, r::ENVELOPE_KLING, r::HOST_OFFICIAL, r::PATH_NEW].iter().any(|name| evidence.has(name));
    let proof = ranked.first().map(|h| (h.best(), h.anchored));
    let service = evidence.services.first().and_then(|party| Some((evidence.knowledge.services.service.get(party.index)?, party.marked)));
    match service {
        _ if about_kling => None,
        Some((service, marked)) if marked || !matches!(proof, Some((Some(Weight::Decisive), true))) => {
            Some(format!("This is an error of {}, not of Kling. Nothing can be concluded about Kling from it.", service.name))
        }
        _ if evidence.has(r::GATEWAY_ANY) => None,
        _ if evidence.status(&[402]).is_some() => Some(PAYMENT_REQUIRED.to_owned()),
        _ if guess.not_kling > STRANGE && !ranked.first().is_some_and(|h| h.anchored) => Some(READS_LIKE_ANOTHER.to_owned()),
        _ => None,
    }
}

/// Above this the text model is believed that a paste without any mark of Kling is another service's.
const STRANGE: f64 = 0.5;
const PAYMENT_REQUIRED: &str = "Kling never answers with HTTP 402, and nothing here names Kling: this is another service's error, even where the words are the same. If a reseller of Kling sent it, say which one.";
const READS_LIKE_ANOTHER: &str = "Nothing here points to Kling, and it reads like another service's failure. If Kling is involved, paste its answer: the status line and the JSON body.";

fn diagnoses(evidence: &Evidence<'_>, ranked: &[Hypothesis<'_>], excerpts: &mut Excerpts<'_>, input: &Input<'_>) -> Vec<Diagnosis> {
    let full = input.detail == Detail::Full;
    let mut shown: Vec<&Hypothesis<'_>> = Vec::new();
    for hypothesis in ranked {
        let same = shown.iter().filter(|s| category(evidence, s) == category(evidence, hypothesis)).count();
        let least = match (shown.is_empty(), hypothesis.support.is_empty()) {
            (true, _) => 0.0,
            (false, true) => 0.1,
            (false, false) => 0.04,
        };
        if same == 0 && hypothesis.share > least || (full && same < 2 && hypothesis.support.iter().any(|s| s.weight <= Weight::Strong)) {
            shown.push(hypothesis);
        }
        if shown.len() >= if full { 6 } else { 3 } {
            break;
        }
    }
    let build = |(rank, h): (usize, &&Hypothesis<'_>)| {
        let doc = evidence.knowledge.causes.get(h.cause)?;
        Some(diagnosis(evidence, h, doc, excerpts, rank == 0 || full, input))
    };
    shown.iter().enumerate().filter_map(build).collect()
}

fn category(evidence: &Evidence<'_>, hypothesis: &Hypothesis<'_>) -> Option<Category> {
    evidence.knowledge.causes.get(hypothesis.cause).map(|doc| doc.head.category)
}

fn diagnosis(
    evidence: &Evidence<'_>,
    h: &Hypothesis<'_>,
    doc: &Doc<CauseHead>,
    excerpts: &mut Excerpts<'_>,
    whole: bool,
    input: &Input<'_>,
) -> Diagnosis {
    let head = &doc.head;
    let confidence = confidence(h);
    let (retry, task_state) = verdict_of_call(evidence, head);
    let mut readings = |supports: &[Support<'_>], most: usize| -> Vec<Reading> {
        supports.iter().take(most).map(|s| Reading { untrusted: excerpts.index(s.span), reading: s.says.clone().into_owned() }).collect()
    };
    Diagnosis {
        category: head.category,
        cause: head.id.clone(),
        title: head.title.clone(),
        why: if whole { doc.page.prose("Why") } else { head.summary.clone() },
        service_code: evidence.codes.iter().map(|seen| seen.value).find(|code| head.signals.iter().any(|s| s.code.contains(code))),
        http_status: evidence.statuses.first().map(|seen| seen.value).filter(|_| whole),
        probability: probability(h),
        confidence,
        evidence: readings(&h.support, if whole { 4 } else { 1 }),
        against: readings(&h.against, if whole { 2 } else { 1 }),
        fix: if whole { doc.page.entries("Do this") } else { Vec::new() },
        code_fix: head
            .pattern
            .as_deref()
            .filter(|_| whole && confidence != Confidence::Possible)
            .and_then(|name| code_fix(evidence, name, input)),
        retry,
        task_state,
        verify: if whole { verify(head.verify) } else { None },
        reference: format!("kling://causes/{}", head.id),
        known: format!("{}, {}", head.certainty, head.as_of),
    }
}

/// A page speaks of the usual call; an unclear answer to a create is never simply repeated.
fn verdict_of_call(evidence: &Evidence<'_>, head: &CauseHead) -> (RetryAdvice, TaskState) {
    let create = evidence.has(r::OP_CREATE) && !evidence.has(r::OP_QUERY);
    let read = evidence.has(r::OP_QUERY) && !evidence.has(r::OP_CREATE);
    if create && head.retry == Retry::Retry && head.task_state == TaskState::Unknown {
        let reason = "The failing call looks like a create: its answer was lost, so a task may exist. Look for it before sending again.";
        return (RetryAdvice { verdict: Retry::Reconcile, reason: reason.into(), after_s: head.after_s }, TaskState::MayExist);
    }
    if read && head.retry == Retry::Reconcile && head.task_state == TaskState::MayExist {
        let reason = "The failing call looks like a read: repeating it creates nothing.";
        return (RetryAdvice { verdict: Retry::Retry, reason: reason.into(), after_s: head.after_s }, TaskState::Unknown);
    }
    (RetryAdvice { verdict: head.retry, reason: head.retry_reason.clone(), after_s: head.after_s }, head.task_state)
}

fn code_fix(evidence: &Evidence<'_>, name: &str, input: &Input<'_>) -> Option<CodeFix> {
    let language = input.language.filter(|l| *l != "auto").map_or_else(|| spoken(evidence), language_name);
    let (language, code) = [language, "python"].into_iter().find_map(|l| Some((l, evidence.knowledge.pattern(l, name)?)))?;
    Some(CodeFix {
        language: language.to_owned(),
        code: code.to_owned(),
        note: format!("patterns/{language}/{name}: copy and adapt; it is run by this project's tests"),
    })
}

/// The language that a traceback or source line shows, else Python.
fn spoken(evidence: &Evidence<'_>) -> &'static str {
    let traces = [
        ("trace.python", "python"),
        ("trace.node", "typescript"),
        ("trace.browser", "typescript"),
        ("trace.go", "go"),
        ("trace.java", "java"),
        ("trace.php", "php"),
    ];
    if let Some((_, language)) = traces.iter().find(|(name, _)| evidence.has(name)) {
        return language;
    }
    let marks = [
        ("const ", "typescript"),
        ("await fetch", "typescript"),
        ("func ", "go"),
        ("fn main", "rust"),
        ("let mut ", "rust"),
        ("curl ", "shell"),
        ("public class", "java"),
        ("<?php", "php"),
    ];
    marks.iter().find(|(mark, _)| evidence.text.lower.contains(mark)).map_or("python", |(_, language)| language)
}

fn verify(kind: Verify) -> Option<VerifyCall> {
    let call = |tool: &str, argument: &str, text: &str| VerifyCall {
        tool: tool.to_owned(),
        arguments: std::iter::once((argument.to_owned(), serde_json::Value::from(text))).collect(),
    };
    let report = match kind {
        Verify::None => return None,
        Verify::Validate => return Some(call("validate_request", "request", "the corrected request: curl, raw HTTP, code or JSON")),
        Verify::Probe => "the answer of GET /account/costs with the corrected credential (free)",
        Verify::Resend => "the answer to the corrected call: status line and body",
        Verify::Poll => "the answer of the task query: status line and body",
    };
    Some(call("diagnose_error", "report", report))
}

fn verdict(diagnoses: &[Diagnosis]) -> Verdict {
    let Some(first) = diagnoses.first() else { return Verdict::NeedMore };
    match first.confidence {
        Confidence::Certain | Confidence::Likely => Verdict::Diagnosed,
        Confidence::Possible if first.probability < TOO_LITTLE || first.category == Category::Other => Verdict::NeedMore,
        // Wording alone, as of half a line, is no diagnosis.
        Confidence::Possible if diagnoses.len() == 1 && first.evidence.is_empty() => Verdict::NeedMore,
        Confidence::Possible if diagnoses.len() == 1 => Verdict::Diagnosed,
        Confidence::Possible => Verdict::Ambiguous,
    }
}

fn summary(evidence: &Evidence<'_>, ranked: &[Hypothesis<'_>], verdict: Verdict, diagnoses: &[Diagnosis]) -> String {
    let page = ranked.first().and_then(|h| evidence.knowledge.causes.get(h.cause));
    let (Some(first), Some(page)) = (diagnoses.first(), page) else {
        return "Too little to name a cause. Paste the answer of the failing call: its HTTP status and the JSON body with code, message and request_id.".to_owned();
    };
    match (verdict, first.confidence) {
        (Verdict::Diagnosed, Confidence::Certain) => page.head.summary.clone(),
        (Verdict::Diagnosed, _) => format!("Most likely: {}", page.head.summary),
        _ if first.category == Category::Other => page.head.summary.clone(),
        _ => {
            let others: Vec<String> =
                diagnoses.iter().map(|d| format!("{} ({:.0} %)", d.title.to_lowercase(), d.probability * 100.0)).collect();
            format!("Not decided by what was pasted. Candidates: {}. The next check separates them.", others.join("; "))
        }
    }
}

fn next_check(evidence: &Evidence<'_>, ranked: &[Hypothesis<'_>], verdict: Verdict, diagnoses: &[Diagnosis]) -> Option<NextCheck> {
    let certain = diagnoses.first().is_some_and(|d| d.confidence == Confidence::Certain);
    if certain || verdict == Verdict::NotKling {
        return None;
    }
    if verdict == Verdict::NeedMore {
        return Some(which_side(evidence));
    }
    let check = &evidence.knowledge.causes.get(ranked.first()?.cause)?.head.check;
    Some(NextCheck { ask: check.ask.clone(), yes: check.yes.clone(), no: check.no.clone() })
}

/// The question for a paste that says next to nothing.
fn which_side(evidence: &Evidence<'_>) -> NextCheck {
    let web = extract::parties::concept(evidence, "web_app").is_some() || evidence.has(r::HOST_WEB);
    let ask = if web {
        "Does it fail on the web page or app of Kling, or in a program that calls the API?"
    } else {
        "Is a program calling the API (then paste the HTTP status and JSON body of the failing call, or the task query's answer), or is it the web page or app, or another site that offers Kling?"
    };
    NextCheck {
        ask: ask.to_owned(),
        yes: "API: the answer's `code` and `message`, or the task's state and reason, decide the cause.".to_owned(),
        no: "Web page, app or another site: the developer API's codes, keys and units do not apply there.".to_owned(),
    }
}
