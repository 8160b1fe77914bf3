//! Second-order problems seen in a paste: leaked keys, the old host, retired models, myths at work.

use crate::redact::Form;

use super::evidence::{Evidence, readings as r};
use super::index::Use;
use super::report::{Diagnosis, Notice};
use super::triage::Log;

/// At most this many notices.
const MOST: usize = 4;

/// Everything worth saying besides the diagnoses.
pub(super) fn all(evidence: &Evidence<'_>, log: &Log, diagnoses: &[Diagnosis]) -> Vec<Notice> {
    let mut notices = leaks(log);
    notices.extend(host(evidence, diagnoses));
    notices.extend(models(evidence, diagnoses));
    notices.extend(token(evidence, diagnoses));
    notices.extend(myths(evidence));
    notices.truncate(MOST);
    notices
}

/// Keys and tokens that stood in the paste.
pub(super) fn leaks(log: &Log) -> Vec<Notice> {
    let keys = log
        .secrets
        .iter()
        .filter(|s| matches!(s.form, Form::ApiKey | Form::RelayKey | Form::GatewayKey(_) | Form::Pair | Form::Opaque { .. }))
        .count();
    if keys == 0 {
        return Vec::new();
    }
    vec![Notice {
        note: format!(
            "The paste held {keys} key{} (replaced before reading). If it was shared anywhere, rotate {}.",
            plural(keys),
            if keys == 1 { "it" } else { "them" }
        ),
        reference: None,
    }]
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn host(evidence: &Evidence<'_>, diagnoses: &[Diagnosis]) -> Option<Notice> {
    let named = diagnoses.first().is_some_and(|d| d.cause == "region.old_host");
    let reading = evidence.reading(r::HOST_OLD).filter(|_| !named)?;
    Some(Notice {
        note: format!("api.klingai.com is the replaced host. {}", reading.detail.clone().unwrap_or_default()).trim().to_owned(),
        reference: Some("kling://causes/region.old_host".to_owned()),
    })
}

fn models(evidence: &Evidence<'_>, diagnoses: &[Diagnosis]) -> Vec<Notice> {
    let named = diagnoses.first().is_some_and(|d| d.cause == "model.retired");
    let image_call = evidence.has(r::BALANCE_IMAGE_CALL);
    let product = if image_call { "image" } else { "video" };
    let retired = evidence.knowledge.models.iter().filter(|model| model.product == product && model.status == "retired");
    let spoken = retired.filter(|model| !named && whole_word(&evidence.text.lower, &model.id)).take(2);
    spoken
        .map(|model| Notice {
            note: format!(
                "The {product} model {} was retired on {} ({}). Replacement: {}.",
                model.id,
                model.retired_on.as_deref().unwrap_or("a day that is not known"),
                model.certainty,
                model.replace_with.join(" or ")
            ),
            reference: Some("kling://causes/model.retired".to_owned()),
        })
        .collect()
}

/// The id as a whole: `kling-v1` is not found in `kling-v1-6`.
fn whole_word(text: &str, id: &str) -> bool {
    text.match_indices(id).any(|(at, _)| {
        let next = text.as_bytes().get(at + id.len());
        let previous = at.checked_sub(1).and_then(|p| text.as_bytes().get(p));
        let joins = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        !next.is_some_and(|b| joins(b) && (*b != b'.')) && !previous.is_some_and(|b| joins(b) || *b == b'/')
    })
}

/// What the token says of itself, when the leading diagnosis does not say it already.
fn token(evidence: &Evidence<'_>, diagnoses: &[Diagnosis]) -> Vec<Notice> {
    let told: Vec<&str> = diagnoses.iter().take(1).flat_map(|d| &d.evidence).map(|reading| reading.reading.as_str()).collect();
    let details = evidence
        .readings
        .iter()
        .filter(|reading| reading.name.starts_with("jwt.") || reading.name == r::CLOCK_SKEW)
        .filter_map(|reading| reading.detail.as_deref());
    details.filter(|detail| !told.iter().any(|told| told.contains(detail))).take(3).map(notice_of_token).collect()
}

fn notice_of_token(detail: &str) -> Notice {
    Notice { note: format!("Token: {detail}."), reference: Some("kling://guides/auth".to_owned()) }
}

fn myths(evidence: &Evidence<'_>) -> Vec<Notice> {
    let mut seen: Vec<usize> = evidence.hits.iter().filter_map(|hit| if let Use::Myth(at) = hit.role { Some(at) } else { None }).collect();
    seen.sort_unstable();
    seen.dedup();
    let docs = seen.into_iter().filter_map(|at| evidence.knowledge.myths.get(at));
    docs.take(2)
        .map(|doc| Notice {
            note: format!("A wrong claim that circulates is at work here: \"{}\" {}", doc.head.claim, doc.page.prose("Truth")),
            reference: Some(format!("kling://myths/{}", doc.head.id)),
        })
        .collect()
}
