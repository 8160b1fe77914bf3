//! I09: an expansion that makes the picture too large as a whole.

use crate::validate::case::Case;
use crate::validate::found::Found;

/// Largest area, in areas of the original.
const MOST: f64 = 3.0;
const SIDES: [&str; 4] = ["/up_expansion_ratio", "/down_expansion_ratio", "/left_expansion_ratio", "/right_expansion_ratio"];

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let ratios = SIDES.map(|side| case.number(side).filter(|ratio| (0.0..=2.0).contains(ratio)));
    let [Some(up), Some(down), Some(left), Some(right)] = ratios else { return };
    let area = (1.0 + up + down) * (1.0 + left + right);
    if area > MOST + 1e-9 {
        let largest = SIDES.iter().zip([up, down, left, right]).rev().max_by(|a, b| a.1.total_cmp(&b.1));
        let pointer = largest.map_or("/up_expansion_ratio", |(side, _)| side);
        let message = format!("The result would have {area:.2} times the area of the original; at most {MOST} times is allowed.");
        found.add(case.finding("I09", pointer, message));
    }
}
