//! A body that comes whole, slowly, or not to its end.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// How long after the last byte the connection breaks, so that the bytes before it arrive.
const SETTLE: Duration = Duration::from_millis(30);

/// The body ends before its length: the connection breaks.
#[derive(Debug, thiserror::Error)]
#[error("the scenario cuts this answer")]
pub(super) struct Cut;

/// Bytes to send.
#[derive(Debug)]
pub(super) struct Body {
    rest: Bytes,
    /// Bytes that are left but never sent.
    withheld: usize,
    /// Bytes at a time; none: all at once.
    rate: Option<usize>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Body {
    /// `cut_after`: only so many bytes of the promised length come. `bytes_per_s`: how fast.
    pub(super) fn new(bytes: Vec<u8>, cut_after: Option<usize>, bytes_per_s: Option<u32>) -> Self {
        let mut rest = Bytes::from(bytes);
        let withheld = cut_after.filter(|at| *at < rest.len()).map_or(0, |at| rest.split_off(at).len());
        Self { rest, withheld, rate: bytes_per_s.map(|rate| rate as usize), pause: None }
    }

    /// Waits for the pause, if there is one.
    fn paused(&mut self, context: &mut Context<'_>) -> bool {
        let waiting = self.pause.as_mut().is_some_and(|pause| pause.as_mut().poll(context).is_pending());
        if !waiting {
            self.pause = None;
        }
        waiting
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let body = self.get_mut();
        if body.paused(context) {
            return Poll::Pending;
        }
        if body.rest.is_empty() {
            return Poll::Ready((body.withheld > 0).then_some(Err(Cut)));
        }
        let size = body.rate.unwrap_or(usize::MAX).min(body.rest.len());
        let part = body.rest.split_to(size);
        let wait = if body.rate.is_some() { Some(Duration::from_secs(1)) } else { (body.withheld > 0).then_some(SETTLE) };
        body.pause = wait.filter(|_| body.withheld > 0 || !body.rest.is_empty()).map(|wait| Box::pin(sleep(wait)));
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.withheld == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.rest.len() + self.withheld) as u64)
    }
}
