//! L03: a length that the model does not make.

use crate::knowledge::requests::Support;
use crate::validate::case::Case;
use crate::validate::found::{Finding, Fix, Found, Op, Operation, Severity};

use super::legacy;
use super::legacy_omni::Material;

/// Lengths of single shots on models that are bound to them.
const SINGLE_SHOT: [u32; 2] = [5, 10];

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let rows = legacy::rows(case);
    let lengths: Vec<u32> = rows.iter().filter_map(|row| row.durations_s.as_ref()).flatten().copied().collect();
    let material = Material::of(case);
    let Some(asked) = case.number("/duration").filter(|asked| asked.fract().abs() < 0.01 && (3.0..=15.0).contains(asked)) else { return };
    let Some(model) = case.model.filter(|_| !lengths.is_empty()) else { return };
    if material.as_ref().is_some_and(|material| material.base) {
        return;
    }
    if let Some(whole) = nearest_other(&lengths, asked) {
        found.add(finding(case, whole, format!("{model} does not make {asked} s.")));
        return;
    }
    let bound = rows.iter().any(|row| row.features.get("text_to_video") == Some(&Support::Conditional));
    let Some(material) = material.filter(|material| bound && material.plain == 0 && !material.video()) else { return };
    if let Some(whole) = nearest_other(&SINGLE_SHOT, asked) {
        let finding = finding(case, whole, format!("Without a reference picture or video {model} makes 5 or 10 s only."));
        let doubtful = material.end.is_some() || material.elements > 0;
        found.add(if doubtful { finding.as_severity(Severity::Warning) } else { finding });
    }
}

fn finding(case: &Case<'_>, whole: u32, message: String) -> Finding {
    let patch = vec![Operation::set(Op::Replace, "/duration", whole.to_string())];
    case.finding("L03", "/duration", message).with_fix(Fix::guess(format!("Make it {whole} s."), patch))
}

/// The nearest length of a list, if the one asked for is not in it.
fn nearest_other(list: &[u32], asked: f64) -> Option<u32> {
    let far = |whole: &u32| (f64::from(*whole) - asked).abs();
    list.iter().copied().min_by(|a, b| far(a).total_cmp(&far(b))).filter(|whole| !legacy::is_length(asked, *whole))
}
