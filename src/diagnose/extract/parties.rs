//! Who spoke: Kling itself, a gateway, a CDN or proxy, or another service altogether.

use crate::diagnose::evidence::{Evidence, GatewaySays, Party, readings as r};
use crate::diagnose::index::Use;
use crate::text::Span;

use super::json::{Object, Value};

/// Recognises the parties by marks, names, members and key forms.
pub(crate) fn read(evidence: &mut Evidence<'_>) {
    by_hits(evidence);
    by_members(evidence);
    kling_envelope(evidence);
    validation(evidence);
    if let Some(party) = evidence.reseller() {
        evidence.read(r::GATEWAY_ANY, party.span, None);
    }
    if let Some(at) = concept(evidence, "kling") {
        evidence.read(r::KLING_NAMED, at, None);
    }
    if let Some(service) = evidence.services.first() {
        evidence.read(r::OTHER_SERVICE, service.span, None);
    }
}

/// The first place where a word of this concept stands.
pub(crate) fn concept(evidence: &Evidence<'_>, name: &str) -> Option<Span> {
    let index = evidence.index.concept(name)?;
    evidence.hits.iter().find(|hit| hit.role == Use::Concept(index)).map(|hit| hit.span)
}

fn by_hits(evidence: &mut Evidence<'_>) {
    let hits = std::mem::take(&mut evidence.hits);
    for hit in &hits {
        match hit.role {
            Use::GatewayMark(index) => evidence.gateways.push(Party { index, span: hit.span, marked: true }),
            Use::GatewayName(index) => evidence.gateways.push(Party { index, span: hit.span, marked: false }),
            Use::ServiceMark(index) => evidence.services.push(Party { index, span: hit.span, marked: true }),
            Use::ServiceName(index) => evidence.services.push(Party { index, span: hit.span, marked: false }),
            Use::Reading(index) => by_phrase(evidence, index, hit.span),
            _ => {}
        }
    }
    evidence.hits = hits;
    for parties in [&mut evidence.gateways, &mut evidence.services] {
        parties.sort_by_key(|party| (!party.marked, party.span.start));
    }
}

fn by_phrase(evidence: &mut Evidence<'_>, index: usize, span: Span) {
    let Some(row) = evidence.knowledge.readings.get(index) else { return };
    let name: &'static str = match crate::diagnose::evidence::readings::ALL.iter().find(|name| **name == row.name) {
        Some(name) => name,
        None => match PHRASE_ONLY.iter().find(|name| **name == row.name) {
            Some(name) => name,
            None => return,
        },
    };
    if name.starts_with("net.") && in_source(evidence, span) {
        return;
    }
    evidence.read(name, span, None);
}

/// Code that speaks of a failure is no failure: `throw new Error("timed out")`, `except ReadTimeout:`, `timeout=30`.
fn in_source(evidence: &Evidence<'_>, span: Span) -> bool {
    let text = evidence.text;
    let before = text.before(span.start, 80);
    let trimmed = before.trim_start();
    let throws =
        ["throw ", "raise ", "except ", "catch (", "catch(", "reject(", "case ", "if "].iter().any(|word| trimmed.starts_with(word));
    let assigned = text.after(span.end, 2).starts_with('=');
    throws || assigned || before.contains("new Error(") || before.contains("new error(")
}

/// Readings that only phrases make; a check holds this list equal to `readings.toml`.
pub const PHRASE_ONLY: &[&str] = &[
    "op.callback",
    "net.timeout",
    "net.reset",
    "net.refused",
    "net.dns",
    "net.tls",
    "net.cut",
    "net.cors",
    "trace.python",
    "trace.node",
    "trace.go",
    "trace.java",
    "trace.php",
    "trace.browser",
    "envelope.not_json",
    "party.cdn",
    "party.proxy",
    "null.read",
    "callback.signed",
];

fn by_members(evidence: &mut Evidence<'_>) {
    let knowledge = evidence.knowledge;
    let mut found = (Vec::new(), Vec::new());
    for object in evidence.objects.iter().filter(|object| !object.members.is_empty()) {
        for (index, doc) in knowledge.gateways.iter().enumerate().filter(|(_, doc)| !doc.head.official) {
            if doc.head.recognise.members.iter().any(|set| set.len() > 1 && object.has_all(set)) {
                found.0.push(Party { index, span: object.span, marked: true });
            }
        }
        for (index, row) in knowledge.services.service.iter().enumerate() {
            if row.members.iter().any(|set| set.len() > 1 && object.has_all(set)) {
                found.1.push(Party { index, span: object.span, marked: true });
            }
        }
    }
    let spoken = evidence.text.slice(Span::new(0, evidence.text.plain.len()));
    for (index, doc) in knowledge.gateways.iter().enumerate().filter(|(_, doc)| !doc.head.official) {
        for prefix in &doc.head.recognise.key_prefixes {
            if let Some(at) = spoken.find(prefix.as_str()).filter(|_| prefix.len() > 3) {
                found.0.push(Party { index, span: Span::new(at, at + prefix.len()), marked: true });
            }
        }
    }
    evidence.gateways.extend(found.0);
    evidence.services.extend(found.1);
    evidence.gateways.sort_by_key(|party| (!party.marked, party.span.start));
    evidence.services.sort_by_key(|party| (!party.marked, party.span.start));
}

/// `{code: integer, message, request_id}` with a code that a page knows.
fn kling_envelope(evidence: &mut Evidence<'_>) {
    let is_envelope = |object: &&Object| {
        let number = object.get("code").is_some_and(|member| matches!(member.value, Value::Int(_)));
        let known = object.int("code").is_some_and(|code| evidence.knowledge.code(code).is_some_and(|doc| doc.head.kling));
        number && known && object.get("message").is_some() && object.has_any(&["request_id", "data"])
    };
    if let Some(span) = evidence.objects.iter().find(is_envelope).map(|object| object.span) {
        evidence.read(r::ENVELOPE_KLING, span, None);
    }
}

/// A `detail` list whose entries have `loc`, `msg` and `type`.
fn validation(evidence: &mut Evidence<'_>) {
    let entry = |object: &&Object| object.has_all(&["loc", "msg", "type"]);
    if let Some(span) = evidence.objects.iter().find(entry).map(|object| object.span) {
        evidence.read(r::VALIDATION_FASTAPI, span, None);
    }
}

/// What a recognised gateway said in its own codes and words; its numbers are not Kling's then.
pub(crate) fn gateway_errors(evidence: &mut Evidence<'_>) {
    let texts: Vec<GatewaySays> = evidence
        .hits
        .iter()
        .filter_map(|hit| match hit.role {
            Use::GatewayText { gateway, error } => Some(GatewaySays { gateway, error, span: hit.span }),
            _ => None,
        })
        .filter(|says| evidence.gateways.iter().any(|party| party.index == says.gateway))
        .collect();
    evidence.gateway_says.extend(texts);
    let Some(party) = evidence.reseller() else { return };
    let Some(doc) = evidence.knowledge.gateways.get(party.index) else { return };
    for (error, row) in doc.head.errors.iter().enumerate() {
        let Some(code) = &row.code else { continue };
        if let Some(span) = place_of_code(evidence, code) {
            evidence.gateway_says.push(GatewaySays { gateway: party.index, error, span });
        }
    }
    foreign_numbers(evidence, party);
}

fn place_of_code(evidence: &Evidence<'_>, code: &str) -> Option<Span> {
    if let Ok(number) = code.parse::<i64>() {
        let status = u16::try_from(number).ok().and_then(|status| evidence.status(&[status]).map(|seen| seen.span));
        return evidence.code(&[number]).map(|seen| seen.span).or(status).or_else(|| member_number(evidence, number));
    }
    let at = evidence.text.lower.find(&code.to_lowercase()).filter(|_| code.len() > 4)?;
    Some(Span::new(at, at + code.len()))
}

fn member_number(evidence: &Evidence<'_>, number: i64) -> Option<Span> {
    let of = |object: &Object| object.get("code").filter(|_| object.int("code") == Some(number)).map(|member| member.span);
    evidence.objects.iter().find_map(of)
}

/// A gateway that uses the same numbers as Kling for other things takes them away, unless Kling's own envelope is there.
fn foreign_numbers(evidence: &mut Evidence<'_>, party: Party) {
    let Some(doc) = evidence.knowledge.gateways.get(party.index) else { return };
    if evidence.has(r::ENVELOPE_KLING) {
        return;
    }
    let own = |value: i64| doc.head.errors.iter().any(|row| row.code.as_deref() == Some(&value.to_string()));
    evidence.codes.retain(|seen| !own(seen.value));
}
