//! N03: prompts in the multi-shot form.

use super::new_body::{prompts, put, seconds, whole};
use super::shots::{Shots, shots};
use crate::knowledge::requests::Scalar;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

/// Most shots of a prompt.
const MOST: usize = 6;

/// Most characters of the words of a shot.
const LONGEST: usize = 512;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.flag("/settings/multi_shot") == Some(false) {
        return;
    }
    for (at, prompt) in prompts(case) {
        let Some(shots) = shots(prompt) else { continue };
        match fault(&shots) {
            Some(message) => found.add(case.finding("N03", at, message)),
            None => sum(case, &shots, found),
        }
    }
}

fn fault(shots: &Shots) -> Option<String> {
    let broken = |seconds: Option<f64>| seconds.is_none_or(|seconds| seconds < 1.0 || seconds.fract() != 0.0);
    let place = |test: &dyn Fn(&super::shots::Shot) -> bool| shots.list.iter().position(test).map(|at| at + 1);
    if shots.wide {
        return Some("The separators of a multi-shot prompt are the ASCII comma and semicolon.".to_owned());
    }
    if shots.list.len() > MOST {
        return Some(format!("This prompt has {} shots; at most 6 are possible.", shots.list.len()));
    }
    if let Some(at) = place(&|shot| broken(shot.seconds)) {
        return Some(format!("Shot {at} of this prompt needs a length in whole seconds, at least 1."));
    }
    let at = place(&|shot| shot.words > LONGEST)?;
    Some(format!("The words of shot {at} are longer than 512 characters."))
}

fn sum(case: &Case<'_>, shots: &Shots, found: &mut Found) {
    let sum: f64 = shots.list.iter().filter_map(|shot| shot.seconds).sum();
    let Some(length) = seconds(case).filter(|length| (length - sum).abs() > 1.0e-9) else { return };
    let finding = case.finding(
        "N03",
        "/settings/duration",
        format!("The shots add up to {sum} s, the video is {length} s long; both must be equal."),
    );
    let listed = |value: &Scalar| matches!(value, Scalar::Integer(seconds) if i32::try_from(*seconds).is_ok_and(|seconds| (f64::from(seconds) - sum).abs() < 0.01));
    let fits = case.fields.of("settings.duration", None).any(|field| field.allowed.iter().flatten().any(listed));
    found.add(match whole(sum).filter(|_| fits) {
        Some(value) => finding.with_fix(Fix::guess(format!("Make the video {sum} s long."), put(case, "settings", "duration", value))),
        None => finding,
    });
}
