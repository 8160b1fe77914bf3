//! Reads JSON with places. What a strict reader would refuse but a person means (comments, trailing commas, other
//! quotes, Python's literals) is read too, each with a note; without such a note the text is strict JSON.
//!
//! One pass over a stack of its own, no recursion. Strings are copied once, from the input into the tree.

use super::rope::Cursor;
use super::{MAX_DEPTH, Member, Node, Note, Open, Place, ReadError, Value, What};
use crate::text::Span;

mod scalar;
mod string;

pub(super) use string::escaped;

/// A tree and what was odd about its text.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) node: Node,
    pub(super) notes: Vec<Note>,
    /// Offset behind the value.
    pub(super) end: usize,
}

/// Reads one value and leaves what follows alone.
pub(super) fn read(cursor: Cursor<'_>) -> Result<Reading, ReadError> {
    Reader::new(cursor, usize::MAX).document()
}

/// Reads one value; strings that take more than `longest` bytes are left empty.
pub(super) fn read_short(cursor: Cursor<'_>, longest: usize) -> Result<Reading, ReadError> {
    Reader::new(cursor, longest).document()
}

/// An object or array that is open.
struct Frame {
    start: usize,
    kind: Kind,
}

enum Kind {
    Array(Vec<Node>),
    Object(Vec<Member>, Option<(String, Span)>),
}

struct Reader<'r> {
    cursor: Cursor<'r>,
    stack: Vec<Frame>,
    notes: Vec<Note>,
    /// Unknown parts of the string read last.
    unknowns: Vec<Span>,
    longest: usize,
}

impl<'r> Reader<'r> {
    const fn new(cursor: Cursor<'r>, longest: usize) -> Self {
        Self { cursor, stack: Vec::new(), notes: Vec::new(), unknowns: Vec::new(), longest }
    }

    fn document(mut self) -> Result<Reading, ReadError> {
        loop {
            self.blank();
            if let Some(node) = self.step()? {
                return Ok(Reading { node, notes: self.notes, end: self.cursor.end() });
            }
        }
    }

    /// Reads a key, a value or a bracket; gives the tree when it is complete.
    fn step(&mut self) -> Result<Option<Node>, ReadError> {
        let next = self.cursor.peek().ok_or_else(|| self.cut(None))?;
        match self.stack.last().map(|frame| &frame.kind) {
            Some(Kind::Array(_)) if next == ']' => self.close(),
            Some(Kind::Object(_, None)) if next == '}' => self.close(),
            Some(Kind::Object(_, None)) => self.key(next).map(|()| None),
            _ => self.value(next),
        }
    }

    fn value(&mut self, next: char) -> Result<Option<Node>, ReadError> {
        if matches!(next, '{' | '[') {
            return self.open(next).map(|()| None);
        }
        let node = self.scalar(next)?;
        self.place(node)
    }

    fn open(&mut self, bracket: char) -> Result<(), ReadError> {
        let start = self.cursor.at();
        if self.stack.len() >= MAX_DEPTH {
            return Err(ReadError::TooDeep { at: self.place_of(start) });
        }
        self.cursor.bump();
        let kind = if bracket == '{' { Kind::Object(Vec::new(), None) } else { Kind::Array(Vec::new()) };
        self.stack.push(Frame { start, kind });
        Ok(())
    }

    fn close(&mut self) -> Result<Option<Node>, ReadError> {
        self.cursor.bump();
        let Some(frame) = self.stack.pop() else { return Ok(None) };
        let span = Span::new(frame.start, self.cursor.end());
        let value = match frame.kind {
            Kind::Array(items) => Value::Array(items),
            Kind::Object(members, _) => {
                duplicates(&members, &mut self.notes);
                Value::Object(members)
            }
        };
        self.place(Node::new(value, span))
    }

    /// Puts a finished value where it belongs and reads what separates it from the next.
    fn place(&mut self, node: Node) -> Result<Option<Node>, ReadError> {
        match self.stack.last_mut().map(|frame| &mut frame.kind) {
            None => return Ok(Some(node)),
            Some(Kind::Array(items)) => items.push(node),
            Some(Kind::Object(members, key)) => {
                let (key, key_span) = key.take().unwrap_or((String::new(), node.span));
                members.push(Member { key, key_span, value: node });
            }
        }
        self.separator().map(|()| None)
    }

    fn separator(&mut self) -> Result<(), ReadError> {
        self.blank();
        let next = self.cursor.peek().ok_or_else(|| self.cut(None))?;
        let (closing, expected) = match self.stack.last().map(|frame| &frame.kind) {
            Some(Kind::Array(_)) => (']', "a comma or `]`"),
            _ => ('}', "a comma or `}`"),
        };
        if next == closing {
            return Ok(());
        }
        let comma = self.cursor.at();
        if !self.cursor.eat(',') {
            return Err(self.unexpected(expected, next));
        }
        self.blank();
        if self.cursor.peek() == Some(closing) {
            self.note(What::TrailingComma, Span::new(comma, comma + 1));
        }
        Ok(())
    }

    fn key(&mut self, next: char) -> Result<(), ReadError> {
        let start = self.cursor.at();
        let key = match next {
            '"' | '\'' | '\u{201c}' | '\u{201d}' | '\u{2018}' => self.string(next)?,
            c if c.is_alphabetic() || matches!(c, '_' | '$') => self.bare_key(),
            c => return Err(self.unexpected("a key in double quotes or `}`", c)),
        };
        let span = Span::new(start, self.cursor.end());
        self.blank();
        let next = self.cursor.peek().ok_or_else(|| self.cut(None))?;
        if !self.cursor.eat(':') {
            return Err(self.unexpected("a colon", next));
        }
        if let Some(Kind::Object(_, open)) = self.stack.last_mut().map(|frame| &mut frame.kind) {
            *open = Some((key, span));
        }
        Ok(())
    }

    /// Passes over blanks, comments and `...`.
    fn blank(&mut self) {
        loop {
            self.cursor.run(|byte| !byte.is_ascii_whitespace());
            match self.cursor.peek() {
                Some(c) if c.is_whitespace() || c == '\u{feff}' => {
                    self.cursor.bump();
                }
                Some('/' | '#') if !self.comment() => return,
                Some('.' | '…') if !self.ellipsis() => return,
                Some('/' | '#' | '.' | '…') => {}
                _ => return,
            }
        }
    }

    /// Whether a comment was passed over.
    fn comment(&mut self) -> bool {
        let start = self.cursor.at();
        let mut ahead = self.cursor.clone();
        let block = match (ahead.bump(), ahead.bump()) {
            (Some('/'), Some('*')) => true,
            (Some('#'), _) | (Some('/'), Some('/')) => false,
            _ => return false,
        };
        self.cursor.bump();
        self.cursor.bump();
        if block {
            let mut last = ' ';
            while let Some(c) = self.cursor.bump() {
                if last == '*' && c == '/' {
                    break;
                }
                last = c;
            }
        } else {
            while self.cursor.peek().is_some_and(|c| c != '\n') {
                self.cursor.bump();
            }
        }
        self.note(What::Comment, Span::new(start, self.cursor.end()));
        true
    }

    /// Whether `...` with its comma was passed over.
    fn ellipsis(&mut self) -> bool {
        let start = self.cursor.at();
        let mut ahead = self.cursor.clone();
        let dots = |ahead: &mut Cursor<'_>| (0..3).all(|_| ahead.eat('.'));
        if !ahead.eat('…') && !dots(&mut ahead) {
            return false;
        }
        self.cursor = ahead;
        self.note(What::Ellipsis, Span::new(start, self.cursor.end()));
        self.cursor.run(|byte| !byte.is_ascii_whitespace());
        self.cursor.eat(',');
        true
    }

    fn note(&mut self, what: What, span: Span) {
        self.notes.push(Note { what, span });
    }

    fn place_of(&self, offset: usize) -> Place {
        Place::of(self.cursor.input(), offset)
    }

    fn unexpected(&self, expected: &'static str, found: char) -> ReadError {
        ReadError::Unexpected { at: self.place_of(self.cursor.at()), expected, found }
    }

    /// The text ended; `string` is the start of a string that is open.
    fn cut(&self, string: Option<usize>) -> ReadError {
        let mut open: Vec<Open> = self.stack.iter().enumerate().map(|(level, frame)| self.opened(level, frame)).collect();
        open.extend(string.map(|start| Open { what: format!("string{}", self.under(self.stack.len())), at: self.place_of(start) }));
        ReadError::Cut { at: self.place_of(self.cursor.at()), open }
    }

    fn opened(&self, level: usize, frame: &Frame) -> Open {
        let kind = if matches!(frame.kind, Kind::Array(_)) { "array" } else { "object" };
        Open { what: format!("{kind}{}", self.under(level)), at: self.place_of(frame.start) }
    }

    /// The key under which the value on this level stands.
    fn under(&self, level: usize) -> String {
        let parent = level.checked_sub(1).and_then(|above| self.stack.get(above));
        match parent.map(|frame| &frame.kind) {
            Some(Kind::Object(_, Some((key, _)))) => format!(" `{key}`"),
            _ => String::new(),
        }
    }
}

/// Notes every repetition of a key.
pub(super) fn duplicates(members: &[Member], notes: &mut Vec<Note>) {
    let mut seen = std::collections::HashSet::with_capacity(members.len());
    for member in members {
        if !seen.insert(member.key.as_str()) {
            notes.push(Note { what: What::DuplicateKey(member.key.clone()), span: member.key_span });
        }
    }
}
