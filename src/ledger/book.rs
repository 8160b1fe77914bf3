//! The ledger as its callers see it, and the one way to change a row: inside a transaction, with an event beside it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::chain::{self, Event};
use super::ids::{Entropy, base32};
use super::store::sqlite::Sqlite;
use super::store::{Rows, Select, Store, StoreError};
use super::{Caps, Drift, Intent, LedgerError, State};

/// Seconds since 1970.
pub type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// The ledger. Its functions block for as long as the disk needs, and up to five seconds while another process writes.
pub struct Ledger {
    desk: Mutex<Desk>,
    pub(in crate::ledger) caps: Caps,
    clock: Clock,
    /// Set by the checks of an opening. Without it nothing can be written, and so nothing be sent.
    checked: AtomicBool,
}

struct Desk {
    store: Box<dyn Store>,
    entropy: Entropy,
}

impl Ledger {
    /// Opens the ledger in `folder`, which is made if it is missing. Looks for damage first; then what a dead process left is put
    /// right: reserved and never sent is released, sending becomes unknown.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`] when the folder, the file or its contents cannot be trusted.
    pub fn open(folder: &Path, caps: Caps, clock: Clock, entropy: Entropy) -> Result<Self, LedgerError> {
        let ledger = Self::inspect(folder, caps, clock, entropy)?;
        ledger.start()?;
        Ok(ledger)
    }

    /// Opens the ledger to read it, even when its contents cannot be trusted. Nothing is put right, and everything that would
    /// write is refused.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`] when the folder or the file cannot be used.
    pub fn inspect(folder: &Path, caps: Caps, clock: Clock, mut entropy: Entropy) -> Result<Self, LedgerError> {
        let store = Sqlite::open(folder, base32(entropy()?))?;
        Ok(Self::over(Box::new(store), caps, clock, entropy))
    }

    /// A ledger over any store.
    pub(in crate::ledger) fn over(store: Box<dyn Store>, caps: Caps, clock: Clock, entropy: Entropy) -> Self {
        Self { desk: Mutex::new(Desk { store, entropy }), caps, clock, checked: AtomicBool::new(false) }
    }

    /// The checks and repairs of an opening.
    pub(in crate::ledger) fn start(&self) -> Result<(), LedgerError> {
        self.desk().store.check(false)?;
        self.within(true, |page| {
            chain::verify(page.rows, Some(chain::TAIL))?;
            page.put_right()
        })?;
        self.checked.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// A fresh name of 26 letters.
    pub(in crate::ledger) fn name(&self) -> Result<String, LedgerError> {
        Ok(base32((self.desk().entropy)()?))
    }

    /// Looks for damage of the medium.
    pub(in crate::ledger) fn check_medium(&self) -> Result<(), LedgerError> {
        Ok(self.desk().store.check(true)?)
    }

    /// Runs `work` in one transaction: everything of it happens, durably, or nothing.
    pub(in crate::ledger) fn transact<R>(&self, work: impl FnOnce(&mut Page<'_>) -> Result<R, LedgerError>) -> Result<R, LedgerError> {
        if !self.checked.load(Ordering::SeqCst) {
            return Err(StoreError::Unchecked.into());
        }
        self.within(true, work)
    }

    /// Runs `work`, which only reads.
    pub(in crate::ledger) fn read<R>(&self, work: impl FnOnce(&mut Page<'_>) -> Result<R, LedgerError>) -> Result<R, LedgerError> {
        self.within(false, work)
    }

    fn within<R>(&self, keep: bool, work: impl FnOnce(&mut Page<'_>) -> Result<R, LedgerError>) -> Result<R, LedgerError> {
        let mut desk = self.desk();
        let owner = desk.store.owner().to_owned();
        let mut rows = desk.store.begin()?;
        let last = rows.last_event()?;
        let wall = (self.clock)();
        let at = last.as_ref().map_or(wall, |last| wall.max(last.at));
        let done = work(&mut Page { rows: rows.as_mut(), last, wall, at, owner })?;
        if keep {
            rows.commit()?;
        }
        Ok(done)
    }

    /// A panic in another thread took its transaction back, so the desk is as good as before.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ledger").field("caps", &self.caps).finish_non_exhaustive()
    }
}

/// An open transaction and its time.
pub(in crate::ledger) struct Page<'a> {
    pub(in crate::ledger) rows: &'a mut (dyn Rows + 'a),
    last: Option<Event>,
    /// The clock of the system.
    pub(in crate::ledger) wall: i64,
    /// The time of the ledger: the clock, but never before the last entry. Turning the clock back frees nothing.
    pub(in crate::ledger) at: i64,
    /// The name of this opening.
    pub(in crate::ledger) owner: String,
}

impl Page<'_> {
    /// An intent that must be there.
    pub(in crate::ledger) fn intent(&mut self, external_id: &str) -> Result<Intent, LedgerError> {
        self.rows.intent(external_id)?.ok_or(LedgerError::NoIntent)
    }

    /// Stores a new intent.
    pub(in crate::ledger) fn begin(&mut self, intent: &Intent) -> Result<(), LedgerError> {
        self.rows.put_intent(intent)?;
        self.note(intent.state.name(), intent)
    }

    /// Moves an intent to a state that may follow.
    pub(in crate::ledger) fn step(&mut self, mut intent: Intent, to: State) -> Result<Intent, LedgerError> {
        if !intent.state.followers().contains(&to) {
            return Err(LedgerError::Illegal { external_id: intent.external_id, from: intent.state, to });
        }
        intent.state = to;
        self.store(intent, to.name())
    }

    /// Notes that somebody has seen what an intent cost.
    pub(in crate::ledger) fn acknowledge(&mut self, mut intent: Intent) -> Result<Intent, LedgerError> {
        intent.drift = Drift::Acknowledged;
        self.store(intent, "acknowledged")
    }

    /// What a dead process left: reserved was never sent, sending may have been.
    pub(in crate::ledger) fn put_right(&mut self) -> Result<(), LedgerError> {
        for intent in self.rows.intents(Select::Unfinished)? {
            let to = match intent.state {
                State::Reserved => State::Rejected,
                State::Sending => State::Unknown,
                _ => continue,
            };
            if !self.rows.is_alive(&intent.owner)? {
                self.step(intent, to)?;
            }
        }
        Ok(())
    }

    fn store(&mut self, mut intent: Intent, kind: &str) -> Result<Intent, LedgerError> {
        intent.changed_at = self.at;
        self.rows.change(&intent)?;
        self.note(kind, &intent)?;
        Ok(intent)
    }

    fn note(&mut self, kind: &str, intent: &Intent) -> Result<(), LedgerError> {
        let event = Event::after(self.last.as_ref(), self.at, kind, intent).map_err(LedgerError::from)?;
        self.rows.append(&event)?;
        self.last = Some(event);
        Ok(())
    }
}
