//! Virtual time: the time of the shell, run faster, or a clock that a test moves by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Where the sandbox's time comes from. Clones show the same time.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    /// Wakes who waits for a time when a manual clock moves.
    moved: Arc<Notify>,
}

#[derive(Clone)]
enum Source {
    /// Milliseconds since 1970 of the shell, those of the start, and how much faster time runs here.
    Scaled {
        read: fn() -> i64,
        start: i64,
        speed: f64,
    },
    Manual(Arc<AtomicI64>),
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Clock({} ms)", self.now())
    }
}

impl Clock {
    /// Time that begins with what `read` gives (milliseconds since 1970) and runs `speed` times as fast.
    pub fn scaled(read: fn() -> i64, speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 { speed } else { 1.0 };
        Self { source: Source::Scaled { read, start: read(), speed }, moved: Arc::default() }
    }

    /// Time that stands still at `start` (milliseconds since 1970) until it is advanced.
    pub fn manual(start: i64) -> Self {
        Self { source: Source::Manual(Arc::new(AtomicI64::new(start))), moved: Arc::default() }
    }

    /// Moves a manual clock; a scaled one does not move.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(now) = &self.source {
            now.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
            self.moved.notify_waiters();
        }
    }

    /// Virtual milliseconds since 1970.
    pub fn now(&self) -> i64 {
        match &self.source {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a run fit a double")]
            Source::Scaled { read, start, speed } => start + ((read() - start) as f64 * speed) as i64,
            Source::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Milliseconds since 1970 by which credentials are judged: not run faster, because clients sign by their own clock.
    pub(super) fn wall(&self) -> i64 {
        match &self.source {
            Source::Scaled { read, .. } => read(),
            Source::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Comes back when it may be `due` (virtual milliseconds), or earlier when `woken` is notified.
    pub(super) async fn wait(&self, due: Option<i64>, woken: &Notify) {
        let moved = self.moved.notified();
        let Some(due) = due else {
            woken.notified().await;
            return;
        };
        match &self.source {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run fit a double")]
            Source::Scaled { speed, .. } => {
                let left = ((due - self.now()).max(0) as f64 / speed).ceil();
                let sleep = tokio::time::sleep(Duration::from_secs_f64(left / 1000.0));
                tokio::select! { () = sleep => {}, () = woken.notified() => {} }
            }
            Source::Manual(now) if now.load(Ordering::SeqCst) >= due => {}
            Source::Manual(_) => {
                // A move between the look and the wait must not be missed for long.
                let soon = tokio::time::sleep(Duration::from_millis(20));
                tokio::select! { () = moved => {}, () = woken.notified() => {}, () = soon => {} }
            }
        }
    }
}

/// A counter of events in the last second, for limits on requests.
#[derive(Debug, Default)]
pub(super) struct Window {
    times: Mutex<std::collections::VecDeque<i64>>,
}

impl Window {
    /// Counts an event at `now` (milliseconds); false when it would be more than `most` within a second.
    pub(super) fn admits(&self, now: i64, most: usize) -> bool {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        while times.front().is_some_and(|first| now - first >= 1_000) {
            times.pop_front();
        }
        if times.len() >= most {
            return false;
        }
        times.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = Clock::manual(1_000);
        clock.clone().advance(Duration::from_secs(2));
        assert_eq!(clock.now(), 3000);
    }

    #[test]
    fn a_senseless_speed_counts_as_one() {
        for speed in [0.0, -3.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Clock::scaled(|| 7, speed).now(), 7);
        }
    }

    #[test]
    fn the_window_slides() {
        let window = Window::default();
        assert_eq!([0, 1, 2, 999, 1_000].map(|now| window.admits(now, 2)), [true, true, false, false, true]);
    }
}
