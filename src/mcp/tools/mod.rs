//! One file a tool: its arguments, its description, the call.

pub(crate) mod diagnose_error;
pub(crate) mod suggest_retry_policy;
pub(crate) mod test_generation;
pub(crate) mod validate_request;
