//! `klingai-mcp`: without arguments an MCP server on stdio, with a verb the same for a terminal.

use std::process::ExitCode;

fn main() -> ExitCode {
    klingai_mcp::cli::main()
}
