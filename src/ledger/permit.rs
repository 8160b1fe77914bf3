//! The right to send one paid create.

use super::Units;

/// An amount that is set aside for one create. No byte may be sent yet: [`Ledger::sending`](super::Ledger::sending) turns it
/// into a [`Permit`].
#[derive(Debug)]
#[must_use = "a reserved amount counts as spent until it is sent or released"]
pub struct Reservation {
    external_id: String,
    units: Units,
}

impl Reservation {
    pub(in crate::ledger) fn new(external_id: String, units: Units) -> Self {
        Self { external_id, units }
    }

    /// The `external_task_id` that the create will carry.
    pub fn external_id(&self) -> &str {
        &self.external_id
    }

    /// The amount.
    pub fn units(&self) -> Units {
        self.units
    }
}

/// The right to send one paid create: that it is being sent is on disk, and it can be used once.
///
/// Nothing outside the ledger can make one:
///
/// ```compile_fail,E0451
/// let forged = klingai_mcp::ledger::Permit { external_id: String::new() };
/// ```
#[derive(Debug)]
#[must_use = "a create that may be sent counts as spent until its outcome is recorded"]
pub struct Permit {
    external_id: String,
}

impl Permit {
    /// A permit for the intent of this external id.
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_permit_names_the_create_that_it_is_for() {
        assert_eq!(super::Permit::for_tests("kmcp-a").external_id(), "kmcp-a");
    }
}
