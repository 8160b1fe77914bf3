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
    let new = evidence.has(r::PATH_NEW) || evidence.has(r::WORDS_NEW);
    let legacy = evidence.has(r::PATH_LEGACY) || evidence.has(r::WORDS_LEGACY);
    let official = evidence.has(r::GATEWAY_OFFICIAL) || evidence.codes.iter().any(|seen| evidence.knowledge.code(seen.value).is_some_and(|doc| doc.head.kling));
    match (new, legacy) {
        (true, false) => "official_new",
        (false, true) => "official_legacy",
        _ if official => "official_unknown",
        _ if evidence.has(r::HOST_WEB) => "kling_web",
        _ => "unknown",
    }
    .to_owned()
}
