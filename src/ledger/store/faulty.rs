//! A store whose n-th operation fails, for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::{Rows, Select, Store, StoreError, Transaction};
use crate::ledger::Intent;
use crate::ledger::chain::Event;
use crate::ledger::quote::QuoteRow;

/// What a failed commit leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Commit {
    /// Nothing: it was taken back.
    Lost,
    /// Everything, although an error was told.
    Kept,
}

/// Counts operations down; at zero one fails.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct Fuse {
    left: Arc<AtomicI64>,
    commit: Commit,
}

impl Fuse {
    /// The operation number `nth` (from 1) fails.
    pub(in crate::ledger) fn at(nth: i64, commit: Commit) -> Self {
        Self { left: Arc::new(AtomicI64::new(nth)), commit }
    }

    /// No fault from here on; gives whether it has happened.
    pub(in crate::ledger) fn take_out(&self) -> bool {
        self.left.swap(i64::MIN / 2, Ordering::SeqCst) <= 0
    }

    fn burn(&self) -> Result<(), StoreError> {
        match self.left.fetch_sub(1, Ordering::SeqCst) {
            1 => Err(StoreError::Full),
            _ => Ok(()),
        }
    }
}

pub(in crate::ledger) struct FaultyStore<S> {
    inner: S,
    fuse: Fuse,
}

impl<S: Store> FaultyStore<S> {
    pub(in crate::ledger) fn new(inner: S, fuse: Fuse) -> Self {
        Self { inner, fuse }
    }
}

impl<S: Store> Store for FaultyStore<S> {
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        self.fuse.burn()?;
        Ok(Box::new(FaultyRows { inner: self.inner.begin()?, fuse: self.fuse.clone() }))
    }

    fn owner(&self) -> &str {
        self.inner.owner()
    }

    fn check(&mut self, thorough: bool) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.check(thorough)
    }
}

struct FaultyRows<'a> {
    inner: Box<dyn Transaction + 'a>,
    fuse: Fuse,
}

impl Transaction for FaultyRows<'_> {
    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        match (self.fuse.burn(), self.fuse.commit) {
            (Ok(()), _) => self.inner.commit(),
            (Err(error), Commit::Lost) => Err(error),
            (Err(error), Commit::Kept) => self.inner.commit().and(Err(error)),
        }
    }
}

impl Rows for FaultyRows<'_> {
    fn quote(&mut self, id: &str) -> Result<Option<QuoteRow>, StoreError> {
        self.fuse.burn()?;
        self.inner.quote(id)
    }

    fn put_quote(&mut self, quote: &QuoteRow) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.put_quote(quote)
    }

    fn consume(&mut self, quote: &str, intent: &str) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.consume(quote, intent)
    }

    fn prune(&mut self, before: i64) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.prune(before)
    }

    fn intent(&mut self, external_id: &str) -> Result<Option<Intent>, StoreError> {
        self.fuse.burn()?;
        self.inner.intent(external_id)
    }

    fn put_intent(&mut self, intent: &Intent) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.put_intent(intent)
    }

    fn change(&mut self, intent: &Intent) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.change(intent)
    }

    fn intents(&mut self, which: Select<'_>) -> Result<Vec<Intent>, StoreError> {
        self.fuse.burn()?;
        self.inner.intents(which)
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        self.fuse.burn()?;
        self.inner.count()
    }

    fn last_event(&mut self) -> Result<Option<Event>, StoreError> {
        self.fuse.burn()?;
        self.inner.last_event()
    }

    fn append(&mut self, event: &Event) -> Result<(), StoreError> {
        self.fuse.burn()?;
        self.inner.append(event)
    }

    fn events(&mut self, after: u64, most: usize) -> Result<Vec<Event>, StoreError> {
        self.fuse.burn()?;
        self.inner.events(after, most)
    }

    fn is_alive(&mut self, owner: &str) -> Result<bool, StoreError> {
        self.fuse.burn()?;
        self.inner.is_alive(owner)
    }
}
