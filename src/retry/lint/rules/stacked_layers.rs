//! Retries inside retries: their attempts multiply.

use crate::retry::lint::code::Range;
use crate::retry::lint::facts::{Attempts, Facts, Layer, Origin};
use crate::retry::lint::traits::Traits;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for layer in &facts.layers {
        let inner: Vec<&Layer> = facts.layers.iter().filter(|other| inside(facts, layer, other)).collect();
        let outermost = !facts.layers.iter().any(|other| inside(facts, other, layer));
        if inner.is_empty() || !outermost {
            continue;
        }
        let names: Vec<String> = std::iter::once(&layer).chain(&inner).map(|layer| shown(layer)).collect();
        found.add(
            layer.line,
            format!("retries stand inside retries: {}, {} for one failing request", names.join(" x "), calls(layer, &inner)),
            "keep one layer: let the innermost call fail at once, and retry in one place",
        );
    }
}

/// The deepest stack of layers that repeat a create, the outermost first; the first of them where none stands in another.
pub(in crate::retry::lint) fn deepest<'b>(facts: &'b Facts<'_>) -> Vec<&'b Layer> {
    let creating: Vec<&Layer> = facts.layers.iter().filter(|layer| layer.creates && !layer.reads_only).collect();
    let stack = |outer: &&'b Layer| -> Vec<&'b Layer> {
        let inner = creating.iter().filter(|other| inside(facts, outer, other));
        std::iter::once(*outer).chain(inner.copied()).collect()
    };
    let depth = |stack: &Vec<&Layer>| (stack.len(), std::cmp::Reverse(stack.first().map_or(0, |layer| layer.line)));
    creating.iter().map(stack).max_by_key(depth).unwrap_or_default()
}

/// Calls at most for one failing request, if every layer of the deepest stack says its number.
pub(in crate::retry::lint) fn product(facts: &Facts<'_>) -> Option<u64> {
    let stacks = facts.layers.iter().filter_map(|layer| {
        let inner: Vec<&Layer> = facts.layers.iter().filter(|other| inside(facts, layer, other)).collect();
        times(layer, &inner)
    });
    stacks.max()
}

fn times(layer: &Layer, inner: &[&Layer]) -> Option<u64> {
    std::iter::once(&layer).chain(inner).try_fold(1_u64, |product, layer| match layer.attempts {
        Attempts::Times(times) => Some(product.saturating_mul(u64::from(times))),
        _ => None,
    })
}

fn calls(layer: &Layer, inner: &[&Layer]) -> String {
    times(layer, inner).map_or_else(|| "so their attempts multiply".into(), |times| format!("up to {times} calls"))
}

fn shown(layer: &Layer) -> String {
    match layer.attempts {
        Attempts::Times(times) => format!("{} {times}", layer.name),
        _ => layer.name.to_owned(),
    }
}

/// Whether a call that `outer` repeats is repeated by `inner` too.
fn inside(facts: &Facts<'_>, outer: &Layer, inner: &Layer) -> bool {
    if outer.at == inner.at || outer.origin == Origin::Settings || inner.origin == Origin::Settings || once(outer) || once(inner) {
        return false;
    }
    let reach = reach(facts, &outer.scope);
    if !inner.clients.is_empty() {
        return facts.calls_of(inner).any(|at| reach.iter().any(|range| range.contains(at)) && sends(facts, inner, at));
    }
    if outer.scope == inner.scope {
        return outer.at < inner.at && !whole(facts, outer);
    }
    let nested = inner
        .scope
        .iter()
        .any(|scope| reach.iter().any(|range| range.encloses(*scope) && !outer.scope.contains(scope) && !whole(facts, inner)));
    nested && !inner.scope.iter().any(|scope| outer.scope.iter().any(|own| scope.encloses(*own)))
}

/// A layer of one call repeats nothing.
fn once(layer: &Layer) -> bool {
    matches!(layer.attempts, Attempts::Times(0 | 1))
}

/// Whether a layer was tied to the whole snippet because its place is not told.
fn whole(facts: &Facts<'_>, layer: &Layer) -> bool {
    layer.scope.contains(&facts.code.all())
}

/// A read-only client does not repeat creates.
fn sends(facts: &Facts<'_>, inner: &Layer, at: usize) -> bool {
    let does = facts.map.own(Range::new(at, at + 1));
    does.has(Traits::SEND) && !(inner.reads_only && inner.name != "HTTPAdapter" && does.has(Traits::CREATE))
}

/// The scope, and bodies of own functions that it calls, two deep.
fn reach(facts: &Facts<'_>, scope: &[Range]) -> Vec<Range> {
    let mut found: Vec<Range> = scope.to_vec();
    for _ in 0..2 {
        let more: Vec<Range> =
            found.iter().flat_map(|range| facts.map.bodies(*range).collect::<Vec<_>>()).filter(|range| !found.contains(range)).collect();
        found.extend(more);
        found.truncate(60);
    }
    found
}
