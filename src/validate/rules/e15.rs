//! E15: the watermark under the name of another page.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

const NAMES: [(&str, &str); 2] = [("watermark", "watermark_info"), ("watermark_info", "watermark")];

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let takes = |name: &str| case.fields.fields.iter().any(|row| row.name.strip_prefix("options.") == Some(name));
    for (name, other) in NAMES {
        let pointer = format!("/options/{name}");
        let Some(node) = case.at(&pointer).filter(|_| case.given(&pointer) && !takes(name)) else { continue };
        let mut patch = vec![Operation::remove(pointer.clone())];
        let (message, title) = if takes(other) {
            let target = format!("/options/{other}");
            if !case.given(&target) {
                patch.push(Operation::set(Op::Add, target, node.to_json()));
            }
            (format!("The option is called {other} on this path."), format!("Call it {other}."))
        } else {
            ("This path has no watermark option.".to_owned(), format!("Leave {name} out: it has no effect."))
        };
        let unsure = case.unknown(&pointer);
        let finding = case.finding("E15", pointer, message);
        found.add(if unsure { finding } else { finding.with_fix(Fix::safe(title, patch)) });
    }
}
