//! Where a finding points in the text that was given as `request`.

use schemars::JsonSchema;
use serde::Serialize;

use super::found::Finding;
use crate::request::{self, Node, Span};

/// A place in the text that was given as `request`; both count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Spans of the parts of a request that were read from a text and not given apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Spans {
    /// The address.
    pub(super) url: Option<Span>,
    /// Headers with their names.
    pub(super) headers: Vec<(String, Span)>,
    /// The nodes of the body know their places in the text.
    pub(super) body: bool,
}

impl Spans {
    /// Gives each finding its place, where it stands in the text or something stands that should hold it.
    pub(super) fn locate(&self, text: &str, body: Option<&Node>, findings: &mut [Finding]) {
        for finding in findings {
            let span = self.span(body.filter(|_| self.body), &finding.pointer);
            finding.place = span.map(|span| {
                let (line, column) = request::line_column(text, span.start);
                Place { line, column }
            });
        }
    }

    fn span(&self, body: Option<&Node>, pointer: &str) -> Option<Span> {
        if let Some(name) = pointer.strip_prefix("$headers/") {
            return self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, span)| *span);
        }
        match pointer {
            "$body" => body.map(|node| node.span),
            outside if outside.starts_with('$') => self.url,
            inside => body.map(|node| nearest(node, inside)),
        }
    }
}

/// The key of a member, the item of a list, or of what is missing the innermost thing around it.
fn nearest(body: &Node, pointer: &str) -> Span {
    let around = |at: usize| pointer.get(..at).and_then(|parent| body.pointer(parent));
    let Some((parent, token)) = pointer.rfind('/').and_then(|at| Some((around(at)?, pointer.get(at + 1..)?))) else {
        let parent = pointer.rfind('/').and_then(|at| pointer.get(..at));
        return parent.map_or(body.span, |parent| nearest(body, parent));
    };
    let key = token.replace("~1", "/").replace("~0", "~");
    let member = parent.members().iter().rev().find(|member| member.key == key);
    member.map(|member| member.key_span).or_else(|| body.pointer(pointer).map(|node| node.span)).unwrap_or(parent.span)
}
