//! The states of an intent, and which may follow which.

use serde::{Deserialize, Serialize};

/// Where an intent stands. A quote becomes an intent when it is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The amount is set aside; no byte was sent.
    Reserved,
    /// On disk before the first byte: from here on the service may have seen the create.
    Sending,
    /// The service gave a task id.
    Accepted,
    /// The create was not accepted; the amount is released.
    Rejected,
    /// The answer was lost: the task may exist.
    Unknown,
    /// Proven afterwards that no task was made; the amount is released.
    RejectedByReconcile,
    /// Looked for and never found. Counts as spent until the user decides.
    Held,
    /// The task ended well; the final amount is not known yet.
    Succeeded,
    /// The task failed; nothing counts unless the service says otherwise when it is settled.
    Failed,
    /// The final amount is known.
    Settled,
}

use State::{Accepted, Failed, Held, Rejected, RejectedByReconcile, Reserved, Sending, Settled, Succeeded, Unknown};

impl State {
    /// All states.
    pub const ALL: [Self; 10] = [Reserved, Sending, Accepted, Rejected, Unknown, RejectedByReconcile, Held, Succeeded, Failed, Settled];

    /// The states that may follow this one.
    pub fn followers(self) -> &'static [Self] {
        match self {
            Reserved => &[Sending, Rejected],
            Sending => &[Accepted, Rejected, Unknown],
            Unknown => &[Accepted, RejectedByReconcile, Held],
            Held => &[Accepted, RejectedByReconcile],
            Accepted => &[Succeeded, Failed],
            Succeeded | Failed => &[Settled],
            Rejected | RejectedByReconcile | Settled => &[],
        }
    }

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        self.followers().is_empty()
    }

    /// Whether no task was made, or one that is not charged.
    pub fn is_released(self) -> bool {
        matches!(self, Rejected | RejectedByReconcile | Failed)
    }

    /// The name in rows and answers.
    pub fn name(self) -> &'static str {
        match self {
            Reserved => "reserved",
            Sending => "sending",
            Accepted => "accepted",
            Rejected => "rejected",
            Unknown => "unknown",
            RejectedByReconcile => "rejected_by_reconcile",
            Held => "held",
            Succeeded => "succeeded",
            Failed => "failed",
            Settled => "settled",
        }
    }

    /// The state of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_back_to_sending() {
        let before: Vec<State> = State::ALL.into_iter().filter(|state| state.followers().contains(&Sending)).collect();
        assert_eq!(before, [Reserved]);
        assert!(State::ALL.into_iter().all(|state| !state.followers().contains(&Reserved)));
    }

    #[test]
    fn every_state_but_the_final_ones_can_end() {
        fn ends(state: State) -> bool {
            state.is_final() || state.followers().iter().all(|next| ends(*next))
        }
        assert!(State::ALL.into_iter().all(ends));
    }

    #[test]
    fn names_are_those_of_the_json() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
            assert_eq!(State::named(state.name()), Some(state));
        }
        assert_eq!(State::named("settling"), None);
    }
}
