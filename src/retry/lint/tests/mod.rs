//! Faulty and sound code, text that is no code, and texts made to take long.

mod answers;
mod corpus;
mod hostile;

use std::sync::OnceLock;

use super::{Report, lint};
use crate::knowledge::Knowledge;

fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| Knowledge::load().unwrap())
}

fn read(text: &str) -> Report {
    lint(text, knowledge())
}

/// What was found, as `rule:line`, sorted.
fn found(text: &str) -> Vec<String> {
    let mut found: Vec<String> = read(text).problems.iter().map(|problem| format!("{}:{}", problem.rule, problem.line)).collect();
    found.sort();
    found
}
