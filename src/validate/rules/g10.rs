//! G10: a template for one picture takes `input.image`, one for two takes `input.images`.

use serde_json::json;

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (Some(effects), Some(scene)) = (&case.fields.effects, case.text("/effect_scene")) else { return };
    let dual = effects.dual.iter().any(|name| name == scene);
    let single = effects.single.iter().any(|name| name == scene);
    if dual == single || case.unknown("/input") || case.unknown("/input/image") || case.unknown("/input/images") {
        return;
    }
    let (image, images) = (case.given("/input/image"), case.given("/input/images"));
    let finding = |at: &str, message: &str| case.finding("G10", at, message);
    if single && images {
        let message = "This template takes one picture in `input.image`, not `input.images`.";
        let first = case.at("/input/images/0").filter(|_| !image);
        let mut patch: Vec<_> = first.map(|node| Operation::set(Op::Add, "/input/image", json!(node.to_json()))).into_iter().collect();
        patch.push(Operation::remove("/input/images"));
        found.add(finding("/input/images", message).with_fix(Fix::guess("Send one picture as `input.image`.", patch)));
    } else if single && !image {
        found.add(finding("/input/image", "This template needs a picture in `input.image`."));
    } else if dual && !images {
        let at = if image { "/input/image" } else { "/input/images" };
        found.add(finding(at, "This template takes two pictures in `input.images`; the first goes left."));
    } else if dual && image {
        let fix = Fix::safe("Remove `input.image`.", vec![Operation::remove("/input/image")]);
        found.add(finding("/input/image", "This template takes its two pictures from `input.images` only.").with_fix(fix));
    }
}
