//! `/__sandbox/`: for who tests an SDK against a sandbox. No credential is needed; these calls are not in the record.

use serde_json::json;

use super::answer::Answer;
use super::handle::Incoming;
use super::shared::Shared;

/// The answer of a control path; none for all others.
pub(super) fn answer(shared: &Shared, request: &Incoming) -> Option<Answer> {
    let path = request.path.strip_prefix("/__sandbox")?;
    if path.starts_with("/results/") {
        return None;
    }
    Some(match (request.method.as_str(), path) {
        ("GET", "/health") => Answer::json(200, &json!({"status": "ok", "scenario": shared.scenario.name, "now": shared.clock.now()})),
        ("GET", "/requests") => Answer::json(200, &json!({"counts": shared.record.counts(), "requests": shared.record.all()})),
        ("GET", "/callbacks") => Answer::json(200, &json!({"callbacks": shared.callbacks.all()})),
        ("POST", "/reset") => {
            shared.reset();
            Answer::json(200, &json!({"status": "reset"}))
        }
        _ => Answer::json(
            404,
            &json!({"error": "GET /__sandbox/health, /__sandbox/requests, /__sandbox/callbacks, or POST /__sandbox/reset"}),
        ),
    })
}
