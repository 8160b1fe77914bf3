//! The stdio transport: stdout carries JSON-RPC only, the end of stdin or a signal ends the server.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::service::{RunningService, ServerInitializeError, serve_server};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::io::stdio_pipes;

use super::lines::{BoundedLines, LONGEST};
use super::server::Server;

/// How long a running call may go on after a signal.
const DRAIN: Duration = Duration::from_secs(2);

/// The server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The opening exchange failed.
    #[error("open the connection with the client")]
    Open(#[source] Box<ServerInitializeError>),
    /// The server task ended badly.
    #[error("serve the connection")]
    Run(#[from] tokio::task::JoinError),
    /// No runtime or no signal handler could be had.
    #[error("start the runtime")]
    Start(#[from] std::io::Error),
}

/// Serves one client on stdin and stdout until it leaves.
///
/// # Errors
/// A client that leaves before it has said anything is no error.
pub fn run(server: Server) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(serve(server));
    runtime.shutdown_timeout(DRAIN);
    ended
}

async fn serve(server: Server) -> Result<(), ServeError> {
    let (read, write) = stdio_pipes();
    let transport = AsyncRwTransport::new(BoundedLines::new(read, LONGEST), write).with_max_line_length(LONGEST + 1);
    match serve_server(server, transport).await {
        Ok(service) => wait(service).await,
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(ServeError::Open(Box::new(error))),
    }
}

async fn wait(service: RunningService<RoleServer, Server>) -> Result<(), ServeError> {
    let cancel = service.cancellation_token();
    let waiting = service.waiting();
    tokio::pin!(waiting);
    tokio::select! {
        ended = &mut waiting => { ended?; }
        signal = signalled() => {
            signal?;
            cancel.cancel();
            let _ = tokio::time::timeout(DRAIN, waiting).await;
        }
    }
    Ok(())
}

#[cfg(unix)]
pub(super) async fn signalled() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
    Ok(())
}

#[cfg(not(unix))]
pub(super) async fn signalled() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
