//! Behaviour seen from outside: the engine over its corpus, the server over the protocol, the program over its verbs.
//!
//! One binary, because every further one is linked again after each edit. It does not test single functions; those
//! tests stand beside the code.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod accuracy;
mod architecture;
mod cli;
mod common;
mod consent;
mod goldens;
mod help;
mod hostile;
#[cfg(unix)]
mod http;
mod incidents;
mod injection;
mod jwt;
mod ledger;
mod malformed;
mod must_not_match;
mod packaging;
mod patterns_rust;
mod properties;
mod readme;
mod references;
mod resources;
mod retry;
mod retry_quality;
mod retry_workload;
mod samples;
mod sandbox;
mod schemas;
mod selection;
mod server;
mod stdio;
mod surface;
mod trace;
mod trial;
mod validate;
