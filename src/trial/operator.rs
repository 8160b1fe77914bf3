//! What the operator set: whose credentials, which address, which folder, which caps. No argument of a tool changes any of it.

use std::path::PathBuf;
use std::time::Duration;

use crate::config::{self, BadSetting};
use crate::kling::credentials::{self, Asked, CredentialError, Found};
use crate::kling::{Base, BaseError, Client, Clock, Facts, Live, Settings, SetupError};
use crate::knowledge::Knowledge;
use crate::ledger::{Caps, Ledger, LedgerError, system_entropy};

/// Keys the short name of an account in the ledger, so that it cannot be compared with names made elsewhere.
const ACCOUNT_SALT: &[u8] = b"klingai-mcp account";
/// Time for one create. Answers of the service take seconds; what takes longer is lost.
pub(super) const CREATE_TIMEOUT: Duration = Duration::from_secs(30);
/// Time for one free call.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// What the operator set, and the time.
#[derive(Clone)]
pub struct Operator {
    asked: Asked,
    base_url: Option<String>,
    proxy: bool,
    state_dir: Result<PathBuf, BadSetting>,
    caps: Caps,
    /// Settings that cannot be used and count as zero.
    bad: Vec<BadSetting>,
    /// Milliseconds since 1970.
    millis: fn() -> i64,
}

impl std::fmt::Debug for Operator {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Operator").field("caps", &self.caps).finish_non_exhaustive()
    }
}

/// Why the official API cannot be called with what is set.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Unset {
    /// No credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// No address.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// No client.
    #[error(transparent)]
    Client(#[from] SetupError),
}

impl Operator {
    /// What the environment says; `millis` tells milliseconds since 1970.
    pub fn from_environment(millis: fn() -> i64) -> Self {
        let (caps, bad) = config::caps();
        Self {
            asked: Asked::environment(),
            base_url: config::read(config::BASE_URL).text().map(str::to_owned),
            proxy: config::read(config::USE_PROXY) != config::Value::Unset,
            state_dir: config::state_dir(),
            caps,
            bad,
            millis,
        }
    }

    /// Nothing is set: no credential, no cap, no folder. Paid calls are off.
    pub fn unset(millis: fn() -> i64) -> Self {
        Self {
            asked: Asked::default(),
            base_url: None,
            proxy: false,
            state_dir: Err(BadSetting::NoHome),
            caps: Caps::default(),
            bad: Vec::new(),
            millis,
        }
    }

    /// With these credentials, at this address.
    #[must_use]
    pub fn calling(self, asked: Asked, base_url: &str) -> Self {
        Self { asked, base_url: Some(base_url.to_owned()), ..self }
    }

    /// With a ledger in this folder, under these caps.
    #[must_use]
    pub fn spending(self, folder: PathBuf, caps: Caps) -> Self {
        Self { state_dir: Ok(folder), caps, ..self }
    }

    /// Milliseconds since 1970.
    pub(super) fn millis(&self) -> i64 {
        (self.millis)()
    }

    /// The clock of the shell, for a sandbox.
    pub(super) const fn clock(&self) -> fn() -> i64 {
        self.millis
    }

    /// The caps.
    pub(super) const fn caps(&self) -> &Caps {
        &self.caps
    }

    /// Settings that are nonsense.
    pub(super) fn complaints(&self) -> Vec<String> {
        self.bad.iter().map(|bad| format!("failed to {bad}")).collect()
    }

    /// The credential that would be used.
    pub(super) fn credential(&self) -> Result<Found, CredentialError> {
        credentials::load(self.asked.clone())
    }

    /// The address that would be called.
    pub(super) fn base(&self, facts: &Facts) -> Result<Base, BaseError> {
        Base::of(self.base_url.as_deref(), facts)
    }

    /// The client of the paid service.
    pub(super) fn client(&self, knowledge: &Knowledge, credential: Option<credentials::Credential>) -> Result<Client<Live>, Unset> {
        let facts = Facts::of(knowledge);
        let base = self.base(&facts)?;
        let settings = self.settings(facts, credential);
        Ok(Client::new(base, settings)?)
    }

    /// What a client is made of.
    pub(super) fn settings(&self, facts: Facts, credential: Option<credentials::Credential>) -> Settings {
        let millis = self.millis;
        Settings { facts, credential, clock: Clock::new(move || millis().div_euclid(1_000)), proxy: self.proxy }
    }

    /// The short name of an account.
    pub(super) fn account(credential: &credentials::Credential) -> String {
        credential.fingerprint(ACCOUNT_SALT)
    }

    /// Whether a ledger was ever opened here.
    pub(super) fn has_ledger(&self) -> bool {
        self.state_dir.as_ref().is_ok_and(|folder| folder.join("ledger.db").exists())
    }

    /// Opens the ledger. It blocks on the disk.
    pub(super) fn ledger(&self) -> Result<Ledger, NoLedger> {
        let folder = self.state_dir.clone().map_err(NoLedger::Folder)?;
        let millis = self.millis;
        Ledger::open(&folder, self.caps, Box::new(move || millis().div_euclid(1_000)), system_entropy()).map_err(NoLedger::Ledger)
    }
}

/// Why there is no ledger.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NoLedger {
    /// No folder for it.
    #[error(transparent)]
    Folder(BadSetting),
    /// It cannot be used.
    #[error(transparent)]
    Ledger(LedgerError),
}
