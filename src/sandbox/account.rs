//! What the account has: packs, slots, and the ledger of what ended tasks took.
//!
//! Units are taken when a task ends well, never before and never for a failure. A slot is held from the create to the end.

use std::collections::{BTreeMap, BTreeSet};

use super::scenario;
use super::task::Task;
use crate::knowledge::sandbox::{PackRow, Product};

/// A pack of units.
#[derive(Debug, Clone)]
pub(super) struct Pack {
    pub(super) name: String,
    pub(super) id: String,
    /// Thousandths of a unit.
    pub(super) total_milli: i64,
    pub(super) slots: usize,
    /// Virtual milliseconds.
    pub(super) from: i64,
    pub(super) until: i64,
}

/// What one ended task took.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Virtual milliseconds of the end.
    pub(super) time: i64,
    pub(super) task: String,
    pub(super) product: Product,
    pub(super) milli: i64,
}

/// Why a create gets no place: ids of `references/sandbox.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    PackEmpty,
    SlotsTaken,
}

impl NoPlace {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::PackEmpty => "pack_empty",
            Self::SlotsTaken => "slots_taken",
        }
    }
}

/// Tasks that hold slots of one kind and model, by their end.
#[derive(Debug, Default)]
struct Busy {
    by_end: BTreeSet<(i64, u64, usize)>,
    slots: usize,
}

/// The account of a sandbox.
#[derive(Debug)]
pub(super) struct Account {
    packs: BTreeMap<Product, Pack>,
    busy: BTreeMap<(Product, String), Busy>,
    /// Tasks that have not been settled, by their end; with their price.
    open: BTreeMap<(i64, u64), Entry>,
    open_milli: BTreeMap<Product, i64>,
    taken_milli: BTreeMap<Product, i64>,
    pub(super) ledger: Vec<Entry>,
    foreign: scenario::Account,
    start: i64,
}

impl Account {
    /// An account with these packs from `now` on.
    pub(super) fn new(rows: &[PackRow], slots: Option<usize>, told: &scenario::Account, now: i64) -> Self {
        let units = |row: &PackRow| match row.kind {
            Product::Video => told.video_units.unwrap_or(row.units),
            Product::Image => told.image_units.unwrap_or(row.units),
            Product::TryOn => row.units,
        };
        let pack = |row: &PackRow| Pack {
            name: row.name.clone(),
            id: format!("sandbox-{}", row.kind.word()),
            total_milli: units(row) * 1_000,
            slots: told.slots.or(slots).unwrap_or(row.slots),
            from: now,
            until: now + row.valid_days * DAY,
        };
        let packs = rows.iter().filter(|_| told.packs).map(|row| (row.kind, pack(row))).collect();
        Self {
            packs,
            busy: BTreeMap::new(),
            open: BTreeMap::new(),
            open_milli: BTreeMap::new(),
            taken_milli: BTreeMap::new(),
            ledger: Vec::new(),
            foreign: told.clone(),
            start: now,
        }
    }

    /// Whether a task of this price finds units and slots now.
    pub(super) fn place(&mut self, product: Product, model: &str, slots: usize, milli: i64, now: i64) -> Result<(), NoPlace> {
        self.settle(now);
        let pack = self.packs.get(&product).filter(|pack| now < pack.until).ok_or(NoPlace::PackEmpty)?;
        let spoken_for = of(&self.taken_milli, product) + of(&self.open_milli, product);
        if pack.total_milli - spoken_for < milli.max(1) {
            return Err(NoPlace::PackEmpty);
        }
        let limit = pack.slots;
        let busy = self.busy.get(&(product, model.to_owned())).map_or(0, |busy| busy.slots);
        if busy + slots + self.held_by_others(now) > limit { Err(NoPlace::SlotsTaken) } else { Ok(()) }
    }

    /// Takes the slots of a task that was created.
    pub(super) fn take(&mut self, task: &Task) {
        let busy = self.busy.entry((task.product, task.model.clone().unwrap_or_default())).or_default();
        busy.by_end.insert((task.ends, task.seq, task.slots));
        busy.slots += task.slots;
        let milli = if task.failure.is_some() { 0 } else { task.cost_milli };
        *self.open_milli.entry(task.product).or_default() += milli;
        self.open.insert((task.ends, task.seq), Entry { time: task.ends, task: task.id.clone(), product: task.product, milli });
    }

    /// Takes the units of a call that ended at once.
    pub(super) fn charge(&mut self, product: Product, task: &str, milli: i64, now: i64) {
        self.settle(now);
        *self.taken_milli.entry(product).or_default() += milli;
        self.ledger.push(Entry { time: now, task: task.to_owned(), product, milli });
    }

    /// Frees slots and takes units of the tasks that have ended by now.
    pub(super) fn settle(&mut self, now: i64) {
        let later = self.open.split_off(&(now.saturating_add(1), 0));
        for entry in std::mem::replace(&mut self.open, later).into_values() {
            *self.open_milli.entry(entry.product).or_default() -= entry.milli;
            *self.taken_milli.entry(entry.product).or_default() += entry.milli;
            if entry.milli > 0 {
                self.ledger.push(entry);
            }
        }
        for busy in self.busy.values_mut() {
            while busy.by_end.first().is_some_and(|(ends, ..)| *ends <= now) {
                busy.slots -= busy.by_end.pop_first().map_or(0, |(.., slots)| slots);
            }
        }
    }

    /// Packs in order of their kind.
    pub(super) fn packs(&self) -> impl Iterator<Item = (Product, &Pack)> {
        self.packs.iter().map(|(product, pack)| (*product, pack))
    }

    /// Thousandths of units that were taken by a time.
    pub(super) fn taken_by(&self, product: Product, time: i64) -> i64 {
        self.ledger.iter().filter(|entry| entry.product == product && entry.time <= time).map(|entry| entry.milli).sum()
    }

    fn held_by_others(&self, now: i64) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
        let second = (now - self.start) as f64 / 1000.0;
        if self.foreign.slots_taken_until_s.is_none_or(|until| second < until) { self.foreign.slots_taken } else { 0 }
    }
}

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

fn of(amounts: &BTreeMap<Product, i64>, product: Product) -> i64 {
    amounts.get(&product).copied().unwrap_or_default()
}
