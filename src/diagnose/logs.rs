//! What a log shows over time: how often each cause occurs, and which creates have an unknown outcome.

use std::collections::BTreeMap;

use crate::knowledge::Weight;
use crate::text::Span;

use super::evidence::{Evidence, readings as r};
use super::extract::times::{stamp, utc};
use super::index::Use;
use super::report::{AtRisk, Occurrence};
use super::triage::{Log, fingerprint};

/// Fewer lines than this are no log.
const LEAST_LINES: usize = 12;
/// At most this many causes and creates are listed.
const MOST: usize = 6;

/// Causes by the lines that show them, in order of their first line.
pub(super) fn occurrences(evidence: &Evidence<'_>, log: &Log) -> Vec<Occurrence> {
    if evidence.text.plain.lines().take(LEAST_LINES).count() < LEAST_LINES {
        return Vec::new();
    }
    let mut lines: BTreeMap<&str, BTreeMap<usize, Span>> = BTreeMap::new();
    for (cause, span) in shown(evidence) {
        lines.entry(cause).or_default().entry(evidence.text.line(span.start)).or_insert(span);
    }
    let mut found: Vec<Occurrence> = lines.into_iter().filter_map(|(cause, lines)| count(evidence, log, cause, &lines)).collect();
    found.sort_by_key(|o| (o.first_line, o.cause.clone()));
    found.truncate(MOST);
    found
}

/// Every place that is sufficient for a cause.
fn shown<'e>(evidence: &'e Evidence<'_>) -> Vec<(&'e str, Span)> {
    let knowledge = evidence.knowledge;
    let by_code = evidence.codes.iter().filter_map(|seen| Some((knowledge.code(seen.value)?.head.causes.first()?.as_str(), seen.span)));
    let by_words = evidence.hits.iter().filter_map(|hit| match hit.role {
        Use::Message { page, text } => {
            let head = &knowledge.messages.get(page)?.head;
            let row = head.texts.get(text).filter(|row| row.weight.is_none_or(|w| w == Weight::Decisive))?;
            Some((row.cause.as_ref().unwrap_or(&head.cause).as_str(), hit.span))
        }
        Use::Signal(number) => {
            let (cause, at) = evidence.index.place_of_signal(number)?;
            let head = &knowledge.causes.get(cause)?.head;
            let row = head.signals.get(at)?;
            let alone =
                row.code.is_empty() && row.status.is_empty() && row.reading.is_empty() && row.all.is_empty() && row.words.is_empty();
            (alone && row.weight == Weight::Decisive).then_some((head.id.as_str(), hit.span))
        }
        _ => None,
    });
    let lost = evidence.readings.iter().filter(|reading| matches!(reading.name, "net.timeout" | "net.reset" | "net.cut"));
    let by_net = lost.map(|reading| (if evidence.has(r::OP_CREATE) { "network.answer_lost" } else { "network.timeout" }, reading.span));
    by_code.chain(by_words).chain(by_net).filter(|(cause, _)| knowledge.cause(cause).is_some()).collect()
}

fn count(evidence: &Evidence<'_>, log: &Log, cause: &str, lines: &BTreeMap<usize, Span>) -> Option<Occurrence> {
    let (first, last) = (lines.first_key_value()?, lines.last_key_value()?);
    let time = |span: &Span| stamp(evidence.text.slice(evidence.text.line_span(span.start))).map(utc);
    let mut occurrence = Occurrence {
        cause: cause.to_owned(),
        count: lines.len(),
        first_line: *first.0,
        last_line: *last.0,
        first_time: time(first.1),
        last_time: time(last.1),
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut total = 0;
    for span in lines.values() {
        let line = evidence.text.slice(evidence.text.line_span(span.start));
        if let Some(kind) = log.kind(line).filter(|_| seen.insert(fingerprint(line))) {
            total += kind.count;
            if kind.last > occurrence.last_line {
                occurrence.last_line = kind.last;
                occurrence.last_time = kind.times.1.map(utc).or(occurrence.last_time);
            }
        }
    }
    occurrence.count = occurrence.count.max(total);
    Some(occurrence)
}

/// Reads a create that was sent again on a later line after its answer was lost.
pub(super) fn repeated(evidence: &mut Evidence<'_>) {
    let line = |span: Span| evidence.text.line(span.start);
    let mut creates: Vec<(u64, usize, Span)> = places(evidence, r::OP_CREATE)
        .map(|span| (fingerprint(evidence.text.slice(evidence.text.line_span(span.start))), line(span), span))
        .collect();
    creates.sort_by_key(|(_, line, _)| *line);
    let lost: Vec<usize> = ["net.timeout", "net.reset", "net.cut"].iter().flat_map(|name| places(evidence, name)).map(line).collect();
    let again = creates.iter().find(|(print, at, _)| {
        creates.iter().any(|(other, first, _)| other == print && first < at && lost.iter().any(|lost| first <= lost && lost < at))
    });
    if let Some((_, _, span)) = again.copied() {
        evidence.read(r::LOG_REPEATED_CREATE, span, Some("the same kind of create is sent again after an answer was lost".into()));
    }
}

/// Lost answers near a create, each with the id that stands on the line or just above.
pub(super) fn at_risk(evidence: &Evidence<'_>) -> Vec<AtRisk> {
    let creates: Vec<usize> = places(evidence, r::OP_CREATE).map(|span| evidence.text.line(span.start)).collect();
    let lost = ["net.timeout", "net.reset", "net.cut"];
    let mut found: Vec<AtRisk> = Vec::new();
    for span in lost.iter().flat_map(|name| places(evidence, name)).chain(server_faults(evidence)) {
        let line = evidence.text.line(span.start);
        let near = creates.iter().any(|create| *create <= line && line - create <= 6);
        if near && !found.iter().any(|risk| risk.line == line) {
            let whole = evidence.text.line_span(span.start);
            found.push(AtRisk { line, id: id_near(evidence, whole), time: stamp(evidence.text.slice(whole)).map(utc) });
        }
    }
    found.sort_by_key(|risk| risk.line);
    found.truncate(MOST * 4);
    found
}

fn places<'e>(evidence: &'e Evidence<'_>, name: &'e str) -> impl Iterator<Item = Span> + 'e {
    evidence.readings.iter().filter(move |reading| reading.name == name).map(|reading| reading.span)
}

/// Codes after which a task may exist.
fn server_faults<'e>(evidence: &'e Evidence<'_>) -> impl Iterator<Item = Span> + 'e {
    let unclear = |code: i64| evidence.knowledge.code(code).is_some_and(|doc| doc.head.task_state == crate::knowledge::TaskState::MayExist);
    evidence.codes.iter().filter(move |seen| unclear(seen.value)).map(|seen| seen.span)
}

/// An external or task id of strict grammar on this line or up to three lines above.
fn id_near(evidence: &Evidence<'_>, line: Span) -> Option<String> {
    let mut at = line;
    for _ in 0..4 {
        let text = evidence.text.slice(at);
        if let Some(id) =
            ["external_task_id", "external_id", "task_id", "taskid", "job", "task"].iter().find_map(|name| id_after(text, name))
        {
            return Some(id);
        }
        if at.start == 0 {
            return None;
        }
        at = evidence.text.line_span(at.start - 1);
    }
    None
}

fn id_after(line: &str, name: &str) -> Option<String> {
    let at = line.to_ascii_lowercase().find(name)? + name.len();
    let rest = line.get(at..)?.trim_start_matches(['"', '\'', '=', ':', ' ', '\\', '#']);
    let id: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(64).collect();
    (id.len() >= 2 && id.chars().any(|c| c.is_ascii_digit())).then_some(id)
}
