//! I03: fidelity on a model that has no such setting.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(model) = case.model.filter(|model| case.requests.image(&case.endpoint.id, model).is_some()) else { return };
    for name in ["image_fidelity", "human_fidelity"] {
        let pointer = format!("/{name}");
        let has = case.fields.of(name, None).any(|row| row.models.is_empty() || row.models.iter().any(|id| id == model));
        // Of a reference that the model does not offer, one finding is enough.
        let moot = name == "human_fidelity" && case.given("/image_reference");
        if case.given(&pointer) && !has && !moot {
            let fix = Fix::guess(format!("Leave {name} out."), vec![Operation::remove(pointer.clone())]);
            found.add(case.finding("I03", pointer, format!("{model} has no {name}.")).with_fix(fix));
        }
    }
}
