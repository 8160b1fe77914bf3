//! Reads HTTP requests out of what a person pastes: curl for any shell, PowerShell, raw HTTP, HTTP archives, calls in
//! Python and JavaScript, JSON bodies.
//!
//! Nothing is executed, looked up or guessed: variables with a literal in the paste are resolved, anything else is a typed
//! [`Unknown`]. Files that a command names are not read. What was odd becomes a [`Note`]. Whether the request is right is
//! the validator's question, not this module's. Places are byte offsets into the text given to [`read`].

mod body;
mod code;
mod curl;
mod detect;
mod error;
mod har;
mod http;
mod json;
mod model;
mod node;
mod rope;
mod shell;

pub use detect::read;
pub use error::{Open, Place, ReadError, line_column};
pub use model::{Header, Located, Note, Request, Source, What};
pub use node::{Member, Node, Unknown, Value};

pub use crate::text::Span;

/// Objects and arrays nested deeper than this are not read.
pub const MAX_DEPTH: usize = 64;

/// Of more requests in one paste only the first ones are read.
pub const MAX_REQUESTS: usize = 200;

#[cfg(test)]
mod tests;
