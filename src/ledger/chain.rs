//! Every step of every intent, each bound to the one before it.
//!
//! The chain shows accidents, lost rows and casual edits. It is no proof against the owner of the file, who can compute it
//! anew; whoever wants one keeps a copy of the last hash elsewhere (`klingai-mcp ledger` prints it).

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::quote::hex;
use super::store::{Rows, StoreError};
use super::{Drift, Intent};

/// Rows read at a time.
const BATCH: usize = 512;
/// Newest rows that are looked at whenever a ledger is opened.
pub(in crate::ledger) const TAIL: u64 = 256;
/// What stands in place of the hash before the first row.
const GENESIS: &str = "klingai-mcp ledger";

/// One step of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Event {
    /// 1, 2, 3, without gaps.
    pub(in crate::ledger) seq: u64,
    /// When, by the time of the ledger. Never smaller than the one before.
    pub(in crate::ledger) at: i64,
    /// External id of the intent.
    pub(in crate::ledger) intent: String,
    /// What happened: a state, or `acknowledged`.
    pub(in crate::ledger) kind: String,
    /// The intent after the step, as JSON.
    pub(in crate::ledger) row: String,
    /// SHA-256 over the hash before and this row.
    pub(in crate::ledger) hash: String,
}

impl Event {
    /// The step that follows `last`.
    pub(in crate::ledger) fn after(last: Option<&Self>, at: i64, kind: &str, intent: &Intent) -> Result<Self, StoreError> {
        let row = serde_json::to_string(intent).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let seq = last.map_or(1, |last| last.seq + 1);
        let mut event = Self { seq, at, intent: intent.external_id.clone(), kind: kind.to_owned(), row, hash: String::new() };
        event.hash = event.hashed(last.map(|last| last.hash.as_str()));
        Ok(event)
    }

    /// The hash that this row must have: over the hash before, then the row as a JSON array, so that no two rows read alike.
    fn hashed(&self, before: Option<&str>) -> String {
        let row = serde_json::json!([self.seq, self.at, self.intent, self.kind, self.row]);
        hex(&Sha256::digest(format!("{}\n{row}", before.unwrap_or(GENESIS))))
    }

    /// The intent after the step.
    pub(in crate::ledger) fn intent_after(&self) -> Result<Intent, StoreError> {
        serde_json::from_str(&self.row).map_err(|error| self.broken(&format!("unreadable: {error}")))
    }

    fn broken(&self, why: &str) -> StoreError {
        StoreError::Corrupt(format!("entry {} is {why}", self.seq))
    }
}

/// What a walk along the chain found in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Entries that were checked.
    pub entries: u64,
    /// Intents that were held against their entries.
    pub intents: u64,
    /// Hash of the last entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}

/// Walks the chain: the whole, or the newest `tail` entries.
pub(in crate::ledger) fn verify(rows: &mut dyn Rows, tail: Option<u64>) -> Result<Verified, StoreError> {
    let end = rows.last_event()?.map_or(0, |event| event.seq);
    let skipped = tail.map_or(0, |tail| end.saturating_sub(tail));
    let mut walk = Walk { partial: skipped > 0, ..Walk::default() };
    if skipped > 0 {
        walk.last = rows.events(skipped - 1, 1)?.into_iter().next();
    }
    loop {
        let batch = rows.events(walk.last.as_ref().map_or(skipped, |last| last.seq), BATCH)?;
        if batch.is_empty() {
            return walk.close(rows);
        }
        for event in batch {
            walk.step(event)?;
        }
    }
}

#[derive(Default)]
struct Walk {
    partial: bool,
    last: Option<Event>,
    intents: BTreeMap<String, Intent>,
    entries: u64,
}

impl Walk {
    fn step(&mut self, event: Event) -> Result<(), StoreError> {
        let last = self.last.as_ref();
        if event.seq != last.map_or(1, |last| last.seq + 1) {
            return Err(event.broken("not the one that follows: an entry is missing"));
        }
        if event.hash != event.hashed(last.map(|last| last.hash.as_str())) {
            return Err(event.broken("changed, or the one before it is: its hash does not fit"));
        }
        if last.is_some_and(|last| event.at < last.at) {
            return Err(event.broken("older than the one before it"));
        }
        let intent = event.intent_after()?;
        if intent.external_id != event.intent || !self.may_follow(&intent) {
            return Err(event.broken("a step that cannot follow"));
        }
        self.intents.insert(event.intent.clone(), intent);
        self.entries += 1;
        self.last = Some(event);
        Ok(())
    }

    /// A state that may follow the last known one, or the acknowledgement of a price.
    fn may_follow(&self, new: &Intent) -> bool {
        match self.intents.get(&new.external_id) {
            None => self.partial || new.state == super::State::Reserved,
            Some(old) => {
                let moved = old.state.followers().contains(&new.state);
                let acknowledged = old.state == new.state && old.drift == Drift::Open && new.drift == Drift::Acknowledged;
                old.units == new.units && (moved || acknowledged)
            }
        }
    }

    /// The intents must be what their last entries say, and a whole walk must have met them all.
    fn close(self, rows: &mut dyn Rows) -> Result<Verified, StoreError> {
        for (id, intent) in &self.intents {
            if rows.intent(id)?.as_ref() != Some(intent) {
                return Err(StoreError::Corrupt(format!("{id} is not what its entries say")));
            }
        }
        let met = self.intents.len() as u64;
        let stored = rows.count()?;
        if !self.partial && stored != met {
            return Err(StoreError::Corrupt(format!("{stored} intents are stored and {met} have entries")));
        }
        Ok(Verified { entries: self.entries, intents: met, head: self.last.map(|last| last.hash) })
    }
}
