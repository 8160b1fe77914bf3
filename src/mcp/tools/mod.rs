//! One file a tool: its arguments, its description, the call.

pub(crate) mod diagnose_error;
pub(crate) mod suggest_retry_policy;
pub(crate) mod test_generation;
pub(crate) mod validate_request;

/// The tools, in the order in which they are listed.
pub(crate) const NAMES: [&str; 4] = [diagnose_error::NAME, validate_request::NAME, test_generation::NAME, suggest_retry_policy::NAME];
