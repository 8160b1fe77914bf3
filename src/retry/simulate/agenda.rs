//! The agenda: what happens next. A binary heap of events in order of time, then of entry.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A task of the job ends on the server.
    End,
    /// The client sees that the job has ended.
    Seen,
    /// The client sends a create for the job.
    Send,
    /// The client gives up waiting for the answer of a create.
    Silence,
    /// The client looks for the task of the job.
    Look,
    /// The client tries whether a slot has become free.
    Probe,
    /// Another user of the account sends a create.
    Other,
    /// A task of another user ends.
    OtherEnd,
}

impl Kind {
    const ALL: [Self; 8] = [Self::End, Self::Seen, Self::Send, Self::Silence, Self::Look, Self::Probe, Self::Other, Self::OtherEnd];
}

/// Bits of a packed event that hold the job.
const JOB_BITS: u32 = 28;
/// Most jobs of one run.
pub(super) const MOST_JOBS: usize = (1 << JOB_BITS) - 1;

/// Events as `time | entry | kind | job` in one number: times are not negative, so their bits are in order.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Reverse<u128>>,
    entries: u32,
}

impl Agenda {
    pub(super) fn push(&mut self, time: f64, kind: Kind, job: u32) {
        self.entries = self.entries.wrapping_add(1);
        let what = ((kind as u32) << JOB_BITS) | job;
        let key = (u128::from(time.to_bits()) << 64) | (u128::from(self.entries) << 32) | u128::from(what);
        self.heap.push(Reverse(key));
    }

    /// The next event, if it comes at `limit` or before.
    pub(super) fn pop_until(&mut self, limit: f64) -> Option<(f64, Kind, u32)> {
        let Reverse(key) = self.heap.peek()?;
        if time(*key) > limit {
            return None;
        }
        let Reverse(key) = self.heap.pop()?;
        let what = low(key);
        let kind = Kind::ALL.get((what >> JOB_BITS) as usize).copied()?;
        Some((time(key), kind, what & ((1 << JOB_BITS) - 1)))
    }
}

const fn time(key: u128) -> f64 {
    f64::from_bits((key >> 64) as u64)
}

#[expect(clippy::cast_possible_truncation, reason = "the lowest bits are kind and job")]
const fn low(key: u128) -> u32 {
    key as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_of_time_and_then_of_entry() {
        let mut agenda = Agenda::default();
        agenda.push(2.0, Kind::End, 1);
        agenda.push(1.0, Kind::Send, 2);
        agenda.push(1.0, Kind::Probe, 3);
        assert_eq!(agenda.pop_until(0.5), None);
        let order: Vec<_> = std::iter::from_fn(|| agenda.pop_until(f64::INFINITY)).map(|(_, _, job)| job).collect();
        assert_eq!(order, [2, 3, 1]);
    }
}
