//! L10: several shots: the model, the kind, and lengths that add up.

use super::legacy;
use crate::validate::case::{Case, number};
use crate::validate::found::{Finding, Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let multi = case.flag("/multi_shot");
    if case.given("/multi_prompt") && !case.unknown("/multi_shot") && multi != Some(true) {
        found.add(switched_off(case));
    } else if multi == Some(true) {
        if let Some(finding) = legacy::lacking(case, "L10", "multi_shot", "/multi_shot", "several shots") {
            found.add(finding);
        } else if !case.given("/shot_type") {
            let kind = if case.given("/multi_prompt") { "customize" } else { "intelligence" };
            let fix = Fix::guess(format!("Set shot_type to {kind}."), vec![Operation::set(Op::Add, "/shot_type", kind)]);
            found.add(case.finding("L10", "/shot_type", "multi_shot needs a shot_type.").with_fix(fix));
        }
        if case.text("/shot_type") != Some("intelligence") {
            lengths(case, found);
        }
    }
}

fn switched_off(case: &Case<'_>) -> Finding {
    let mut patch = vec![Operation::set(Op::Add, "/multi_shot", true)];
    if !case.given("/shot_type") {
        patch.push(Operation::set(Op::Add, "/shot_type", "customize"));
    }
    let finding = case.finding("L10", "/multi_shot", "Without multi_shot true the shots of multi_prompt are ignored.");
    finding.with_fix(Fix::guess("Switch the shots on.", patch))
}

fn lengths(case: &Case<'_>, found: &mut Found) {
    let shots = case.items("/multi_prompt");
    let known: Option<Vec<f64>> = shots.iter().map(|(_, shot)| shot.get("duration").and_then(number)).collect();
    let Some((known, total)) = known.filter(|list| !list.is_empty()).zip(legacy::seconds(case)) else { return };
    if let Some(((pointer, _), _)) = shots.iter().zip(&known).find(|(_, length)| **length < 1.0) {
        found.add(case.finding("L10", format!("{pointer}/duration"), "A shot lasts at least 1 s."));
        return;
    }
    let sum: f64 = known.iter().sum();
    if (sum - total).abs() < 0.01 {
        return;
    }
    let message = format!("The shots last {sum} s together, the video {total} s.");
    let pointer = if case.given("/duration") { "/multi_prompt" } else { "/duration" };
    let finding = case.finding("L10", pointer, message);
    let rows = legacy::rows(case);
    let mut lengths = rows.iter().filter_map(|row| row.durations_s.as_ref()).flatten();
    found.add(match lengths.find(|whole| legacy::is_length(sum, **whole)) {
        Some(whole) => {
            let patch = vec![Operation::set(Op::Add, "/duration", whole.to_string())];
            finding.with_fix(Fix::guess(format!("Make the video {whole} s long."), patch))
        }
        None => finding,
    });
}
