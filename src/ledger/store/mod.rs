//! Where rows are kept. A store keeps and finds; what rows mean is decided above it.
//!
//! Everything happens inside one transaction that excludes every other writer from its begin on, so that a check and the
//! write that leans on it cannot be separated. [`sqlite`] is the file of one user; a store for a team implements the same traits.

#[cfg(test)]
pub(in crate::ledger) mod faulty;
#[cfg(test)]
pub(in crate::ledger) mod memory;
pub(in crate::ledger) mod sqlite;

use super::Intent;
use super::chain::Event;
use super::quote::QuoteRow;

/// Why a store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process kept it locked for more than five seconds.
    #[error("another process has kept it locked for more than 5 s")]
    Locked,
    /// No space left.
    #[error("the disk is full")]
    Full,
    /// It cannot be written or created.
    #[error("it cannot be written ({0})")]
    ReadOnly(String),
    /// It is damaged, or rows were changed by hand.
    #[error("it is damaged: {0}")]
    Corrupt(String),
    /// A newer version of this program made it.
    #[error("it has form {found}, and this version knows forms up to {known}")]
    Newer {
        /// Form of the file.
        found: i64,
        /// Newest known form.
        known: i64,
    },
    /// Others could change it, or it is not where it seems to be.
    #[error("it is not safe: {0}")]
    Unsafe(String),
    /// It was opened to be read, without the checks that must come before a change.
    #[error("it was opened only to be read")]
    Unchecked,
    /// Anything else that the system said.
    #[error("{0}")]
    Io(String),
}

impl StoreError {
    /// What to do.
    pub fn next(&self) -> &'static str {
        match self {
            Self::Locked => "End the process that holds it (a shell in the file, a backup), then try again",
            Self::Full => "Free some space, then try again",
            Self::ReadOnly(_) => "Set KLINGAI_STATE_DIR to a folder of your own that can be written",
            Self::Corrupt(_) => {
                "Keep a copy of the folder, run klingai-mcp ledger --verify, and compare with the bills of the account before you start a new one"
            }
            Self::Newer { .. } => "Update klingai-mcp; the older version must not write to it",
            Self::Unsafe(_) => {
                "Make the folder your own with mode 0700 and the files 0600, without links, or set KLINGAI_STATE_DIR to one that is"
            }
            Self::Unchecked => "Open it with its checks",
            Self::Io(_) => "Look at the disk and the folder, then try again",
        }
    }
}

/// Which intents are wanted. Oldest first, except for `Recent`.
#[derive(Debug, Clone, Copy)]
pub(in crate::ledger) enum Select<'a> {
    /// Reserved at or after a time.
    Since(i64),
    /// Of one account, reserved at or after a time.
    Account { account: &'a str, since: i64 },
    /// Of one request, reserved at or after a time.
    Same { principal: &'a str, account: &'a str, endpoint: &'a str, digest: &'a str, since: i64 },
    /// In a state that is not final.
    Unfinished,
    /// With a price that nobody has acknowledged.
    Drifting,
    /// The newest, newest first.
    Recent(usize),
}

/// The rows inside one transaction.
pub(in crate::ledger) trait Rows {
    /// A quote.
    fn quote(&mut self, id: &str) -> Result<Option<QuoteRow>, StoreError>;
    /// Stores a new quote.
    fn put_quote(&mut self, quote: &QuoteRow) -> Result<(), StoreError>;
    /// Notes which intent used a quote; once only.
    fn consume(&mut self, quote: &str, intent: &str) -> Result<(), StoreError>;
    /// Forgets unused quotes that expired before a time.
    fn prune(&mut self, before: i64) -> Result<(), StoreError>;
    /// An intent.
    fn intent(&mut self, external_id: &str) -> Result<Option<Intent>, StoreError>;
    /// Stores a new intent.
    fn put_intent(&mut self, intent: &Intent) -> Result<(), StoreError>;
    /// Stores what a step changes: state, final amount (once), drift, task id, receipt, time.
    fn change(&mut self, intent: &Intent) -> Result<(), StoreError>;
    /// Intents by some property.
    fn intents(&mut self, which: Select<'_>) -> Result<Vec<Intent>, StoreError>;
    /// How many intents there are.
    fn count(&mut self) -> Result<u64, StoreError>;
    /// The newest event.
    fn last_event(&mut self) -> Result<Option<Event>, StoreError>;
    /// Adds an event.
    fn append(&mut self, event: &Event) -> Result<(), StoreError>;
    /// At most `most` events that follow number `after`.
    fn events(&mut self, after: u64, most: usize) -> Result<Vec<Event>, StoreError>;
    /// Whether the opening that made an intent still runs.
    fn is_alive(&mut self, owner: &str) -> Result<bool, StoreError>;
}

/// Rows, until they are committed or dropped. Dropping takes everything back.
pub(in crate::ledger) trait Transaction: Rows {
    /// Makes everything durable before it returns.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// A place for rows.
pub(in crate::ledger) trait Store: Send {
    /// Begins a transaction; waits at most five seconds for others to end theirs.
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError>;
    /// The name of this opening; it counts as alive until the process ends or the store is dropped.
    fn owner(&self) -> &str;
    /// Looks for damage of the medium. Thorough, or what is quick whatever the size.
    fn check(&mut self, thorough: bool) -> Result<(), StoreError>;
}
