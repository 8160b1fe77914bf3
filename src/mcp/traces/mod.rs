//! A span for each tool call, sent to a collector of OpenTelemetry: name, duration and outcome, never what was asked or answered.
//!
//! The few members of OTLP that a span needs are written by hand: the crates of the SDK would be more code than the rest of the
//! transport. What the collector does not take in time is dropped; no call waits for it.

mod noted;
mod otlp;
mod post;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rand::TryRng as _;
use rmcp::model::RequestMetaObject;

pub(super) use noted::Noted;
pub use post::{BadCollector, Collector};

/// Spans that wait for the collector; more are dropped.
const WAITING: usize = 2_048;
/// Spans of one message, and how long the first of them waits for the others.
const TOGETHER: usize = 128;
const GAP: Duration = Duration::from_millis(200);

/// Where a span hangs: what `_meta.traceparent` says, or a trace of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    trace: [u8; 16],
    parent: Option<[u8; 8]>,
    sampled: bool,
}

/// A call that ended.
#[derive(Debug, Clone)]
struct Span {
    place: Place,
    id: [u8; 8],
    tool: &'static str,
    version: Option<&'static str>,
    begun_ms: i64,
    lasted: Duration,
    failed: Option<&'static str>,
}

/// What is known of a call before it runs.
#[derive(Debug)]
pub(super) struct Begun {
    place: Place,
    version: Option<&'static str>,
    at_ms: i64,
}

enum Message {
    Span(Box<Span>),
    End,
}

/// Takes spans and hands them to a thread that sends them.
#[derive(Debug)]
pub struct Traces {
    sender: SyncSender<Message>,
    sending: Mutex<Option<JoinHandle<()>>>,
    ending: Arc<AtomicBool>,
    clock_ms: fn() -> i64,
}

impl Traces {
    /// Starts the thread. `clock_ms` tells the milliseconds since 1970.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(collector: Collector, clock_ms: fn() -> i64) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING);
        let ending = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ending);
        let sending = std::thread::Builder::new().name("traces".to_owned()).spawn(move || send(&collector, &receiver, &seen))?;
        Ok(Self { sender, sending: Mutex::new(Some(sending)), ending, clock_ms })
    }

    /// A call begins.
    pub(super) fn begin(&self, meta: &RequestMetaObject, version: Option<&'static str>) -> Begun {
        Begun { place: place(meta.get_traceparent()), version, at_ms: (self.clock_ms)() }
    }

    /// A call ended; `tool` is one of this server's names, or `unknown`.
    pub(super) fn end(&self, begun: &Begun, tool: &'static str, failed: Option<&'static str>, lasted: Duration) {
        if !begun.place.sampled {
            return;
        }
        let &Begun { place, version, at_ms } = begun;
        let span = Span { place, id: random(), tool, version, begun_ms: at_ms, lasted, failed };
        if let Err(TrySendError::Full(_)) = self.sender.try_send(Message::Span(Box::new(span))) {
            tracing::debug!("a span was dropped: the collector is too slow");
        }
    }

    /// Sends what is left; a collector that does not take it is not asked twice.
    pub fn finish(&self) {
        self.ending.store(true, Ordering::SeqCst);
        let _ = self.sender.send(Message::End);
        let sending = self.sending.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = sending.map(JoinHandle::join);
    }
}

/// A parent that was not sampled is not followed. What cannot be read counts as none.
fn place(traceparent: Option<&str>) -> Place {
    traceparent.and_then(parent).unwrap_or_else(|| Place { trace: random(), parent: None, sampled: true })
}

/// `version-trace-parent-flags` in lower-case hexadecimal; version ff, and ids of zeros, are none. Newer versions may say more.
fn parent(text: &str) -> Option<Place> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let [_] = bytes::<1>(version).filter(|version| *version != [0xff] && (*version != [0] || parts.next().is_none()))?;
    let (trace, parent, [flags]) = (bytes::<16>(trace)?, bytes::<8>(parent)?, bytes::<1>(flags)?);
    (trace != [0; 16] && parent != [0; 8]).then_some(Place { trace, parent: Some(parent), sampled: flags & 1 == 1 })
}

/// Lower-case hexadecimal of exactly `N` bytes.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return None;
    }
    let mut out = [0; N];
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(out)
}

/// Random bytes that are not all zero, which would mean "none".
fn random<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    let _ = rand::rngs::SysRng.try_fill_bytes(&mut out);
    if out == [0; N] { [1; N] } else { out }
}

fn send(collector: &Collector, receiver: &Receiver<Message>, ending: &AtomicBool) {
    let mut good = true;
    while let Ok(Message::Span(first)) = receiver.recv() {
        let (spans, last) = gather(*first, receiver);
        let sent = collector.post(&otlp::body(collector.service(), &spans));
        // One line for an outage, not one for each attempt.
        if let Err(error) = &sent
            && good
        {
            tracing::warn!("traces are not taken: {error}");
        }
        good = sent.is_ok();
        if last || (!good && ending.load(Ordering::SeqCst)) {
            return;
        }
    }
}

/// The spans that come soon after the first, and whether they are the last.
fn gather(first: Span, receiver: &Receiver<Message>) -> (Vec<Span>, bool) {
    let mut spans = vec![first];
    while spans.len() < TOGETHER {
        match receiver.recv_timeout(GAP) {
            Ok(Message::Span(span)) => spans.push(*span),
            Ok(Message::End) | Err(RecvTimeoutError::Disconnected) => return (spans, true),
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    (spans, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_span_hangs_below_the_parent_that_the_caller_names() {
        let found = place(Some(&format!("00-{TRACE}-b7ad6b7169203331-01")));
        assert_eq!((found.trace[0], found.parent.map(|id| id[7]), found.sampled), (0x0a, Some(0x31), true));
        assert!(!place(Some(&format!("00-{TRACE}-b7ad6b7169203331-00"))).sampled);
        assert!(place(Some(&format!("01-{TRACE}-b7ad6b7169203331-01-more"))).parent.is_some());
    }

    #[test]
    fn a_parent_that_cannot_be_read_counts_as_none() {
        let upper = TRACE.to_uppercase();
        for wrong in [
            "",
            "00",
            TRACE,
            &format!("00-{upper}-b7ad6b7169203331-01"),
            &format!("00-{TRACE}-b7ad6b7169203331-01-more"),
            &format!("ff-{TRACE}-b7ad6b7169203331-01"),
            &format!("00-{TRACE}-0000000000000000-01"),
            &format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            &format!("00-{TRACE}-b7ad6b716920333é-01"),
        ] {
            let found = place(Some(wrong));
            assert!(found.parent.is_none() && found.sampled && found.trace != [0; 16], "{wrong}");
        }
    }
}
