//! Finds the layers that repeat a call: loops, and the retry libraries of each language.

mod go;
mod java;
mod javascript;
mod loops;
mod options;
mod outcomes;
pub(super) mod polls;
mod python;

use super::facts::{Facts, Layer};
use super::report::Language;

pub(super) use loops::expression;
pub(super) use options::{Meaning, meaning, push};
pub(super) use outcomes::{ambiguous_exception, measures, negated};

/// More layers are not looked at; it keeps the time bounded.
const MAX_LAYERS: usize = 60;

/// More loops are not looked at, for the same reason.
const MAX_LOOPS: usize = 80;

/// The layers of a snippet, in order of their lines.
pub(super) fn find(facts: &Facts<'_>) -> Vec<Layer> {
    let mut found = match facts.code.language {
        Language::Python => python::find(facts),
        Language::JavaScript => javascript::find(facts),
        Language::Go => go::find(facts),
        Language::Java => java::find(facts),
        Language::Settings => Vec::new(),
    };
    found.extend(loops::find(facts));
    found.sort_by_key(|layer| (layer.line, layer.at));
    found.dedup_by_key(|layer| layer.at);
    found.truncate(MAX_LAYERS);
    found
}
