//! The Model Context Protocol: the only place that knows it. It converts and decides nothing.

mod args;
mod lines;
mod reply;
mod schema;
mod serve;
mod server;
mod tools;

pub use serve::{ServeError, run as serve_stdio};
pub use server::Server;
