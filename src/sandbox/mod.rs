//! A faithful local Kling API: both generations, real checks of credentials and requests, tasks that take their time, slots,
//! packs, callbacks, and scenarios in which things go wrong. It runs on a loopback address and sends nothing elsewhere.
//!
//! What it answers comes from `references/`: endpoints, fields, codes and vendor texts, and `sandbox.toml` for the rest.
//! It knows nothing of the network beyond this machine and of the clock beyond [`Clock`].

mod account;
mod answer;
mod assets;
mod auth;
mod body;
mod callbacks;
mod clock;
mod control;
mod create;
mod handle;
mod read;
mod record;
mod refusal;
mod results;
mod scenario;
mod server;
mod shared;
mod state;
mod task;
mod webhook;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use auth::Credentials;
pub use callbacks::Delivery;
pub use clock::Clock;
pub use record::{Counts, Request};
pub use scenario::{Scenario, ScenarioError, Step};
pub use shared::Listener;
pub use webhook::signature;

use crate::knowledge::LoadError;
use shared::Shared;
use world::World;

/// How a sandbox is set up.
#[derive(Clone)]
pub struct Settings {
    /// Port on the loopback address; 0: any that is free.
    pub port: u16,
    /// What goes wrong.
    pub scenario: Scenario,
    /// Ids, run times and request ids follow from it.
    pub seed: u64,
    /// Virtual time.
    pub clock: Clock,
    /// Credentials that are accepted.
    pub credentials: Credentials,
    /// Signs callbacks: `whsec_` and Base64.
    pub webhook_secret: Option<SecretString>,
    /// Slots of each kind and model, instead of those of the packs.
    pub slots: Option<usize>,
    /// Called with every request to the API, after it was answered.
    pub listener: Option<Listener>,
}

impl Settings {
    /// Nothing goes wrong, any free port, seed 1.
    pub fn new(clock: Clock) -> Self {
        Self {
            port: 0,
            scenario: Scenario::default(),
            seed: 1,
            clock,
            credentials: Credentials::default(),
            webhook_secret: None,
            slots: None,
            listener: None,
        }
    }
}

/// A sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The reference pages do not follow the form.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// The address cannot be taken.
    #[error("listen on 127.0.0.1:{port}: {source}; choose another with --port, or --port 0 for any that is free")]
    Bind {
        /// The port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Starts sandboxes.
#[derive(Debug, Clone, Copy)]
pub struct Sandbox;

impl Sandbox {
    /// Starts a sandbox on the current tokio runtime. It ends when [`Running`] is dropped.
    ///
    /// # Errors
    /// The port is in use, or the references do not load.
    pub async fn start(settings: Settings) -> Result<Running, SandboxError> {
        let world = World::shared()?;
        let bind = |source| SandboxError::Bind { port: settings.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let shared = Arc::new(Shared::new(world, settings, format!("http://{address}")));
        let server = tokio::spawn(server::run(listener, Arc::clone(&shared)));
        let callbacks = tokio::spawn(callbacks::run(Arc::clone(&shared)));
        Ok(Running { shared, address, tasks: [server, callbacks] })
    }
}

/// A running sandbox; dropping it ends it.
pub struct Running {
    shared: Arc<Shared>,
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address of the API.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Requests to the API in order of arrival, credentials masked; the newest 20,000.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.record.all()
    }

    /// How many requests came and how many creates were accepted.
    pub fn counts(&self) -> Counts {
        self.shared.record.counts()
    }

    /// All tasks as the new generation shows them, newest first.
    pub fn tasks(&self) -> Vec<serde_json::Value> {
        let now = self.shared.clock.now();
        self.shared.state().newest().map(|task| task.new_shape(now, task::Site(&self.shared.url))).collect()
    }

    /// Callbacks that were due so far, and what became of them.
    pub fn callbacks(&self) -> Vec<Delivery> {
        self.shared.callbacks.all()
    }

    /// Ends it and waits until the port is free.
    pub async fn shutdown(mut self) {
        for task in &mut self.tasks {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
