//! The numbers of a policy by the names that the workers use.

use std::collections::BTreeMap;

use super::backed_off;
use crate::retry::policy::Policy;

/// How a language writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Separated by commas; times with a fraction.
    List,
    /// Separated by blanks; times in whole seconds.
    Words,
}

/// One number or a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Counts and service codes.
    Counts(Vec<i64>),
    /// Times in seconds.
    Seconds(Vec<f64>),
    /// A time in seconds that must not become none.
    Gap(f64),
    /// A share of one.
    Share(f64),
}

impl Value {
    /// As the language writes it.
    pub(super) fn text(&self, style: Style) -> String {
        let second = |value: f64| if style == Style::Words { format!("{value:.0}") } else { format!("{value:?}") };
        let words: Vec<String> = match self {
            Self::Counts(all) => all.iter().map(i64::to_string).collect(),
            Self::Seconds(all) => all.iter().map(|&value| second(value)).collect(),
            Self::Gap(value) => vec![second(if style == Style::Words { value.max(1.0) } else { *value })],
            Self::Share(value) => vec![format!("{value:?}")],
        };
        words.join(if style == Style::Words { " " } else { ", " })
    }
}

/// All numbers. A list is never empty: no listed poll is one after the regular gap, no code is -1.
pub(super) fn values(policy: &Policy) -> BTreeMap<String, Value> {
    let count = |number: u32| Value::Counts(vec![i64::from(number)]);
    let (slots, poll, reads) = (&policy.slots, &policy.poll, &policy.reads);
    let create = backed_off(policy).and_then(|class| class.backoff).unwrap_or(reads.backoff);
    let attempts = backed_off(policy).and_then(|class| class.max_attempts).unwrap_or(0);
    let rows = [
        ("deadline_s", Value::Gap(policy.deadline_s)),
        ("slots.limit", count(slots.limit)),
        ("slots.per_job", count(slots.per_job.max(1))),
        ("slots.learn", count(u32::from(!slots.known))),
        ("slots.grow_after", count(slots.grow_after)),
        ("slots.probe_s", Value::Gap(slots.probe_s)),
        ("poll.at_s", Value::Seconds(or(&poll.at_s, poll.then_every_s))),
        ("poll.then_every_s", Value::Gap(poll.then_every_s)),
        ("poll.stop_after_s", Value::Gap(poll.stop_after_s)),
        ("poll.jitter", Value::Share(poll.jitter)),
        ("poll.ids_per_query", count(poll.ids_per_query)),
        ("reconcile.look_after_s", Value::Seconds(or(&policy.reconcile.look_after_s, 0.0))),
        ("create.max_attempts", count(attempts)),
        ("create.base_s", Value::Gap(create.base_s)),
        ("create.cap_s", Value::Gap(create.cap_s)),
        ("reads.max_attempts", count(reads.max_attempts)),
        ("reads.base_s", Value::Gap(reads.backoff.base_s)),
        ("reads.cap_s", Value::Gap(reads.backoff.cap_s)),
        ("reads.budget_ratio", Value::Share(reads.budget_ratio)),
    ];
    let mut all: BTreeMap<String, Value> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for name in ["slots", "rate", "account", "request"] {
        all.insert(format!("codes.{name}"), Value::Counts(codes(policy, name)));
    }
    all
}

fn or(list: &[f64], otherwise: f64) -> Vec<f64> {
    if list.is_empty() { vec![otherwise] } else { list.to_vec() }
}

fn codes(policy: &Policy, class: &str) -> Vec<i64> {
    let found = policy.classes.iter().find(|row| row.name == class).map(|row| row.codes.clone());
    found.filter(|codes| !codes.is_empty()).unwrap_or_else(|| vec![-1])
}
