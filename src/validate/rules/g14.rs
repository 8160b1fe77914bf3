//! G14: the language of speech matches its voice. The known lists of voices are not complete.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation, Severity};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (Some(voices), Some(voice), Some(language)) = (&case.fields.voice_ids, case.text("/voice_id"), case.text("/voice_language")) else {
        return;
    };
    let knows = |list: &[String]| list.iter().any(|id| id == voice);
    let only = match (knows(&voices.en), knows(&voices.zh)) {
        (true, false) => "en",
        (false, true) => "zh",
        _ => return,
    };
    if matches!(language, "en" | "zh") && language != only {
        let fix = Fix::guess(format!("Speak `{only}`."), vec![Operation::set(Op::Replace, "/voice_language", only)]);
        let message = format!("This voice is known for `{only}` only; the list is not complete.");
        found.add(case.finding("G14", "/voice_language", message).as_severity(Severity::Warning).with_fix(fix));
    }
}
