//! What keeps a text from being read as a request, and where.

use std::fmt;

/// Why no request came out; each message reads after "failed to".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing but blanks.
    #[error("find a request in an empty text")]
    Empty,
    /// The text has none of the shapes.
    #[error("find a request in the text: expected a curl command, raw HTTP, a HAR entry, a Python or JavaScript call, or a JSON body")]
    NotARequest,
    /// The JSON stops before it ends.
    #[error("read the JSON: it ends at {at} while {} open", listed(open))]
    Cut {
        /// Where it stops.
        at: Place,
        /// What is open there, outermost first.
        open: Vec<Open>,
    },
    /// Something else is needed here.
    #[error("read the JSON at {at}: expected {expected}, found `{found}`")]
    Unexpected {
        /// Where.
        at: Place,
        /// What would be right.
        expected: &'static str,
        /// What stands there.
        found: char,
    },
    /// More levels than are read.
    #[error("read the JSON at {at}: it is nested deeper than {} levels", super::MAX_DEPTH)]
    TooDeep {
        /// The first bracket too many.
        at: Place,
    },
}

impl ReadError {
    /// Where the trouble is, if it is anywhere.
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Empty | Self::NotARequest => None,
            Self::Cut { at, .. } | Self::Unexpected { at, .. } | Self::TooDeep { at } => Some(*at),
        }
    }
}

/// A place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Byte offset.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    pub(super) fn of(input: &str, offset: usize) -> Self {
        let (line, column) = line_column(input, offset);
        Self { offset, line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}", self.line, self.column)
    }
}

/// Something that was opened and not closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// `object`, `array` or `string`, with the key it stands under.
    pub what: String,
    /// Where it was opened.
    pub at: Place,
}

fn listed(open: &[Open]) -> String {
    if open.is_empty() {
        return "a value is".to_owned();
    }
    let parts: Vec<String> = open.iter().map(|open| format!("{} from {}", open.what, open.at)).collect();
    format!("{} {}", parts.join(", "), if parts.len() == 1 { "is" } else { "are" })
}

/// Line and column of a byte offset, both from 1, the column in characters.
pub fn line_column(input: &str, offset: usize) -> (usize, usize) {
    let mut at = offset.min(input.len());
    while !input.is_char_boundary(at) {
        at -= 1;
    }
    let before = input.get(..at).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |break_at| break_at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before.get(line_start..).map_or(0, |text| text.chars().count()) + 1)
}
