//! JSON, with comments, bare names and trailing commas forgiven.

use crate::retry::lint::code::{Code, Range};
use crate::retry::lint::lex::Kind;
use crate::retry::lint::report::Language;

use super::{Entry, MAX_ENTRIES};

/// Deeper maps are not read.
const MAX_DEPTH: usize = 40;

pub(super) fn read(text: &str) -> Vec<Entry> {
    let code = Code::read(text, Language::JavaScript);
    let mut found = Vec::new();
    value(&code, code.all(), &mut Vec::new(), &mut found);
    found
}

fn value(code: &Code<'_>, range: Range, path: &mut Vec<String>, found: &mut Vec<Entry>) {
    if path.len() > MAX_DEPTH || found.len() > MAX_ENTRIES || range.is_empty() {
        return;
    }
    match code.kind(range.from) {
        Some(Kind::Open(b'{')) => {
            for member in code.members(code.inside(range.from)).into_iter().filter(|member| !member.key.is_empty()) {
                path.push(member.key.to_owned());
                value(code, member.value, path, found);
                path.pop();
            }
        }
        Some(Kind::Open(b'[')) => list(code, range.from, path, found),
        _ => found.push(Entry {
            path: path.clone(),
            values: vec![scalar(code, range)],
            line: code.line(range.from),
            lines: vec![code.line(range.from)],
        }),
    }
}

fn list(code: &Code<'_>, open: usize, path: &mut Vec<String>, found: &mut Vec<Entry>) {
    let items = code.split(code.inside(open), ",");
    if items.iter().any(|item| matches!(code.kind(item.from), Some(Kind::Open(_)))) {
        for (index, item) in items.into_iter().enumerate() {
            path.push(index.to_string());
            value(code, item, path, found);
            path.pop();
        }
        return;
    }
    let values = items.iter().map(|item| scalar(code, *item)).collect();
    let lines = items.iter().map(|item| code.line(item.from)).collect();
    found.push(Entry { path: path.clone(), values, line: code.line(open), lines });
}

fn scalar(code: &Code<'_>, range: Range) -> String {
    let parts = range.indexes().map(|at| code.string(at).unwrap_or_else(|| code.text(at)));
    parts.take(20).collect()
}
