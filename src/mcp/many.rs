//! One server for many clients: turns, counts, and questions that every process can go on with.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{ErrorData, RequestStateCodec};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::{Instrument as _, Span};

use super::http::Meter;
use super::server::Server;
use super::trace;

/// Calls that may run at once on each processor, where many clients share a server.
const ADMITTED_EACH: usize = 512;
/// How long a call of many clients waits for its turn.
const TURN: Duration = Duration::from_secs(10);

impl Server {
    /// For many clients at once: more calls, which wait for their turn and are counted. Processes with the same `key` can
    /// go on with each other's questions to a person.
    pub(super) fn for_many(mut self, meter: Arc<Meter>, key: &[u8; 32]) -> Self {
        self.admitted = Arc::new(Semaphore::new(turns()));
        self.turn = TURN;
        self.meter = Some(meter);
        self.codec = Arc::new(RequestStateCodec::try_new(key.to_vec()).ok());
        self
    }

    /// Whether one of many clients' calls runs, also when its client is gone: what was begun is not cut off.
    pub(super) fn runs(&self) -> bool {
        self.admitted.available_permits() < turns()
    }

    /// A place among the calls that run.
    pub(super) async fn admit(&self) -> Option<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.admitted).try_acquire_owned().ok();
        if free.is_some() || self.turn.is_zero() {
            return free;
        }
        tokio::time::timeout(self.turn, Arc::clone(&self.admitted).acquire_owned()).await.ok()?.ok()
    }

    /// Runs a call in its span, and counts it and how it ended where somebody asks for counts.
    pub(super) async fn counted<T>(
        &self,
        name: &str,
        span: Span,
        call: impl Future<Output = Result<T, ErrorData>>,
        failed: impl Fn(&T) -> Option<bool>,
    ) -> Result<T, ErrorData> {
        let began = Instant::now();
        let result = call.instrument(span.clone()).await;
        let outcome = match result.as_ref().map(failed) {
            Ok(Some(false)) => "ok",
            Ok(Some(true)) => "tool_error",
            Ok(None) => "input_required",
            Err(_) => "protocol_error",
        };
        trace::ended(&span, outcome);
        if let Some(meter) = &self.meter {
            meter.called(self.known(name), outcome, began.elapsed());
        }
        result
    }

    /// The name of a tool of ours; nothing that a client made up.
    pub(super) fn known(&self, name: &str) -> &str {
        self.tools.iter().find(|tool| tool.name == name).map_or("unknown", |tool| tool.name.as_ref())
    }
}

/// Calls of many clients that may run at once.
fn turns() -> usize {
    ADMITTED_EACH * std::thread::available_parallelism().map_or(1, usize::from)
}
