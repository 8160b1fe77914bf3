//! The Model Context Protocol: the only place that knows it. It converts and decides nothing.

mod answers;
mod args;
mod ask;
mod complete;
#[cfg(feature = "conformance-fixtures")]
mod fixtures;
pub mod http;
mod lines;
mod many;
mod prompts;
mod reply;
mod resources;
mod schema;
mod serve;
mod server;
mod skills;
mod tools;
mod traces;

pub use serve::{ServeError, run as serve_stdio};
pub use server::Server;
pub use traces::{BadCollector, Collector, Traces};
