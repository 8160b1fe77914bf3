//! E04: a product video needs a picture and a title of the product.

use super::contents;
use crate::validate::case::Case;
use crate::validate::found::Found;

/// Items that make a video a product video.
pub(super) const PRODUCT: [&str; 5] = ["ref_image", "goods_title", "goods_price", "goods_target_audience", "goods_selling_point"];

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    contents::counts(case, found, "E04", &PRODUCT);
    let product = PRODUCT.iter().any(|kind| !case.contents(kind).is_empty());
    if !product || !contents::readable(case) {
        return;
    }
    let missing: Vec<_> = ["ref_image", "goods_title"].into_iter().filter(|kind| case.contents(kind).is_empty()).collect();
    if !missing.is_empty() {
        let message = format!("A product video also needs {}.", missing.join(" and "));
        found.add(case.finding("E04", "/contents", message));
    }
}
