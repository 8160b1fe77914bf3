//! A poll loop that neither a count nor a clock ends.

use crate::retry::lint::facts::Facts;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for poll in facts.polls.iter().filter(|poll| !poll.bounded) {
        found.add(
            poll.line,
            "the poll loop has no deadline: a task that hangs, or a state it does not know, keeps it going for ever",
            "end it by the clock (20 minutes is usual), keep the task id, and look again later without a new create",
        );
    }
}
