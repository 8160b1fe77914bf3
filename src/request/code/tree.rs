//! Expressions as trees.

use super::shape::Entry;
use super::token::Kind;
use super::{Code, Language, Range, literal};
use crate::request::json::duplicates;
use crate::request::node::{Unknown, short};
use crate::request::rope::{Rope, slice};
use crate::request::{MAX_DEPTH, Member, Node, Value, What};
use crate::text::Span;

impl<'a> Code<'a> {
    /// The expression as a tree.
    pub(super) fn node(&mut self, range: Range, depth: usize) -> Node {
        let span = self.span(range);
        let range = self.json_pipe(self.bare(range));
        if range.is_empty() || depth >= MAX_DEPTH {
            return self.unknown(range, span);
        }
        if let Some(rope) = self.rope(range, depth) {
            return Node::new(rope.value(), span);
        }
        match self.kind(range.from) {
            Some(Kind::Open(bracket)) if self.mate(range.from) + 1 == range.to => self.bracket(bracket, range.from, depth),
            Some(Kind::Name) if range.to == range.from + 1 => self.name(range, depth),
            Some(Kind::Name) => self.compound(range, depth),
            _ => self.number(range).unwrap_or_else(|| self.unknown(range, span)),
        }
    }

    fn unknown(&self, range: Range, span: Span) -> Node {
        Node::new(Value::Unknown(Unknown::of_source(self.source(range))), span)
    }

    fn number(&self, range: Range) -> Option<Node> {
        let signed = usize::from(self.is_mark(range.from, "-") || self.is_mark(range.from, "+"));
        let last = range.from + signed;
        (self.kind(last) == Some(Kind::Number) && range.to == last + 1)
            .then(|| Node::new(Value::Number(self.source(range).to_owned()), self.span(range)))
    }

    fn bracket(&mut self, bracket: u8, open: usize, depth: usize) -> Node {
        let span = self.span(Range::new(open, self.mate(open) + 1));
        if bracket == b'{' {
            return self.members(open, self.colon(), span, depth);
        }
        let items = self.items(open).into_iter().map(|item| self.node(item, depth + 1)).collect();
        Node::new(Value::Array(items), span)
    }

    /// The members inside the bracket at `open`.
    fn members(&mut self, open: usize, mark: &str, span: Span, depth: usize) -> Node {
        let mut members = Vec::new();
        for entry in self.entries(open, mark) {
            self.member(&entry, depth, &mut members);
        }
        duplicates(&members, &mut self.notes);
        Node::new(Value::Object(members), span)
    }

    fn member(&mut self, entry: &Entry, depth: usize, out: &mut Vec<Member>) {
        let key_span = self.key_span(entry);
        if entry.spread {
            return self.spread(entry.value, depth, out);
        }
        let single = self.kind(entry.value.from) == Some(Kind::Name) && entry.value.to == entry.value.from + 1;
        if entry.key.is_empty() && !single {
            return self.note(What::NotEvaluated(short(self.source(entry.value))), key_span);
        }
        if self.language == Language::JavaScript && self.text(entry.value.from) == "undefined" {
            return;
        }
        let value = self.node(entry.value, depth + 1);
        out.push(Member { key: self.key(entry), key_span, value });
    }

    /// `...base` puts the members of another object in.
    fn spread(&mut self, range: Range, depth: usize, out: &mut Vec<Member>) {
        let node = self.node(range, depth + 1);
        match node.value {
            Value::Object(members) => out.extend(members),
            _ => self.note(What::NotEvaluated(short(self.source(range))), self.span(range)),
        }
    }

    /// The text of a key.
    pub(super) fn key(&self, entry: &Entry) -> String {
        let range = if entry.key.is_empty() { entry.value } else { entry.key };
        if self.kind(range.from) == Some(Kind::Text) { self.literal(range).text() } else { self.source(range).to_owned() }
    }

    fn name(&mut self, range: Range, depth: usize) -> Node {
        let text = self.text(range.from);
        let span = self.span(range);
        let value = match text {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "null" | "None" | "undefined" => Value::Null,
            _ if text.eq_ignore_ascii_case("$true") => Value::Bool(true),
            _ if text.eq_ignore_ascii_case("$false") => Value::Bool(false),
            _ if text.eq_ignore_ascii_case("$null") => Value::Null,
            _ => return self.named(text, range.from, depth).unwrap_or_else(|| self.unknown(range, span)),
        };
        Node::new(value, span)
    }

    /// What a name stands for, or a member of what its first part stands for.
    pub(super) fn named(&mut self, name: &str, before: usize, depth: usize) -> Option<Node> {
        if depth >= MAX_DEPTH {
            return None;
        }
        if let Some(set) = self.resolve(name, before) {
            let mut node = self.node(set.value, depth + 1);
            self.update(&mut node, name, set.at, before, depth);
            return Some(node);
        }
        let (owner, member) = name.rsplit_once('.').filter(|(owner, _)| !owner.is_empty())?;
        take(self.named(owner, before, depth + 1)?, member)
    }

    /// `dict(a=1)`, `owner["member"]`; else unknown.
    fn compound(&mut self, range: Range, depth: usize) -> Node {
        let span = self.span(range);
        if let Some(("dict", open)) = self.call(range) {
            return self.members(open, "=", span, depth);
        }
        if let Some(("Headers" | "Object.freeze", open)) = self.call(range)
            && let Some(first) = self.items(open).first()
        {
            return self.node(*first, depth + 1);
        }
        let open = range.from + 1;
        let subscript = self.kind(open) == Some(Kind::Open(b'[')) && self.mate(open) == open + 2 && range.to == open + 3;
        if subscript && self.kind(open + 1) == Some(Kind::Text) {
            let member = self.literal(Range::new(open + 1, open + 2)).text();
            let owner = self.named(self.text(range.from), range.from, depth + 1);
            return owner.and_then(|owner| take(owner, &member)).unwrap_or_else(|| self.unknown(range, span));
        }
        self.unknown(range, span)
    }

    /// The literal at the start of a range, computed parts as unknowns.
    pub(super) fn literal(&self, range: Range) -> Rope<'a> {
        let mut rope = Rope::new(self.input);
        for part in literal::parts(self.input, self.span(Range::new(range.from, range.from + 1)), self.language) {
            match part {
                literal::Part::Plain(span) => rope.push(span),
                literal::Part::Char(c, span) => rope.push_char(c, span),
                literal::Part::Computed(span) => rope.push_unknown(span),
            }
        }
        rope
    }

    /// The expression as a text, if it is made of string literals and of what is added to them.
    pub(super) fn rope(&mut self, range: Range, depth: usize) -> Option<Rope<'a>> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let operands = self.operands(range)?;
        let mut rope = Rope::new(self.input);
        for operand in operands {
            if self.kind(operand.from) == Some(Kind::Text) {
                self.text_operand(operand, depth, &mut rope);
            } else {
                self.other_operand(operand, depth, &mut rope);
            }
        }
        Some(rope)
    }

    /// What is added up; none if no string literal is among it.
    fn operands(&self, range: Range) -> Option<Vec<Range>> {
        let mut found = Vec::new();
        let (mut from, mut at) = (range.from, range.from);
        let mut texts = false;
        while at < range.to {
            let text = self.kind(at) == Some(Kind::Text);
            texts |= text;
            if self.is_mark(at, "+") {
                found.push(Range::new(from, at));
                from = at + 1;
            } else if self.kind(at) == Some(Kind::Mark) || (text && at > from && self.kind(at - 1) != Some(Kind::Text)) {
                return None;
            }
            at = self.skip(at);
        }
        found.push(Range::new(from, range.to));
        let clean = |operand: &Range| {
            !operand.is_empty()
                && (self.kind(operand.from) != Some(Kind::Text) || (operand.from..operand.to).all(|at| self.kind(at) == Some(Kind::Text)))
        };
        (texts && found.iter().all(clean) && found.iter().any(|operand| self.kind(operand.from) == Some(Kind::Text))).then_some(found)
    }

    fn text_operand(&mut self, operand: Range, depth: usize, rope: &mut Rope<'a>) {
        for at in operand.from..operand.to {
            for part in literal::parts(self.input, self.span(Range::new(at, at + 1)), self.language) {
                match part {
                    literal::Part::Plain(span) => rope.push(span),
                    literal::Part::Char(c, span) => rope.push_char(c, span),
                    literal::Part::Computed(span) => self.computed(span, at, depth, rope),
                }
            }
        }
    }

    /// A computed part of a literal: a name that is known, or an unknown.
    fn computed(&mut self, span: Span, at: usize, depth: usize, rope: &mut Rope<'a>) {
        let source = slice(self.input, span).trim();
        let end = if self.language == Language::Python { source.find(['!', ':']).unwrap_or(source.len()) } else { source.len() };
        let name = source.get(..end).unwrap_or(source).trim();
        let name = if name.starts_with("${") { name.trim_start_matches("${").trim_end_matches('}') } else { name };
        match self.named_rope(name, at, depth) {
            Some(known) => rope.append(known),
            None => rope.push_unknown(span),
        }
    }

    fn other_operand(&mut self, operand: Range, depth: usize, rope: &mut Rope<'a>) {
        let single = operand.to == operand.from + 1 && self.kind(operand.from) == Some(Kind::Name);
        let known = if single { self.named_rope(self.text(operand.from), operand.from, depth) } else { None };
        match known {
            Some(known) => rope.append(known),
            None => rope.push_unknown(self.span(operand)),
        }
    }

    /// The text that a name stands for.
    pub(super) fn named_rope(&mut self, name: &str, before: usize, depth: usize) -> Option<Rope<'a>> {
        let dollar = format!("${name}");
        let set = self.resolve(name, before);
        let set = if set.is_none() && self.language == Language::PowerShell { self.resolve(&dollar, before) } else { set };
        let Some(set) = set else { return self.member_rope(name, before, depth) };
        let value = self.bare(set.value);
        if let Some(number) = self.number(value) {
            return Some(Rope::of(self.input, number.span));
        }
        if self.kind(value.from) == Some(Kind::Name) && value.to == value.from + 1 && depth < MAX_DEPTH {
            return self.named_rope(self.text(value.from), value.from, depth + 1);
        }
        self.rope(value, depth + 1)
    }

    /// The text of a member: `config.base`.
    fn member_rope(&mut self, name: &str, before: usize, depth: usize) -> Option<Rope<'a>> {
        if !name.contains('.') {
            return None;
        }
        let node = self.named(name, before, depth + 1)?;
        let starts_quoted = slice(self.input, node.span).starts_with(['"', '\'']);
        matches!(node.value, Value::String(_)).then(|| ()).filter(|()| starts_quoted)?;
        Some(crate::request::har::literal(self.input, node.span))
    }
}

/// The last member with this key.
fn take(node: Node, key: &str) -> Option<Node> {
    match node.value {
        Value::Object(members) => members.into_iter().rev().find(|member| member.key == key).map(|member| member.value),
        _ => None,
    }
}
