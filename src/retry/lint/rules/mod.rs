//! The patterns that are looked for, one small file each. A rule is named for what it finds.

mod accepted_read_as_finished;
mod code_list;
mod create_resent_blindly;
mod create_without_external_id;
mod delay_without_jitter;
mod error_body_dropped;
mod jitter_formula;
mod permanent_code_retried;
mod poll_too_fast;
mod poll_without_end;
mod retry_by_status;
mod retry_without_end;
mod slot_freed_on_create;
mod stacked_layers;
mod success_word;
mod token_minted_once;

pub(super) use code_list::retried;
pub(super) use create_resent_blindly::{blind, reconciles};
pub(super) use retry_by_status::codes_with;
pub(super) use stacked_layers::{deepest, product};

use super::facts::Facts;
use super::report::{Problem, Severity};

/// A rule: its name, how much it matters, where the facts stand, and its check.
struct Rule {
    id: &'static str,
    severity: Severity,
    reference: &'static str,
    check: fn(&Facts<'_>, &mut Found),
}

const RETRIES: &str = "kling://guides/retries";
const POLLING: &str = "kling://guides/polling";

const RULES: &[Rule] = &[
    Rule { id: "accepted-read-as-finished", severity: Severity::Error, reference: POLLING, check: accepted_read_as_finished::check },
    Rule {
        id: "create-resent-blindly",
        severity: Severity::Error,
        reference: "kling://causes/client.retries_create",
        check: create_resent_blindly::check,
    },
    Rule { id: "create-without-external-id", severity: Severity::Warning, reference: RETRIES, check: create_without_external_id::check },
    Rule { id: "delay-without-jitter", severity: Severity::Warning, reference: RETRIES, check: delay_without_jitter::check },
    Rule {
        id: "error-body-dropped",
        severity: Severity::Warning,
        reference: "kling://causes/client.hides_error",
        check: error_body_dropped::check,
    },
    Rule { id: "jitter-formula", severity: Severity::Warning, reference: RETRIES, check: jitter_formula::check },
    Rule { id: "permanent-code-retried", severity: Severity::Error, reference: RETRIES, check: permanent_code_retried::check },
    Rule { id: "poll-too-fast", severity: Severity::Warning, reference: POLLING, check: poll_too_fast::check },
    Rule {
        id: "poll-without-end",
        severity: Severity::Error,
        reference: "kling://causes/client.polling_bug",
        check: poll_without_end::check,
    },
    Rule { id: "retry-by-status", severity: Severity::Error, reference: RETRIES, check: retry_by_status::check },
    Rule { id: "retry-without-end", severity: Severity::Error, reference: RETRIES, check: retry_without_end::check },
    Rule {
        id: "slot-freed-on-create",
        severity: Severity::Error,
        reference: "kling://causes/quota.concurrency",
        check: slot_freed_on_create::check,
    },
    Rule { id: "stacked-layers", severity: Severity::Warning, reference: RETRIES, check: stacked_layers::check },
    Rule {
        id: "success-word",
        severity: Severity::Error,
        reference: "kling://causes/client.wrong_success_word",
        check: success_word::check,
    },
    Rule {
        id: "token-minted-once",
        severity: Severity::Warning,
        reference: "kling://causes/auth.token_expired",
        check: token_minted_once::check,
    },
];

/// What one rule found.
#[derive(Default)]
pub(super) struct Found(Vec<(u32, String, String)>);

impl Found {
    /// Adds a fault: its line, what is wrong and what follows, what to change.
    pub(super) fn add(&mut self, line: u32, message: impl Into<String>, fix: impl Into<String>) {
        if !self.0.iter().any(|(known, _, _)| *known == line) {
            self.0.push((line, message.into(), fix.into()));
        }
    }
}

/// Faults of one rule that are listed; the rest would say the same.
const MAX_OF_ONE: usize = 10;

/// All faults, in order of lines.
pub(super) fn run(facts: &Facts<'_>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = RULES.iter().flat_map(|rule| by_rule(facts, rule)).collect();
    problems.sort_by(|a, b| (a.line, a.severity, a.rule).cmp(&(b.line, b.severity, b.rule)));
    problems
}

fn by_rule(facts: &Facts<'_>, rule: &Rule) -> Vec<Problem> {
    let mut found = Found::default();
    (rule.check)(facts, &mut found);
    found.0.sort_by_key(|(line, _, _)| *line);
    let problem = |(line, message, fix)| Problem { rule: rule.id, severity: rule.severity, line, message, fix, reference: rule.reference };
    found.0.into_iter().take(MAX_OF_ONE).map(problem).collect()
}
