//! N16: names of items are unique, and none is a part of another.

use crate::validate::case::{Case, text};
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let items = case.items("/contents");
    let mut before: Vec<&str> = Vec::new();
    for (at, id) in items.iter().filter_map(|(at, item)| Some((at, item.get("id").and_then(text)?))).filter(|(_, id)| !id.is_empty()) {
        let message = if before.contains(&id) {
            Some("Another item has the same `id`.")
        } else if before.iter().any(|other| other.contains(id) || id.contains(other)) {
            Some("This `id` is a part of another one, or the other way round: `@name` in the prompt would be unclear.")
        } else {
            None
        };
        if let Some(message) = message {
            found.add(case.finding("N16", format!("{at}/id"), message));
        }
        before.push(id);
    }
}
