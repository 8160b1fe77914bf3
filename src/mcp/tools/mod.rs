//! One file a tool: its arguments, its description, the call.

pub(crate) mod diagnose_error;
pub(crate) mod validate_request;
