//! What became of the caller's suspicion: confirmed, contradicted or undecided, by the same evidence.

use crate::knowledge::Category;

use super::evidence::Evidence;
use super::rank::Hypothesis;
use super::report::{Confidence, Suspicion, SuspicionCheck};
use super::{Input, calibrate, text_model};

/// Reads a category, a cause id or a few words.
pub(super) fn check(evidence: &Evidence<'_>, ranked: &[Hypothesis<'_>], input: &Input<'_>) -> Option<SuspicionCheck> {
    let said = input.suspicion.map(str::trim).filter(|said| !said.is_empty())?;
    let (suspected, certain_words) = category(evidence, said)?;
    let first = ranked.first();
    let head = first.and_then(|h| evidence.knowledge.causes.get(h.cause)).map(|doc| &doc.head);
    let sure = first.is_some_and(|h| calibrate::confidence(h) != Confidence::Possible);
    let (outcome, why) = match head {
        Some(head) if head.category == suspected && sure => {
            (Suspicion::Confirmed, format!("The evidence itself shows {} ({}).", head.category, head.id))
        }
        Some(head) if sure => {
            (Suspicion::Contradicted, format!("Sufficient evidence for {} ({}) was seen, none for {suspected}.", head.category, head.id))
        }
        _ => (Suspicion::Undecided, format!("Nothing in the paste is sufficient for or against {suspected}.")),
    };
    let note = if certain_words { why } else { format!("Read as {suspected}. {why}") };
    Some(SuspicionCheck { outcome, why: note })
}

/// The suspected category, and whether it was named and not guessed from words.
fn category(evidence: &Evidence<'_>, said: &str) -> Option<(Category, bool)> {
    let word = said.to_ascii_lowercase().replace([' ', '-'], "_");
    if let Some(category) = Category::of(&word) {
        return Some((category, true));
    }
    if let Some(doc) = evidence.knowledge.cause(said) {
        return Some((doc.head.category, true));
    }
    let guess = text_model::guess(said);
    let best = guess.categories.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((best.0, false))
}
