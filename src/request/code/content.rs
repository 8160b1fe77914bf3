//! What a call sends as its body.

use super::token::Kind;
use super::{Code, Language, Range};
use crate::request::rope::Rope;
use crate::request::{MAX_DEPTH, Node};

/// A body before it is known how it is sent.
pub(super) enum Content<'a> {
    /// A value of the language.
    Tree(Node),
    /// A value that the snippet itself makes into JSON.
    Json(Node),
    /// A text.
    Text(Rope<'a>),
}

impl<'a> Code<'a> {
    /// What the expression sends.
    pub(super) fn content(&mut self, range: Range, depth: usize) -> Content<'a> {
        let bare = self.bare(range);
        if let Some(inner) = self.serialised(bare) {
            return Content::Json(self.node(inner, depth + 1));
        }
        if let Some(rope) = self.rope(bare, depth) {
            return Content::Text(rope);
        }
        let single = bare.to == bare.from + 1 && self.kind(bare.from) == Some(Kind::Name);
        if single
            && depth < MAX_DEPTH
            && let Some(set) = self.resolve(self.text(bare.from), bare.from)
        {
            match self.content(set.value, depth + 1) {
                Content::Tree(_) => {}
                known => return known,
            }
        }
        Content::Tree(self.node(bare, depth))
    }

    /// The argument of `json.dumps(...)`, `JSON.stringify(...)`, or what is piped into `ConvertTo-Json`.
    fn serialised(&self, range: Range) -> Option<Range> {
        let piped = self.json_pipe(range);
        if piped != range {
            return Some(piped);
        }
        let (name, open) = self.call(range)?;
        let makes_json = match self.language {
            Language::Python => name.ends_with("dumps") || name == "jsonify",
            _ => name == "JSON.stringify",
        };
        self.items(open).first().copied().filter(|_| makes_json)
    }

    /// What stands before `| ConvertTo-Json`; else the whole expression.
    pub(super) fn json_pipe(&self, range: Range) -> Range {
        if self.language != Language::PowerShell {
            return range;
        }
        let mut at = range.from;
        while at < range.to {
            if self.is_mark(at, "|") && self.text(at + 1).eq_ignore_ascii_case("ConvertTo-Json") {
                return self.bare(Range::new(range.from, at));
            }
            at = self.skip(at);
        }
        range
    }
}
