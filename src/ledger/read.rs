//! What can be read from the ledger.

use std::collections::BTreeSet;

use serde::Serialize;

use super::chain::{self, Event, Verified};
use super::store::{Select, StoreError};
use super::{Intent, Ledger, LedgerError, Window};

/// Entries read at a time.
const BATCH: usize = 512;

/// One entry of the chain: a step, and the intent after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// 1, 2, 3, without gaps.
    pub seq: u64,
    /// When, in seconds since 1970 by the time of the ledger.
    pub at: i64,
    /// What happened: a state, or `acknowledged`.
    pub kind: String,
    /// The intent after it.
    pub intent: Intent,
    /// SHA-256 over the hash before and this entry.
    pub hash: String,
}

impl Entry {
    fn of(event: Event) -> Result<Self, StoreError> {
        let intent = event.intent_after()?;
        Ok(Self { seq: event.seq, at: event.at, kind: event.kind, intent, hash: event.hash })
    }
}

impl Ledger {
    /// One intent, if it belongs to the principal; somebody else's is not found.
    ///
    /// # Errors
    /// [`LedgerError::NoIntent`], [`LedgerError::Unavailable`].
    pub fn intent(&self, principal: &str, external_id: &str) -> Result<Intent, LedgerError> {
        let intent = self.read(|page| page.intent(external_id))?;
        if intent.principal == principal { Ok(intent) } else { Err(LedgerError::NoIntent) }
    }

    /// Every intent that has not come to its end, oldest first, after what dead processes left was put right. What is unknown is to
    /// be looked for, what is accepted to be polled, what is finished to be settled.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn open_intents(&self) -> Result<Vec<Intent>, LedgerError> {
        self.transact(|page| {
            page.put_right()?;
            Ok(page.rows.intents(Select::Unfinished)?)
        })
    }

    /// Every intent that has not come to its end, oldest first, as it is stored.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn unfinished(&self) -> Result<Vec<Intent>, LedgerError> {
        self.read(|page| Ok(page.rows.intents(Select::Unfinished)?))
    }

    /// The newest intents, newest first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn recent(&self, most: usize) -> Result<Vec<Intent>, LedgerError> {
        self.read(|page| Ok(page.rows.intents(Select::Recent(most))?))
    }

    /// Settled intents whose price stops further paid calls.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn price_stops(&self) -> Result<Vec<Intent>, LedgerError> {
        self.read(|page| Ok(page.rows.intents(Select::Drifting)?))
    }

    /// The accounts with an intent in the current month.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn accounts(&self) -> Result<BTreeSet<String>, LedgerError> {
        self.read(|page| {
            let month = page.rows.intents(Select::Since(Window::Month.start(page.at)))?;
            Ok(month.into_iter().map(|intent| intent.account).collect())
        })
    }

    /// Every entry, oldest first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        self.read(|page| {
            let mut entries: Vec<Entry> = Vec::new();
            loop {
                let batch = page.rows.events(entries.last().map_or(0, |entry| entry.seq), BATCH)?;
                if batch.is_empty() {
                    return Ok(entries);
                }
                for event in batch {
                    entries.push(Entry::of(event)?);
                }
            }
        })
    }

    /// Walks the whole chain and holds every intent against its entries.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`] that names the first entry which does not fit.
    pub fn verify(&self) -> Result<Verified, LedgerError> {
        self.check_medium()?;
        self.read(|page| Ok(chain::verify(page.rows, None)?))
    }
}
