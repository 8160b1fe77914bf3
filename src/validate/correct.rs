//! Corrections: applied one after the other, checked again, and shown only when no error is left.

use serde_json::{Map, Value};

use super::found::{Applicability, Finding, Op, Operation, Severity};
use super::plain::{Plain, json};
use super::report::Corrected;

/// A correction may uncover a problem that stood behind another; after this many passes it is given up.
const PASSES: usize = 16;

/// The corrected request, when one can be found.
pub(super) fn correct(plain: &Plain, findings: &[Finding], check: impl Fn(&Plain) -> Vec<Finding>) -> Option<Corrected> {
    if !findings.iter().any(|f| f.severity == Severity::Error) {
        return None;
    }
    let mut work = Work {
        plain: plain.clone(),
        body: plain.body.as_ref().map_or(Value::Object(Map::new()), crate::request::Node::to_json),
        patch: Vec::new(),
        inverse: Vec::new(),
        applicability: Applicability::Safe,
    };
    let mut open = findings.to_vec();
    for _ in 0..PASSES {
        if !work.apply(&open) {
            return None;
        }
        open = check(&work.plain);
        if !open.iter().any(|f| f.severity == Severity::Error) {
            return Some(work.done());
        }
    }
    None
}

struct Work {
    plain: Plain,
    body: Value,
    patch: Vec<Operation>,
    inverse: Vec<Operation>,
    applicability: Applicability,
}

impl Work {
    /// Applies the corrections of all errors, and the safe ones of warnings; true when anything changed.
    fn apply(&mut self, findings: &[Finding]) -> bool {
        let mut changed = false;
        let mut removals: Vec<Operation> = Vec::new();
        for finding in findings {
            let Some(fix) =
                finding.fix.as_ref().filter(|fix| finding.severity == Severity::Error || fix.applicability == Applicability::Safe)
            else {
                continue;
            };
            if !fix.patch.iter().all(|op| self.fits(op)) {
                continue;
            }
            let applied = fix.patch.iter().filter(|op| self.step(op, &mut removals)).count();
            if applied > 0 {
                changed = true;
                self.applicability = self.applicability.max(fix.applicability);
            }
        }
        // Items of lists go last and from the end, so that earlier pointers stay true.
        let position =
            |op: &Operation| op.path.rsplit_once('/').map(|(list, index)| (list.to_owned(), index.parse::<usize>().unwrap_or(0)));
        removals.sort_by_key(|op| std::cmp::Reverse(position(op)));
        removals.dedup();
        for op in removals {
            changed |= self.in_body(&op);
        }
        if changed && let Ok(text) = serde_json::to_string(&self.body) {
            self.plain.body = json(&text)
                .ok()
                .filter(|_| self.plain.body.is_some() || self.body.as_object().is_some_and(|members| !members.is_empty()))
                .or_else(|| self.plain.body.clone());
        }
        changed
    }

    /// Whether the place is still as the correction expects it: another one may have taken it away in this pass.
    fn fits(&self, op: &Operation) -> bool {
        if op.path.starts_with('$') {
            return true;
        }
        let lists_exist = op.path.match_indices('/').skip(1).filter_map(|(at, _)| Some((op.path.get(..at)?, op.path.get(at + 1..)?))).all(
            |(way, rest)| {
                let position = rest.split('/').next().is_some_and(|part| part == "-" || part.bytes().all(|b| b.is_ascii_digit()));
                !position || self.body.pointer(way).is_some_and(Value::is_array) || op.op == Op::Add && rest.starts_with('-')
            },
        );
        lists_exist && (op.op == Op::Add || self.body.pointer(&op.path).is_some())
    }

    fn step(&mut self, op: &Operation, removals: &mut Vec<Operation>) -> bool {
        if op.path.starts_with('$') {
            return self.outside(op);
        }
        let list_item = op.op == Op::Remove && op.path.rsplit('/').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if list_item {
            removals.push(op.clone());
            return true;
        }
        self.in_body(op)
    }

    fn in_body(&mut self, op: &Operation) -> bool {
        // An object made for another correction stays.
        let empty = op.value.as_ref().and_then(Value::as_object).is_some_and(Map::is_empty);
        if op.op == Op::Add && empty && self.body.pointer(&op.path).is_some_and(Value::is_object) {
            return false;
        }
        let missing = if op.op == Op::Remove { Vec::new() } else { missing_objects(&self.body, &op.path) };
        for path in missing {
            self.one(&Operation::set(Op::Add, path, Value::Object(Map::new())));
        }
        self.one(op)
    }

    fn one(&mut self, op: &Operation) -> bool {
        let mut op = op.clone();
        if let Some(list) = op.path.strip_suffix("/-") {
            let length = self.body.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
            op.path = format!("{list}/{length}");
        }
        let Some(inverse) = apply(&mut self.body, &op) else { return false };
        self.patch.push(op);
        self.inverse.insert(0, inverse);
        true
    }

    fn outside(&mut self, op: &Operation) -> bool {
        let Some(text) = op.value.as_ref().and_then(Value::as_str) else { return false };
        match op.path.as_str() {
            "$url" => {
                let moved = if text.starts_with('/') { with_path(&self.plain.url, text) } else { text.to_owned() };
                if moved == self.plain.url {
                    return false;
                }
                self.plain.url = moved;
            }
            "$method" => text.clone_into(&mut self.plain.method),
            query if query.starts_with("$query/") => {
                self.plain.url = with_query(&self.plain.url, query.trim_start_matches("$query/"), text);
            }
            header => {
                let Some(name) = header.strip_prefix("$headers/") else { return false };
                self.plain.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
                self.plain.headers.push((name.to_owned(), text.to_owned()));
            }
        }
        true
    }

    fn done(self) -> Corrected {
        let steps = if self.applicability == Applicability::Guess { " (some steps are guesses)" } else { "" };
        Corrected {
            request: self.plain.sendable(),
            patch: self.patch,
            inverse: self.inverse,
            applicability: self.applicability,
            proof: format!("0 errors left{steps}"),
        }
    }
}

/// The same host with another path.
fn with_path(url: &str, path: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}{path}", rest.split(['/', '?']).next().unwrap_or(rest)),
        None => path.to_owned(),
    }
}

/// The same address with one query member changed or added.
fn with_query(url: &str, name: &str, value: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let others = query.split('&').filter(|part| !part.is_empty() && part.split('=').next() != Some(name)).map(str::to_owned);
    let all: Vec<String> = others.chain(std::iter::once(format!("{name}={value}"))).collect();
    format!("{path}?{}", all.join("&"))
}

/// Applies one operation to a body and returns the way back; nothing when it does not apply.
fn apply(body: &mut Value, op: &Operation) -> Option<Operation> {
    let (parent, last) = op.path.rsplit_once('/')?;
    let key = last.replace("~1", "/").replace("~0", "~");
    member(body.pointer_mut(parent)?, &key, op)
}

fn member(target: &mut Value, key: &str, op: &Operation) -> Option<Operation> {
    match target {
        Value::Object(members) => {
            let old = members.get(key).cloned();
            match (&op.op, &op.value) {
                (Op::Remove, _) => {
                    let old = members.remove(key)?;
                    Some(Operation::set(Op::Add, &op.path, old))
                }
                (_, Some(value)) => {
                    members.insert(key.to_owned(), value.clone());
                    Some(old.map_or_else(|| Operation::remove(&op.path), |old| Operation::set(Op::Replace, &op.path, old)))
                }
                _ => None,
            }
        }
        Value::Array(items) => {
            let index: usize = key.parse().ok().or_else(|| (key == "-").then_some(items.len()))?;
            match (&op.op, &op.value) {
                (Op::Remove, _) if index < items.len() => {
                    let old = items.remove(index);
                    Some(Operation::set(Op::Add, &op.path, old))
                }
                (Op::Replace, Some(value)) => {
                    let slot = items.get_mut(index)?;
                    let old = std::mem::replace(slot, value.clone());
                    Some(Operation::set(Op::Replace, &op.path, old))
                }
                (Op::Add, Some(value)) if index <= items.len() => {
                    items.insert(index, value.clone());
                    Some(Operation::remove(&op.path))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Pointers of the objects on the way to `path` that are missing, outermost first.
fn missing_objects(body: &Value, path: &str) -> Vec<String> {
    let ways = path.match_indices('/').skip(1).filter_map(|(at, _)| path.get(..at));
    ways.filter(|way| body.pointer(way).is_none()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_and_its_way_back_are_the_identity() {
        let body = json!({"a": 1, "list": [1, 2], "settings": {}});
        for op in [
            Operation::set(Op::Replace, "/a", 2),
            Operation::remove("/a"),
            Operation::set(Op::Add, "/settings/duration", 5),
            Operation::remove("/list/0"),
            Operation::set(Op::Add, "/list/1", 9),
        ] {
            let mut work = body.clone();
            let back = apply(&mut work, &op).unwrap();
            apply(&mut work, &back).unwrap();
            assert_eq!(work, body, "{op:?}");
        }
    }
}
