//! Which API, gateway or site the paste is about, in one word.

use super::evidence::{Evidence, readings as r};

/// Reads that Kling itself answered, when nothing in between is seen.
pub(super) fn official(evidence: &mut Evidence<'_>) {
    if evidence.reseller().is_some() {
        return;
    }
    let mark = [r::HOST_OFFICIAL, r::ENVELOPE_KLING].iter().find_map(|name| evidence.reading(name)).map(|reading| reading.span);
    if let Some(span) = mark {
        evidence.read(r::GATEWAY_OFFICIAL, span, None);
    }
}

/// The word of the answer.
pub(super) fn word(evidence: &Evidence<'_>) -> String {
    if let Some(doc) = evidence.reseller().and_then(|party| evidence.knowledge.gateways.get(party.index)) {
        return doc.head.surface.clone();
    }
    if let Some(surface) = own_name(evidence) {
        return surface;
    }
    let new = evidence.has(r::PATH_NEW) || evidence.has(r::WORDS_NEW);
    let legacy = evidence.has(r::PATH_LEGACY) || evidence.has(r::WORDS_LEGACY);
    let official = evidence.has(r::GATEWAY_OFFICIAL)
        || evidence.codes.iter().any(|seen| evidence.knowledge.code(seen.value).is_some_and(|doc| doc.head.kling));
    match (new, legacy) {
        _ if evidence.has(r::PATH_SOLUTIONS) => "official_solutions",
        (true, false) => "official_new",
        (false, true) => "official_legacy",
        _ if official => "official_unknown",
        _ if evidence.has(r::HOST_WEB) => "kling_web",
        _ => "unknown",
    }
    .to_owned()
}

/// Kling's own surfaces beside the developer API, by marks that only they have.
fn own_name(evidence: &Evidence<'_>) -> Option<String> {
    let marked = evidence.gateways.iter().filter(|party| party.marked).filter_map(|party| evidence.knowledge.gateways.get(party.index));
    marked.map(|doc| &doc.head).find(|head| head.official && !head.surface.starts_with("official")).map(|head| head.surface.clone())
}
