//! The right to send one paid create.

/// The right to send one paid create: its row is written and on disk, and it can be used once.
///
/// Nothing outside the ledger can make one:
///
/// ```compile_fail,E0451
/// let forged = klingai_mcp::ledger::Permit { external_id: String::new() };
/// ```
#[derive(Debug)]
#[must_use = "a reserved amount counts as spent until its permit is used or released"]
pub struct Permit {
    external_id: String,
}

impl Permit {
    /// A permit for the intent of this external id.
    #[cfg_attr(not(test), expect(dead_code, reason = "the store makes them"))]
    pub(in crate::ledger) fn new(external_id: String) -> Self {
        Self { external_id }
    }

    /// The `external_task_id` that the create must carry, by which its task is found again.
    pub fn external_id(&self) -> &str {
        &self.external_id
    }

    /// A permit without a row, to try the client alone.
    #[cfg(test)]
    pub(crate) fn for_tests(external_id: &str) -> Self {
        Self::new(external_id.to_owned())
    }
}
