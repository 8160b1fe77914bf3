//! One file a tool: its arguments, its description, the call.

pub(crate) mod diagnose_error;
pub(crate) mod suggest_retry_policy;
pub(crate) mod test_generation;
pub(crate) mod validate_request;

use rmcp::model::Tool;

/// Their names, in the order in which they are listed.
pub(crate) const NAMES: [&str; 4] = [diagnose_error::NAME, validate_request::NAME, test_generation::NAME, suggest_retry_policy::NAME];

/// The tools as they are listed.
pub(crate) fn all() -> [Tool; NAMES.len()] {
    [diagnose_error::tool(), validate_request::tool(), test_generation::tool(), suggest_retry_policy::tool()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_tools() {
        assert_eq!(all().map(|tool| tool.name.to_string()), NAMES.map(str::to_owned));
    }
}
