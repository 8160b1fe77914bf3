//! Where the two engines meet: a paste that holds a request and its refusal gets the request checked as well.

use crate::diagnose::{Notice, Report, Verdict};
use crate::knowledge::{Category, Knowledge};
use crate::redact::redact;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Engine;

    #[test]
    fn a_refused_request_in_the_paste_has_its_member_named() {
        let (engine, validator) = (Engine::new().unwrap(), Validator::new().unwrap());
        let paste = "POST https://api-singapore.klingai.com/v1/videos/text2video\n\n{\"model_name\":\"kling-v3\",\"prompt\":\"a fox\",\"mode\":\"professional\"}\n\nHTTP/1.1 400 Bad Request\n\n{\"code\":1201,\"message\":\"mode value 'professional' is invalid\",\"request_id\":\"x\"}";
        let mut report = engine.diagnose(&crate::diagnose::Input { report: paste, ..Default::default() }).unwrap();
        assert!(worth_checking(&report, paste));
        add_request(&mut report, &engine.knowledge, &validator, paste);
        assert!(report.also_noticed.first().is_some_and(|notice| notice.note.contains("`/mode`")), "{:?}", report.also_noticed);
    }
}
