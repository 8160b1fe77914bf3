//! What names stand for.

use super::token::Kind;
use super::{Code, Language, Range};
use crate::request::{Member, Node, Value};
use crate::text::Span;

/// `name = value`, `name["key"] = value`.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    /// Token of the name.
    pub(super) at: usize,
    /// Tokens of the keys.
    pub(super) keys: Vec<usize>,
    pub(super) value: Range,
}

impl<'a> Code<'a> {
    pub(super) fn find_assignments(&self) -> Vec<Assignment> {
        let mut open: Vec<u8> = Vec::new();
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            match self.kind(at) {
                Some(Kind::Open(bracket)) => open.push(bracket),
                Some(Kind::Close) => {
                    open.pop();
                }
                Some(Kind::Name) if matches!(open.last(), None | Some(b'{')) => found.extend(self.assignment(at)),
                Some(Kind::Name) if self.text(at) == "as" => found.extend(self.context(at)),
                _ => {}
            }
        }
        found
    }

    fn assignment(&self, at: usize) -> Option<Assignment> {
        if self.text(at) == "as" {
            return self.context(at);
        }
        let first = at == 0 || self.breaks(at);
        let declared = at > 0 && matches!(self.text(at - 1), "const" | "let" | "var" | ";" | "{" | "}" | "," | "]");
        if !first && !declared {
            return None;
        }
        let mut keys = Vec::new();
        let mut next = at + 1;
        while self.kind(next) == Some(Kind::Open(b'[')) && self.mate(next) == next + 2 && self.kind(next + 1) == Some(Kind::Text) {
            keys.push(next + 1);
            next += 3;
        }
        if self.is_mark(next, ":")
            && (self.language == Language::Python || matches!(self.text(at - usize::from(at > 0)), "const" | "let" | "var"))
        {
            next = self.behind_type(next)?;
        }
        let value = Range::new(next + 1, self.statement_end(next + 1));
        (self.is_mark(next, "=") && !value.is_empty()).then_some(Assignment { at, keys, value })
    }

    /// The `=` behind a type annotation.
    fn behind_type(&self, colon: usize) -> Option<usize> {
        let mut at = colon + 1;
        for _ in 0..16 {
            if self.is_mark(at, "=") {
                return Some(at);
            }
            if self.kind(at).is_none() || self.is_mark(at, ";") || self.is_mark(at, "=>") {
                return None;
            }
            at = self.skip(at);
        }
        None
    }

    /// `with call(...) as name`.
    fn context(&self, at: usize) -> Option<Assignment> {
        let close = at.checked_sub(1).filter(|close| self.kind(*close) == Some(Kind::Close))?;
        let name = self.mate(close).checked_sub(1)?;
        Some(Assignment { at: at + 1, keys: Vec::new(), value: Range::new(name, at) })
    }

    /// What a name stands for at the token `before`, as long as the budget lasts.
    pub(super) fn resolve(&mut self, name: &str, before: usize) -> Option<Assignment> {
        let plain =
            self.assignments.iter().rev().find(|set| set.keys.is_empty() && set.value.to <= before && self.same(self.text(set.at), name));
        let found = plain?.clone();
        let span = self.span(found.value);
        self.budget = self.budget.checked_sub(span.end - span.start + 16)?;
        Some(found)
    }

    /// Brings members up to date that are assigned between the object's literal and its use.
    pub(super) fn update(&mut self, node: &mut Node, name: &str, since: usize, before: usize, depth: usize) {
        if !matches!(node.value, Value::Object(_)) {
            return;
        }
        let later: Vec<(Vec<(String, Span)>, Range)> = self
            .assignments
            .iter()
            .filter(|set| set.at > since && set.value.to <= before)
            .filter_map(|set| Some((self.path(set, name)?, set.value)))
            .collect();
        for (path, value) in later {
            let value = self.node(value, depth + 1);
            set_member(node, &path, value);
        }
    }

    /// The keys below `name` that an assignment sets; none if it sets something else.
    fn path(&self, set: &Assignment, name: &str) -> Option<Vec<(String, Span)>> {
        let target = self.text(set.at);
        let span = self.span(Range::new(set.at, set.at + 1));
        let rest = target.get(name.len()..).filter(|_| target.get(..name.len()).is_some_and(|head| self.same(head, name)))?;
        let dotted = rest.strip_prefix('.').map(|rest| rest.split('.').map(|key| (key.to_owned(), span)));
        if !rest.is_empty() && dotted.is_none() {
            return None;
        }
        let mut path: Vec<_> = dotted.into_iter().flatten().collect();
        for key in &set.keys {
            let range = Range::new(*key, key + 1);
            path.push((self.literal(range).text(), self.span(range)));
        }
        (!path.is_empty()).then_some(path)
    }

    /// Text of a name without the sign of a variable.
    pub(super) fn name_of(text: &'a str) -> &'a str {
        text.trim_start_matches('@')
    }
}

/// Sets the member at the end of the path, if all but the last key are there.
fn set_member(node: &mut Node, path: &[(String, Span)], value: Node) {
    let Some(((key, key_span), rest)) = path.split_first() else {
        *node = value;
        return;
    };
    let Value::Object(members) = &mut node.value else { return };
    match members.iter_mut().rev().find(|member| member.key == *key) {
        Some(member) => set_member(&mut member.value, rest, value),
        None if rest.is_empty() => members.push(Member { key: key.clone(), key_span: *key_span, value }),
        None => {}
    }
}
