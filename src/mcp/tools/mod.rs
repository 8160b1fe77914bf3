//! One file a tool: its arguments, its description, the call.

pub mod diagnose_error;
