//! A code that never passes by waiting is retried: account, pack, credentials, parameters, content.

use crate::knowledge::Retry;
use crate::retry::lint::blocks::Form;
use crate::retry::lint::code::Range;
use crate::retry::lint::facts::{At, Facts};
use crate::retry::lint::traits::Traits;

use super::{Found, code_list};

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let mut retried: Vec<At<i64>> = facts.layers.iter().flat_map(|layer| layer.codes.iter().copied()).collect();
    retried.extend(code_list::retried(facts).into_iter().map(|(_, at)| at));
    retried.sort_by_key(|at| (at.line, at.what));
    retried.dedup();
    for at in retried {
        let Some(page) = facts.knowledge.code(at.what) else { continue };
        if matches!(page.head.retry, Retry::FixFirst | Retry::Never) && at.what != 0 && !signs_again(facts, at) {
            let others =
                facts.layers.iter().any(|layer| !layer.creates && layer.codes.contains(&at)) && page.head.retry_query == Retry::Retry;
            if !others {
                found.add(
                    at.line,
                    format!("code {} is retried and stays the same however often it is sent: {}", at.what, page.head.title),
                    "take it out of the retried codes; stop, and tell the person who can mend it",
                );
            }
        }
    }
}

/// Whether the branch that meets the code gets a fresh token, which is the remedy of an expired one.
fn signs_again(facts: &Facts<'_>, at: At<i64>) -> bool {
    let auth = facts.knowledge.code(at.what).is_some_and(|page| page.head.causes.iter().any(|cause| cause.starts_with("auth.")));
    let on_line = |range: Range| range.indexes().any(|index| facts.code.line(index) == at.line);
    let branch = facts.code.blocks.iter().find(|block| matches!(block.form, Form::If | Form::Case) && on_line(block.head));
    auth && branch.is_some_and(|block| {
        facts.map.of(block.body).has(Traits::MINT) || facts.code.any(block.body, |name| name.to_ascii_lowercase().contains("token"))
    })
}
