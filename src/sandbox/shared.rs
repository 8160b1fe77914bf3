//! What all connections of one sandbox share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use secrecy::SecretString;

use super::Settings;
use super::auth::Credentials;
use super::callbacks::Callbacks;
use super::clock::{Clock, Window};
use super::record::{Record, Request};
use super::scenario::Scenario;
use super::state::State;
use super::world::World;

/// Called with every request that was answered.
pub type Listener = Arc<dyn Fn(&Request) + Send + Sync>;

/// One sandbox.
pub(super) struct Shared {
    pub(super) world: Arc<World>,
    pub(super) clock: Clock,
    pub(super) credentials: Credentials,
    pub(super) webhook_secret: Option<SecretString>,
    pub(super) scenario: Scenario,
    pub(super) callbacks: Callbacks,
    pub(super) record: Record,
    pub(super) window: Window,
    /// `http://127.0.0.1:port`.
    pub(super) url: String,
    pub(super) listener: Option<Listener>,
    state: Mutex<State>,
    seed: u64,
    slots: Option<usize>,
    requests: AtomicU64,
}

impl Shared {
    pub(super) fn new(world: Arc<World>, settings: Settings, url: String) -> Self {
        let state = State::new(&world, &settings.scenario, settings.seed, settings.slots, settings.clock.now());
        Self {
            state: Mutex::new(state),
            callbacks: Callbacks::new(settings.scenario.callbacks.clone()),
            world,
            clock: settings.clock,
            credentials: settings.credentials,
            webhook_secret: settings.webhook_secret,
            scenario: settings.scenario,
            record: Record::default(),
            window: Window::default(),
            url,
            listener: settings.listener,
            seed: settings.seed,
            slots: settings.slots,
            requests: AtomicU64::new(0),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets tasks, charges, callbacks and the record, and begins the scenario anew.
    pub(super) fn reset(&self) {
        *self.state() = State::new(&self.world, &self.scenario, self.seed, self.slots, self.clock.now());
        self.callbacks.clear();
        self.record.clear();
    }

    /// An id in the form of a version 4 UUID, the same in every run with this seed.
    pub(super) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut random = Pcg64::seed_from_u64(self.seed.rotate_left(17) ^ number);
        let bits: u128 = random.random();
        let text = format!("{bits:032x}");
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }
}
