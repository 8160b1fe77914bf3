//! One server for many clients: turns, counts, and questions that every process can go on with.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{ErrorData, ProtocolVersion, ReadResourceResult, RequestStateCodec};
use rmcp::service::{RequestContext, RoleServer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::http::Meter;
use super::resources;
use super::server::{Server, VERSIONS};
use super::tools::{self, suggest_retry_policy};
use super::traces::{Noted, Traces};

/// Calls that may run at once on each processor, where many clients share a server.
const ADMITTED_EACH: usize = 512;
/// How long a call of many clients waits for its turn.
const TURN: Duration = Duration::from_secs(10);

impl Server {
    /// For many clients at once: more calls, which wait for their turn and are counted. Processes with the same `key` can
    /// go on with each other's questions to a person.
    pub(super) fn for_many(self, meter: Arc<Meter>, key: &[u8; 32]) -> Self {
        self.with(|parts| {
            parts.admitted = Arc::new(Semaphore::new(turns()));
            parts.turn = TURN;
            parts.meter = Some(meter);
            parts.codec = Arc::new(RequestStateCodec::try_new(key.to_vec()).ok());
        })
    }

    /// Whether one of many clients' calls runs, also when its client is gone: what was begun is not cut off.
    pub(super) fn runs(&self) -> bool {
        self.parts.admitted.available_permits() < turns()
    }

    /// A place among the calls that run.
    pub(super) async fn admit(&self) -> Option<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.parts.admitted).try_acquire_owned().ok();
        if free.is_some() || self.parts.turn.is_zero() {
            return free;
        }
        tokio::time::timeout(self.parts.turn, Arc::clone(&self.parts.admitted).acquire_owned()).await.ok()?.ok()
    }

    /// A span of each call goes to `traces`.
    #[must_use]
    pub fn traced(self, traces: Arc<Traces>) -> Self {
        self.with(|parts| parts.traces = Some(traces))
    }

    /// Draws a chart off the protocol thread; it is a simulation like a call of the tool.
    pub(super) async fn draw(&self, address: String) -> Result<ReadResourceResult, ErrorData> {
        let Some(_permit) = self.admit().await else {
            return Err(ErrorData::internal_error("as many calls as this server takes are already running; read again in a second", None));
        };
        let server = self.clone();
        let internal = |text: String| ErrorData::internal_error(text, None);
        let drawn = tokio::task::spawn_blocking(move || {
            let engine = server.engine()?;
            Ok((suggest_retry_policy::chart(engine, &address), address))
        });
        match drawn.await.map_err(|_| internal("the chart failed inside; please report its address".to_owned()))? {
            Ok((Some(Ok(svg)), address)) => Ok(resources::picture(svg, &address)),
            Ok((Some(Err(text)), _)) => Err(ErrorData::invalid_params(text, None)),
            Ok((None, address)) => self.look_up(|catalog| resources::read(catalog, &address)),
            Err(text) => Err(internal(text)),
        }
    }

    /// Runs a call in its span, and notes how it ended where somebody asks for counts or spans.
    pub(super) async fn counted<T>(
        &self,
        name: &str,
        noted: Noted,
        call: impl Future<Output = Result<T, ErrorData>>,
        failed: impl Fn(&T) -> Option<bool>,
    ) -> Result<T, ErrorData> {
        let began = Instant::now();
        let result = call.instrument(noted.span()).await;
        let outcome = match result.as_ref().map(failed) {
            Ok(Some(false)) => "ok",
            Ok(Some(true)) => "tool_error",
            Ok(None) => "input_required",
            Err(_) => "protocol_error",
        };
        let lasted = began.elapsed();
        let name = known(name);
        if let Some(meter) = &self.parts.meter {
            meter.called(name, outcome, lasted);
        }
        noted.end(self.parts.traces.as_deref(), name, outcome, lasted);
        result
    }

    /// Where a call hangs in the log and in the traces. The version is one that this server has, in its own words.
    pub(super) fn begin(&self, name: &str, context: &RequestContext<RoleServer>) -> Noted {
        let asked = context.protocol_version();
        let version = asked.and_then(|asked| VERSIONS.iter().find(|version| **version == asked)).map(ProtocolVersion::as_str);
        Noted::begin(self.parts.traces.as_deref(), known(name), &context.meta, version)
    }
}

/// The name of a tool of ours; nothing that a client made up.
fn known(name: &str) -> &'static str {
    tools::NAMES.into_iter().find(|known| *known == name).unwrap_or("unknown")
}

/// Calls of many clients that may run at once.
fn turns() -> usize {
    ADMITTED_EACH * std::thread::available_parallelism().map_or(1, usize::from)
}
