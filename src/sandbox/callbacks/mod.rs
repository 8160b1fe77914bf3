//! Callbacks: one POST on each change of a task's state, in the shape of its generation, to loopback addresses only.

mod send;

pub(super) use send::run;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::Notify;

use super::scenario;
use super::task::{State, Task};

/// Deliveries that are kept in the record.
const KEPT: usize = 10_000;

/// One callback and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Virtual milliseconds since 1970.
    pub time: i64,
    /// Id of the task.
    pub task: String,
    /// State that it tells.
    pub state: String,
    /// Where it goes.
    pub url: String,
    /// HTTP status of the receiver; none: nothing was sent, or nothing came back.
    pub status: Option<u16>,
    /// `sent`, `lost`, `failed`, or `not_loopback`.
    pub outcome: String,
}

/// A callback that is due at a time.
#[derive(Debug, Clone)]
struct Due {
    task: String,
    /// The time whose state it tells.
    tells: i64,
}

#[derive(Debug, Default)]
struct Inner {
    /// By time and place in the queue.
    due: BTreeMap<(i64, u64), Due>,
    next: u64,
    deliveries: Vec<Delivery>,
    told: scenario::Callbacks,
}

/// The queue of callbacks and the record of those that went out.
#[derive(Debug, Default)]
pub(super) struct Callbacks {
    inner: Mutex<Inner>,
    /// Wakes the sender when the queue has changed.
    pub(super) changed: Notify,
}

impl Callbacks {
    pub(super) fn new(told: scenario::Callbacks) -> Self {
        Self { inner: Mutex::new(Inner { told, ..Inner::default() }), changed: Notify::new() }
    }

    /// Queues what a new task will tell.
    pub(super) fn expect(&self, task: &Task, final_only: bool) {
        if task.callback.is_none() {
            return;
        }
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut times = vec![(task.created, task.created), (task.starts, task.starts), (task.ends, task.ends)];
        if final_only {
            times.drain(..2);
        } else if inner.told.reorder {
            // The one of processing is held back until after the end.
            times = vec![(task.created, task.created), (task.ends, task.ends), (task.ends, task.starts)];
        }
        for (at, tells) in times.into_iter().filter(|(at, _)| *at < i64::MAX) {
            for _ in 0..inner.told.copies {
                let place = inner.next;
                inner.next += 1;
                inner.due.insert((at, place), Due { task: task.id.clone(), tells });
            }
        }
        drop(inner);
        self.changed.notify_one();
    }

    /// When the next one is due.
    fn next_due(&self) -> Option<i64> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).due.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next one that is due by now.
    fn take(&self, now: i64) -> Option<(u64, Due)> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let ((at, place), due) = inner.due.pop_first()?;
        if at > now {
            inner.due.insert((at, place), due);
            return None;
        }
        Some((place, due))
    }

    /// Whether the scenario loses a callback of this state.
    fn loses(&self, state: State) -> bool {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.told.lose.as_deref() {
            Some("all") => true,
            Some("final") => state.is_final(),
            Some(word) => word == state.word(false),
            None => false,
        }
    }

    fn told(&self) -> scenario::Callbacks {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).told.clone()
    }

    fn keep(&self, delivery: Delivery) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.deliveries.len() < KEPT {
            inner.deliveries.push(delivery);
        }
    }

    pub(super) fn all(&self) -> Vec<Delivery> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).deliveries.clone()
    }

    pub(super) fn clear(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.due.clear();
        inner.deliveries.clear();
    }
}
