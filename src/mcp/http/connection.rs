//! One connection: requests one after the other, each phase of them bounded in time.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep};

use super::Limits;
use super::gate::Gate;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A head is expected; the first byte has come, or the connection is new.
    Head(Instant),
    /// A request is being answered.
    Busy,
    /// Nothing since the last answer.
    Idle(Instant),
}

/// The phase of one connection, seen by its reader, its service and its watch.
#[derive(Debug, Clone)]
pub(super) struct Line(Arc<Mutex<Phase>>);

impl Line {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Phase::Head(Instant::now()))))
    }

    fn phase(&self) -> std::sync::MutexGuard<'_, Phase> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came in.
    fn read(&self) {
        let mut phase = self.phase();
        if matches!(*phase, Phase::Idle(_)) {
            *phase = Phase::Head(Instant::now());
        }
    }

    /// A head is complete.
    pub(super) fn begin(&self) {
        *self.phase() = Phase::Busy;
    }

    /// An answer has gone to the connection.
    pub(super) fn end(&self) {
        *self.phase() = Phase::Idle(Instant::now());
    }

    /// Whether a phase lasts longer than it may.
    fn overdue(&self, limits: &Limits) -> bool {
        match *self.phase() {
            Phase::Head(since) => since.elapsed() >= limits.head,
            Phase::Busy => false,
            Phase::Idle(since) => since.elapsed() >= limits.idle,
        }
    }

    /// Returns when the connection is to be closed. Looking once in `limits.head` costs one timer and no wake-up per byte.
    async fn watch(&self, limits: &Limits) {
        while !self.overdue(limits) {
            sleep(limits.head).await;
        }
    }
}

/// Serves a connection until it ends, is overdue, or the server ends and the answer at hand is written.
pub(super) async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, gate: Arc<Gate>) {
    let line = Line::new();
    let service = {
        let (gate, line) = (Arc::clone(&gate), line.clone());
        service_fn(move |request| {
            line.begin();
            let (gate, line) = (Arc::clone(&gate), line.clone());
            async move { Ok::<_, std::convert::Infallible>(gate.answer(request, line).await) }
        })
    };
    // `Line::watch` bounds heads and idle times; hyper would set a timer of its own for every request.
    let connection = hyper::server::conn::http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Watched { stream, line: line.clone() }), service);
    tokio::pin!(connection);
    // A token of its own, because waiting on one takes its lock at every turn of the connection.
    let ended = gate.ended.child_token();
    tokio::select! {
        _ = connection.as_mut() => return,
        () = line.watch(&gate.limits) => return,
        () = ended.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = tokio::time::timeout(gate.limits.head, connection).await;
}

/// A stream that tells when bytes come in.
struct Watched<S> {
    stream: S,
    line: Line,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            this.line.read();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
