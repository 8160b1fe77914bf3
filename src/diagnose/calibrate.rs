//! From the ranking to a probability and a confidence word.
//!
//! The probability is that of the *category*. Its curve is fitted to the project's own corpus (`tests/corpus`); the
//! accuracy table there shows what a change moves.

use crate::knowledge::Weight;

use super::rank::Hypothesis;
use super::report::Confidence;

/// Points of the curve: (share of the ranking, observed rate of being right), for each strength of support.
const DECISIVE: &[(f64, f64)] = &[(0.0, 0.4), (0.4, 0.65), (0.7, 0.9), (0.9, 0.97), (1.0, 0.99)];
const STRONG: &[(f64, f64)] = &[(0.0, 0.3), (0.4, 0.62), (0.7, 0.86), (0.9, 0.94), (1.0, 0.97)];
const LOOSE: &[(f64, f64)] = &[(0.0, 0.2), (0.3, 0.5), (0.6, 0.76), (0.85, 0.88), (1.0, 0.92)];

/// Chance that the category of this hypothesis is right, two decimals.
pub(super) fn probability(hypothesis: &Hypothesis<'_>) -> f64 {
    let curve = match hypothesis.best() {
        Some(Weight::Decisive) => DECISIVE,
        Some(Weight::Strong) => STRONG,
        _ => LOOSE,
    };
    (along(curve, hypothesis.share) * 100.0).round() / 100.0
}

fn along(curve: &[(f64, f64)], share: f64) -> f64 {
    let above = curve.iter().position(|(x, _)| *x >= share).unwrap_or(curve.len().saturating_sub(1));
    let (Some(&(x1, y1)), Some(&(x0, y0))) = (curve.get(above), curve.get(above.saturating_sub(1))) else { return 0.5 };
    if x1 <= x0 { y1 } else { y0 + (y1 - y0) * (share - x0) / (x1 - x0) }
}

/// `certain` and `likely` need sufficient evidence and a clear lead over other categories.
pub(super) fn confidence(hypothesis: &Hypothesis<'_>) -> Confidence {
    match hypothesis.best() {
        _ if !hypothesis.anchored => Confidence::Possible,
        Some(Weight::Decisive) if hypothesis.share >= 0.9 && hypothesis.against.is_empty() => Confidence::Certain,
        Some(Weight::Decisive) if hypothesis.share >= 0.6 => Confidence::Likely,
        Some(Weight::Strong) if hypothesis.share >= 0.75 && hypothesis.against.is_empty() => Confidence::Likely,
        _ => Confidence::Possible,
    }
}
