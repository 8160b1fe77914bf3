//! The time, and how far the clock of this machine is from the service's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Furthest difference that is learned, in seconds: 26 hours, every time zone taken for UTC included.
pub const LARGEST_SKEW_S: i64 = 26 * 3600;

/// Seconds since 1970, passed in.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// A clock that asks `now` for seconds since 1970.
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Seconds since 1970, by this machine.
    pub fn now(&self) -> i64 {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Clock(..)")
    }
}

/// Seconds to add to the local clock, learned from `Date` headers.
#[derive(Debug, Default)]
pub(super) struct Skew(AtomicI64);

impl Skew {
    /// The difference, in seconds; positive when this machine is behind.
    pub(super) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Learns from an answer that was dated between sending and receiving it. An absurd date is not learned.
    pub(super) fn learn(&self, date: i64, sent: i64, received: i64) -> Option<i64> {
        let seconds = difference(date, sent, received);
        let plausible = seconds.checked_abs().is_some_and(|size| size <= LARGEST_SKEW_S);
        plausible.then(|| self.0.store(seconds, Ordering::Relaxed)).map(|()| seconds)
    }
}

/// How far a date lies outside the time in which it must have been written; the header counts whole seconds.
pub(super) const fn difference(date: i64, sent: i64, received: i64) -> i64 {
    if date < sent.saturating_sub(1) {
        date.saturating_sub(sent)
    } else if date > received.saturating_add(1) {
        date.saturating_sub(received)
    } else {
        0
    }
}

/// Seconds since 1970 of a `Date` header.
pub(super) fn http_date(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text.trim()).ok().map(|date| date.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_within_the_exchange_is_no_skew() {
        for date in 99..=111 {
            assert_eq!(difference(date, 100, 110), 0, "{date}");
        }
        assert_eq!((difference(40, 100, 110), difference(170, 100, 110)), (-60, 60));
    }

    #[test]
    fn a_skew_of_a_day_is_learned_and_an_absurd_one_is_not() {
        let skew = Skew::default();
        assert_eq!(skew.learn(1_000_000 + 86_400, 1_000_000, 1_000_000), Some(86_400));
        for absurd in [0, i64::MAX, i64::MIN, 1_000_000 + LARGEST_SKEW_S + 1] {
            assert_eq!(skew.learn(absurd, 1_000_000, 1_000_000), None, "{absurd}");
        }
        assert_eq!(skew.seconds(), 86_400);
        assert_eq!(skew.learn(1_000_000, 1_000_000, 1_000_001), Some(0), "a corrected clock is learned too");
    }

    #[test]
    fn the_date_of_an_answer_is_read() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("yesterday"), None);
    }
}
