//! Listening, and ending without losing an answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::gate::Gate;
use super::{HttpError, HttpOptions, Place};
use crate::mcp::Server;

/// How often a server that ends looks whether calls still run.
const LOOK: Duration = Duration::from_millis(10);

/// A server that listens and does not answer yet.
pub struct Http {
    listener: Listener,
    gate: Arc<Gate>,
    address: String,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Http").field("address", &self.address).finish_non_exhaustive()
    }
}

enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, std::path::PathBuf),
}

impl Http {
    /// Takes the address.
    ///
    /// # Errors
    /// When the address or path cannot be had.
    pub async fn bind(options: HttpOptions, server: Server) -> Result<Self, HttpError> {
        let (listener, address) = match &options.place {
            Place::Tcp(address) => {
                let failed = |source| HttpError::Bind { place: address.to_string(), source };
                let listener = TcpListener::bind(address).await.map_err(failed)?;
                let address = listener.local_addr()?;
                (Listener::Tcp(listener), format!("http://{address}/mcp"))
            }
            Place::Unix(path) => (socket_file(path)?, format!("{} (path /mcp)", path.display())),
        };
        Ok(Self { listener, gate: Arc::new(Gate::new(options, server)), address })
    }

    /// Where it listens: an address for a client's configuration, or the path of the socket.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Answers until `stop` is done; then refuses new calls and lets running ones end within their time.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, gate, .. } = self;
        let places = Arc::new(Semaphore::new(gate.limits.connections));
        let accepting = accept(&listener, &gate, &places);
        let ending = async {
            stop.await;
            drain(&gate).await;
        };
        tokio::select! { () = accepting => {}, () = ending => {} }
        gate.ended.cancel();
        let all = u32::try_from(gate.limits.connections).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(gate.limits.head, places.acquire_many(all)).await;
        #[cfg(unix)]
        if let Listener::Unix(_, path) = &listener {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// New connections are still taken while the server ends, so that `/readyz` can say so.
async fn drain(gate: &Gate) {
    gate.draining.store(true, Ordering::SeqCst);
    tracing::info!(in_flight = gate.meter.in_flight.load(Ordering::SeqCst), "ending: no new calls");
    let began = Instant::now();
    while gate.works() && began.elapsed() < gate.limits.drain {
        sleep(LOOK).await;
    }
    tracing::info!(left = gate.meter.in_flight.load(Ordering::SeqCst), "ended");
}

async fn accept(listener: &Listener, gate: &Arc<Gate>, places: &Arc<Semaphore>) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else { return };
        let accepted = match listener {
            Listener::Tcp(listener) => listener.accept().await.map(|(stream, _)| {
                let _ = stream.set_nodelay(true);
                spawn(stream, gate, place);
            }),
            #[cfg(unix)]
            Listener::Unix(listener, _) => listener.accept().await.map(|(stream, _)| spawn(stream, gate, place)),
        };
        if let Err(error) = accepted {
            tracing::warn!(kind = ?error.kind(), "a connection could not be taken");
            sleep(LOOK).await;
        }
    }
}

fn spawn(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, gate: &Arc<Gate>, place: OwnedSemaphorePermit) {
    let open = Open(Arc::clone(gate), place);
    gate.meter.connections.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        super::connection::serve(stream, Arc::clone(&open.0)).await;
        drop(open);
    });
}

/// Counts a connection as open until it is dropped, also when its task panics.
struct Open(Arc<Gate>, #[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.meter.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A socket of mode 0600. A socket left over by a server that was killed is replaced; one that answers is not.
#[cfg(unix)]
fn socket_file(path: &std::path::Path) -> Result<Listener, HttpError> {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let failed = |source| HttpError::Bind { place: path.display().to_string(), source };
    let stale = std::fs::symlink_metadata(path).is_ok_and(|seen| seen.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(path).is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
    if stale {
        std::fs::remove_file(path).map_err(failed)?;
    }
    let listener = tokio::net::UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(Listener::Unix(listener, path.to_owned()))
}

#[cfg(not(unix))]
fn socket_file(_: &std::path::Path) -> Result<Listener, HttpError> {
    Err(HttpError::NoSocketFiles)
}
