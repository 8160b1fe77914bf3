//! The HTTP transport: one path for the protocol, three for the people who run it. No state between requests.

mod connection;
mod gate;
mod listen;
mod meter;
mod names;
#[cfg(not(feature = "conformance-fixtures"))]
mod served;
mod token;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use listen::Http;
pub(super) use meter::Meter;
pub use names::Names;
pub use token::{Token, TokenError};

use super::Server;
use super::serve::signalled;

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An address and port; port 0 takes any that is free.
    Tcp(SocketAddr),
    /// A socket in the file system, made with mode 0600.
    Unix(PathBuf),
}

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait in the system's queue.
    pub connections: usize,
    /// Requests that run or wait at a time; more are answered 503 with `Retry-After`.
    pub admitted: usize,
    /// Bytes of a request body.
    pub body_bytes: usize,
    /// From the first byte of a request to the end of its head; it is looked at once in as long.
    pub head: Duration,
    /// From the head of a request to the end of its body.
    pub body: Duration,
    /// Without any request.
    pub idle: Duration,
    /// For running calls after a signal.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_500,
            admitted: 10_000,
            body_bytes: 12 << 20,
            head: Duration::from_secs(5),
            body: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            drain: Duration::from_secs(25),
        }
    }
}

/// All that a server over HTTP needs to know.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Where it listens.
    pub place: Place,
    /// What every client must show.
    pub token: Token,
    /// Which `Host` and `Origin` it answers.
    pub names: Names,
    /// What clients may take.
    pub limits: Limits,
}

/// The server could not run.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address cannot be had.
    #[error("listen on {place}: {source}; choose another address, or end what listens there")]
    Bind {
        /// The address or path.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// No runtime or no signal handler could be had.
    #[error("start the runtime")]
    Start(#[from] std::io::Error),
    /// Sockets in the file system exist on Unix alone.
    #[error("listen on a socket file: this system has none; use --http 127.0.0.1:PORT")]
    NoSocketFiles,
}

/// Serves until a signal ends it. `announce` is told the address.
///
/// # Errors
/// When the address cannot be had or the system gives no threads.
pub fn run(options: HttpOptions, server: Server, announce: impl FnOnce(&str)) -> Result<(), HttpError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    raise_open_files();
    runtime.block_on(async {
        let http = Http::bind(options, server).await?;
        announce(http.address());
        http.run(async { drop(signalled().await) }).await;
        Ok(())
    })
}

/// A connection takes a file descriptor; many systems give 1,024 and allow more to who asks.
fn raise_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}
