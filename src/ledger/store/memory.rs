//! A store without a disk, for tests: the plainest thing that keeps the promises of the traits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Rows, Select, Store, StoreError, Transaction};
use crate::ledger::chain::Event;
use crate::ledger::quote::QuoteRow;
use crate::ledger::{Drift, Intent};

/// Rows that several openings share.
#[derive(Debug, Clone, Default)]
pub(in crate::ledger) struct Tables(Arc<Mutex<Rest>>);

#[derive(Debug, Clone, Default)]
struct Rest {
    quotes: BTreeMap<String, QuoteRow>,
    /// In the order in which they were made.
    intents: Vec<Intent>,
    events: Vec<Event>,
    alive: BTreeSet<String>,
}

/// One opening of the rows.
pub(in crate::ledger) struct Memory {
    tables: Tables,
    owner: String,
}

impl Memory {
    pub(in crate::ledger) fn open(tables: &Tables, owner: &str) -> Self {
        tables.lock().alive.insert(owner.to_owned());
        Self { tables: tables.clone(), owner: owner.to_owned() }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.tables.lock().alive.remove(&self.owner);
    }
}

impl Tables {
    fn lock(&self) -> MutexGuard<'_, Rest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let shared = self.tables.lock();
        Ok(Box::new(Draft { draft: shared.clone(), shared }))
    }

    fn owner(&self) -> &str {
        &self.owner
    }

    fn check(&mut self, _thorough: bool) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A copy that replaces the rows when it is committed.
struct Draft<'a> {
    shared: MutexGuard<'a, Rest>,
    draft: Rest,
}

impl Transaction for Draft<'_> {
    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        *self.shared = std::mem::take(&mut self.draft);
        Ok(())
    }
}

fn refuse<T>(why: &str) -> Result<T, StoreError> {
    Err(StoreError::Corrupt(why.to_owned()))
}

impl Rows for Draft<'_> {
    fn quote(&mut self, id: &str) -> Result<Option<QuoteRow>, StoreError> {
        Ok(self.draft.quotes.get(id).cloned())
    }

    fn put_quote(&mut self, quote: &QuoteRow) -> Result<(), StoreError> {
        match self.draft.quotes.insert(quote.id.clone(), quote.clone()) {
            None => Ok(()),
            Some(_) => refuse("a second quote of one id"),
        }
    }

    fn consume(&mut self, quote: &str, intent: &str) -> Result<(), StoreError> {
        if !self.draft.intents.iter().any(|row| row.external_id == intent) {
            return refuse("no such intent");
        }
        match self.draft.quotes.get_mut(quote) {
            Some(row) if row.intent.is_none() => row.intent = Some(intent.to_owned()),
            _ => return refuse("no unused quote of this id"),
        }
        Ok(())
    }

    fn prune(&mut self, before: i64) -> Result<(), StoreError> {
        self.draft.quotes.retain(|_, quote| quote.intent.is_some() || quote.expires >= before);
        Ok(())
    }

    fn intent(&mut self, external_id: &str) -> Result<Option<Intent>, StoreError> {
        Ok(self.draft.intents.iter().find(|row| row.external_id == external_id).cloned())
    }

    fn put_intent(&mut self, intent: &Intent) -> Result<(), StoreError> {
        if self.draft.intents.iter().any(|row| row.external_id == intent.external_id || row.quote == intent.quote) {
            return refuse("a second intent of one id or quote");
        }
        self.draft.intents.push(intent.clone());
        Ok(())
    }

    fn change(&mut self, new: &Intent) -> Result<(), StoreError> {
        let Some(row) = self.draft.intents.iter_mut().find(|row| row.external_id == new.external_id) else {
            return refuse("no such intent");
        };
        if row.final_units.is_some() && row.final_units != new.final_units {
            return refuse("a final amount is written once");
        }
        row.final_units = new.final_units;
        row.state = new.state;
        row.drift = new.drift;
        row.changed_at = new.changed_at;
        row.task_id.clone_from(&new.task_id);
        row.receipt.clone_from(&new.receipt);
        Ok(())
    }

    fn intents(&mut self, which: Select<'_>) -> Result<Vec<Intent>, StoreError> {
        let find = |wanted: &dyn Fn(&Intent) -> bool| self.draft.intents.iter().filter(|row| wanted(row)).cloned().collect();
        Ok(match which {
            Select::Since(since) => find(&|row| row.reserved_at >= since),
            Select::Account { account, since } => find(&|row| row.account == account && row.reserved_at >= since),
            Select::Same { principal, account, endpoint, digest, since } => find(&|row| {
                (row.principal.as_str(), row.account.as_str(), row.endpoint.as_str(), row.digest.as_str())
                    == (principal, account, endpoint, digest)
                    && row.reserved_at >= since
            }),
            Select::Unfinished => find(&|row| !row.state.is_final()),
            Select::Drifting => find(&|row| row.drift == Drift::Open),
            Select::Recent(most) => self.draft.intents.iter().rev().take(most).cloned().collect(),
        })
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        Ok(self.draft.intents.len() as u64)
    }

    fn last_event(&mut self) -> Result<Option<Event>, StoreError> {
        Ok(self.draft.events.last().cloned())
    }

    fn append(&mut self, event: &Event) -> Result<(), StoreError> {
        if self.draft.events.iter().any(|row| row.seq == event.seq) {
            return refuse("a second entry of one number");
        }
        self.draft.events.push(event.clone());
        Ok(())
    }

    fn events(&mut self, after: u64, most: usize) -> Result<Vec<Event>, StoreError> {
        Ok(self.draft.events.iter().filter(|row| row.seq > after).take(most).cloned().collect())
    }

    fn is_alive(&mut self, owner: &str) -> Result<bool, StoreError> {
        Ok(self.shared.alive.contains(owner))
    }
}
