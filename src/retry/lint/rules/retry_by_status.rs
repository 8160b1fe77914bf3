//! A status is retried that carries lasting refusals and passing ones, and the body's code is not read.

use crate::knowledge::{CodeHead, Knowledge, Retry};
use crate::retry::lint::code::Range;
use crate::retry::lint::facts::{Facts, Layer, Origin};
use crate::retry::lint::traits::Traits;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for layer in facts.layers.iter().filter(|layer| layer.codes.is_empty() && may_create(facts, layer)) {
        for status in &layer.statuses {
            let (all, lasting) = codes_of(facts.knowledge, status.what);
            if lasting > 0 && lasting < all && !reads_code(facts, layer, status.line) {
                found.add(
                    status.line,
                    format!(
                        "HTTP {} is retried without reading the body: it carries {all} codes, and {lasting} of them never pass by waiting",
                        status.what
                    ),
                    "read `code` from the JSON body and retry only the codes that pass; stop on account and pack codes",
                );
            }
        }
    }
}

/// Whether creates are among what the layer repeats, as far as that is shown.
fn may_create(facts: &Facts<'_>, layer: &Layer) -> bool {
    let does = layer.scope.iter().fold(Traits::default(), |all, range| all.with(facts.map.of(*range)));
    let open = does.has(Traits::OPEN) && !does.has(Traits::GET);
    let shown = does.has(Traits::SEND) || facts.calls_of(layer).next().is_some();
    !layer.reads_only && (layer.creates || layer.origin == Origin::Settings || open || !shown)
}

/// How many codes come with a status, and how many of them need a correction first.
fn codes_of(knowledge: &Knowledge, status: u16) -> (usize, usize) {
    let with = codes_with(knowledge, status);
    let lasting = with.clone().filter(|head| matches!(head.retry, Retry::FixFirst | Retry::Never)).count();
    (with.count(), lasting)
}

/// Codes of Kling that come with a status.
pub(in crate::retry::lint) fn codes_with(knowledge: &Knowledge, status: u16) -> impl Iterator<Item = &CodeHead> + Clone {
    knowledge.codes.iter().map(|doc| &doc.head).filter(move |head| head.kling && head.http.contains(&status))
}

/// Whether the code of the body has a say where the decision is made.
fn reads_code(facts: &Facts<'_>, layer: &Layer, line: u32) -> bool {
    if layer.origin == Origin::Settings {
        return false;
    }
    let at = facts.code.tokens.partition_point(|token| token.line < line);
    let decides = facts.code.function_around(at);
    let whole = decides == facts.code.all();
    let near = if whole && facts.code.blocks.iter().any(crate::retry::lint::blocks::Block::is_function) {
        Range::new(at, at + 1)
    } else {
        decides
    };
    facts.map.of(near).has(Traits::CODE) || layer.scope.iter().any(|range| facts.map.own(*range).has(Traits::CODE))
}
