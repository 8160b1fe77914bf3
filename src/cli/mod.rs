//! The same verbs for a terminal. It converts and decides nothing.

use std::process::ExitCode;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    match crate::mcp::serve_stdio(now) { Ok(()) => ExitCode::SUCCESS, Err(_) => ExitCode::from(70) }
}

fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the shell reads the clock")]
    jiff::Timestamp::now().as_second()
}
