//! A snippet as tokens, blocks, calls and assignments, with the short questions that the rules ask.

use std::collections::BTreeMap;

use super::blocks::{self, Block};
use super::lex::{self, Kind, Token};
use super::report::Language;

/// A run of tokens: from the first to one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Range {
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Range {
    pub(super) const fn new(from: usize, to: usize) -> Self {
        Self { from, to }
    }

    pub(super) const fn contains(self, index: usize) -> bool {
        self.from <= index && index < self.to
    }

    pub(super) const fn encloses(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    pub(super) const fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub(super) const fn indexes(self) -> std::ops::Range<usize> {
        self.from..self.to
    }
}

/// A name with brackets behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// Index of the name.
    pub(super) at: usize,
    /// What stands between the brackets.
    pub(super) args: Range,
}

/// One argument of a call or member of a map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    /// Its name; empty for an argument without one.
    pub(super) key: &'a str,
    pub(super) value: Range,
    pub(super) line: u32,
}

/// A snippet under reading.
pub(super) struct Code<'a> {
    pub(super) source: &'a str,
    pub(super) language: Language,
    pub(super) tokens: Vec<Token>,
    pub(super) blocks: Vec<Block>,
    pub(super) calls: Vec<Call>,
    /// Values by name, in order of the text.
    assigned: BTreeMap<&'a str, Vec<Range>>,
    /// False when the end of the text was not read.
    pub(super) complete: bool,
}

/// Words that stand before brackets and are no function.
const KEYWORDS: [&str; 22] = [
    "if", "for", "while", "switch", "catch", "return", "and", "or", "not", "in", "is", "elif", "except", "with", "func", "function",
    "await", "yield", "throw", "raise", "print", "else",
];

/// Tokens of one value that are looked at.
const MAX_VALUE: usize = 400;

/// More assignments are not kept.
const MAX_ASSIGNED: usize = 3_000;

impl<'a> Code<'a> {
    pub(super) fn read(source: &'a str, language: Language) -> Self {
        let (tokens, complete) = lex::tokens(source, language);
        let mut code = Self { source, language, tokens, blocks: Vec::new(), calls: Vec::new(), assigned: BTreeMap::new(), complete };
        code.blocks = blocks::find(&code);
        code.calls = code.indexes().filter_map(|at| code.call_at(at)).collect();
        code.assigned = code.find_assigned();
        code
    }

    pub(super) fn indexes(&self) -> std::ops::Range<usize> {
        0..self.tokens.len()
    }

    pub(super) fn all(&self) -> Range {
        Range::new(0, self.tokens.len())
    }

    /// Source of a token; empty behind the last.
    pub(super) fn text(&self, index: usize) -> &'a str {
        self.tokens.get(index).and_then(|token| self.source.get(token.start..token.end)).unwrap_or("")
    }

    pub(super) fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// Line of a token, from 1.
    pub(super) fn line(&self, index: usize) -> u32 {
        self.tokens.get(index).or(self.tokens.last()).map_or(1, |token| token.line)
    }

    /// Whether a line begins with this token.
    pub(super) fn first(&self, index: usize) -> bool {
        self.tokens.get(index).is_none_or(|token| token.first)
    }

    pub(super) fn column(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(0, |token| token.column)
    }

    pub(super) fn is_name(&self, index: usize) -> bool {
        self.kind(index) == Some(Kind::Name)
    }

    pub(super) fn is_open(&self, index: usize, bracket: u8) -> bool {
        self.kind(index) == Some(Kind::Open(bracket))
    }

    pub(super) fn is_mark(&self, index: usize, mark: &str) -> bool {
        self.kind(index) == Some(Kind::Mark) && self.text(index) == mark
    }

    /// Index of the other bracket of a pair.
    pub(super) fn mate(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(self.tokens.len(), |token| token.mate)
    }

    /// The token behind this one, brackets with their content passed over.
    pub(super) fn skip(&self, index: usize) -> usize {
        match self.kind(index) {
            Some(Kind::Open(_)) => self.mate(index).max(index) + 1,
            _ => index + 1,
        }
    }

    /// Last part of the name at `index`.
    pub(super) fn last(&self, index: usize) -> &'a str {
        if self.is_name(index) { last_part(self.text(index)) } else { "" }
    }

    /// All but the last part of the name at `index`, without the dot.
    pub(super) fn receiver(&self, index: usize) -> &'a str {
        self.text(index).rsplit_once('.').map_or("", |(head, _)| head.trim_end_matches('?'))
    }

    /// Content of a string literal, without prefix and quotes.
    pub(super) fn string(&self, index: usize) -> Option<&'a str> {
        let text = self.text(index);
        (self.kind(index) == Some(Kind::Text)).then(|| unquoted(text))
    }

    /// An unsigned whole number.
    pub(super) fn integer(&self, index: usize) -> Option<i64> {
        if self.kind(index) != Some(Kind::Number) {
            return None;
        }
        self.text(index).replace('_', "").parse().ok()
    }

    fn call_at(&self, at: usize) -> Option<Call> {
        if !self.is_name(at) || KEYWORDS.contains(&self.text(at)) {
            return None;
        }
        let open = self.after_type_arguments(at + 1);
        self.is_open(open, b'(').then(|| Call { at, args: self.inside(open) })
    }

    /// Passes over `<T>` between a name and its brackets.
    pub(super) fn after_type_arguments(&self, at: usize) -> usize {
        if self.language == Language::Python || !self.is_mark(at, "<") {
            return at;
        }
        let end = (at + 1..at + 12).find(|index| self.is_mark(*index, ">") || self.is_mark(*index, ">>"));
        end.map_or(at, |end| end + 1)
    }

    /// What stands between a bracket and its mate.
    pub(super) fn inside(&self, open: usize) -> Range {
        let to = self.mate(open).min(self.tokens.len());
        Range::new(open + 1, to.max(open + 1))
    }

    /// The arguments of a call, or the members of a map, told apart at commas.
    pub(super) fn members(&self, range: Range) -> Vec<Member<'a>> {
        self.split(range, ",").into_iter().map(|part| self.member(part)).collect()
    }

    fn member(&self, part: Range) -> Member<'a> {
        let key = self.string(part.from).unwrap_or_else(|| self.text(part.from));
        let named = part.from + 1 < part.to
            && (self.is_mark(part.from + 1, "=") || self.is_mark(part.from + 1, ":"))
            && matches!(self.kind(part.from), Some(Kind::Name | Kind::Text));
        let value = if named { Range::new(part.from + 2, part.to) } else { part };
        Member { key: if named { key } else { "" }, value, line: self.line(part.from) }
    }

    /// The parts of a range between marks that stand outside brackets.
    pub(super) fn split(&self, range: Range, mark: &str) -> Vec<Range> {
        let (mut parts, mut from, mut at) = (Vec::new(), range.from, range.from);
        while at < range.to {
            if self.is_mark(at, mark) {
                parts.push(Range::new(from, at));
                from = at + 1;
            }
            at = self.skip(at);
        }
        parts.push(Range::new(from, range.to));
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Calls whose name stands in the range.
    pub(super) fn calls_in(&self, range: Range) -> impl Iterator<Item = &Call> {
        let from = self.calls.partition_point(|call| call.at < range.from);
        self.calls.get(from..).unwrap_or(&[]).iter().take_while(move |call| call.at < range.to)
    }

    /// The end of the statement or value that begins at `from`.
    pub(super) fn value_end(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.tokens.len().min(from + MAX_VALUE) {
            let ends = matches!(self.text(at), "," | ";") || self.kind(at) == Some(Kind::Close);
            if at > from && (ends || self.begins_statement(at)) || at == from && ends {
                return at;
            }
            at = self.skip(at);
        }
        at.min(self.tokens.len())
    }

    /// Whether a line break before this token ends the statement.
    fn begins_statement(&self, at: usize) -> bool {
        let text = self.text(at);
        let goes_on =
            text.starts_with('.') || text.starts_with('?') || matches!(text, "+" | "*" | "**" | "-" | "/" | "&&" | "||" | ":" | "|");
        let open = matches!(self.text(at.wrapping_sub(1)), "=" | "+" | "*" | "**" | "&&" | "||" | "=>" | "," | ":=" | "return" | "<<");
        self.first(at) && !goes_on && !open
    }

    fn find_assigned(&self) -> BTreeMap<&'a str, Vec<Range>> {
        let (mut found, mut count): (BTreeMap<&'a str, Vec<Range>>, usize) = (BTreeMap::new(), 0);
        for at in self.indexes() {
            if !(self.is_mark(at, "=") || self.is_mark(at, ":=")) {
                continue;
            }
            let Some(name) = self.assigned_name(at).filter(|_| count < MAX_ASSIGNED) else { continue };
            count += 1;
            let end = self.value_end(at + 1);
            found.entry(name).or_default().push(Range::new(at + 1, end));
        }
        found
    }

    /// The name on the left of `=`, a type between them passed over.
    fn assigned_name(&self, at: usize) -> Option<&'a str> {
        let before = at.checked_sub(1)?;
        let typed = (1..6).filter_map(|back| at.checked_sub(back)).find(|index| self.is_mark(*index, ":"));
        let index = match typed {
            Some(colon) if self.line(colon) == self.line(at) && self.is_name(before) => colon.checked_sub(1)?,
            _ => before,
        };
        self.is_name(index).then(|| self.text(index))
    }

    /// Values given to a name anywhere; the last part of the name counts for members.
    pub(super) fn values_of(&self, name: &str) -> &[Range] {
        self.assigned.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every name with its values, in order of names.
    pub(super) fn assignments(&self) -> impl Iterator<Item = (&'a str, Range)> {
        self.assigned.iter().flat_map(|(name, values)| values.iter().map(|value| (*name, *value)))
    }

    /// Whether the range has a name or string that satisfies the condition.
    pub(super) fn any(&self, range: Range, holds: impl Fn(&str) -> bool) -> bool {
        range.indexes().any(|at| match self.kind(at) {
            Some(Kind::Name) => holds(self.text(at)),
            Some(Kind::Text) => holds(self.string(at).unwrap_or("")),
            _ => false,
        })
    }

    /// The innermost function around a token; the whole text if there is none.
    pub(super) fn function_around(&self, at: usize) -> Range {
        let around = self.blocks.iter().filter(|block| block.is_function() && block.body.contains(at));
        around.min_by_key(|block| block.body.to - block.body.from).map_or(self.all(), |block| block.body)
    }

    /// The range of whole lines around a token.
    pub(super) fn line_of(&self, at: usize) -> Range {
        let line = self.line(at);
        let from = self.tokens.partition_point(|token| token.line < line);
        let to = self.tokens.partition_point(|token| token.line <= line);
        Range::new(from, to)
    }
}

/// The part of a dotted name behind the last dot.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_end_matches('?')
}

fn unquoted(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let text = text.trim_start_matches(['"', '\'', '`']);
    text.trim_end_matches(['"', '\'', '`'])
}

/// The words of a name in lower case: `createVideo_task` has create, video, task.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let (mut word, mut lower) = (String::new(), false);
    for c in name.chars().take(200) {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            found.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_numeric();
    }
    found.push(word);
    found.retain(|word| !word.is_empty());
    found
}
