//! L11: voices: the model, sound on, and a place in the prompt.

use crate::knowledge::requests::Support;

use super::legacy;
use crate::validate::case::{Case, text};
use crate::validate::found::{Fix, Found, Op, Operation, Severity};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(model) = case.model.filter(|_| case.given("/voice_list")) else { return };
    let named = case.fields.of("voice_list", None).any(|row| row.models.iter().any(|id| id == model));
    if let Some(finding) = legacy::lacking(case, "L11", "voices", "/voice_list", "voices") {
        found.add(if named { finding.as_severity(Severity::Warning) } else { finding });
        return;
    }
    if legacy::support(case, "voices") == Some(Support::Disputed) {
        let message = format!("It is disputed whether {model} takes voices.");
        found.add(case.finding("L11", "/voice_list", message).as_severity(Severity::Warning));
        return;
    }
    if !case.unknown("/sound") && legacy::word(case, "sound") != Some("on") {
        let fix = Fix::guess("Switch sound on; it costs more.", vec![Operation::set(Op::Add, "/sound", "on")]);
        found.add(case.finding("L11", "/sound", "Voices are heard with sound on only.").with_fix(fix));
    }
    let shots: Option<Vec<&str>> = case.items("/multi_prompt").iter().map(|(_, shot)| shot.get("prompt").and_then(text)).collect();
    let unsure = case.unknown("/prompt") || case.unknown("/multi_prompt");
    let Some(shots) = shots.filter(|_| !unsure) else { return };
    let mut texts = shots.into_iter().chain(case.text("/prompt")).peekable();
    if texts.peek().is_some() && !texts.any(|prompt| prompt.contains("<<<voice_1>>>")) {
        found.add(case.finding("L11", "/prompt", "The prompt does not say where <<<voice_1>>> speaks."));
    }
}
