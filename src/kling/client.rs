//! The client, live or local, and the create.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use super::answer::{self, Answer};
use super::base::{Base, BaseError};
use super::clock::{Clock, Skew};
use super::credentials::Credential;
use super::egress::Egress;
use super::exchange::{Broken, Call, LARGEST, Raw, exchange};
use super::facts::Facts;
use super::jwt;
use super::outcome::{CreateOutcome, outcome};
use super::scrub::Scrub;
use crate::ledger::Permit;

/// The paid service, or whatever address the operator set in its place.
#[derive(Debug)]
pub enum Live {}

/// A server on this machine that bills nothing.
#[derive(Debug)]
pub enum Local {}

/// What a client is made of, besides its address.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the pages say.
    pub facts: Facts,
    /// What calls are signed with; without one they carry no `Authorization`.
    pub credential: Option<Credential>,
    /// The time.
    pub clock: Clock,
    /// Whether the proxy of the environment is honoured. A local client honours none.
    pub proxy: bool,
}

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The address is refused.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// TLS cannot be set up.
    #[error("set up TLS ({0}): install the root certificates of the system, for example the package ca-certificates")]
    Tls(String),
}

/// A create: path and the exact bytes of its JSON body.
#[derive(Clone)]
pub struct CreateRequest {
    /// Path such as `/text-to-video/kling-3.0`.
    pub path: String,
    /// The body as it is sent.
    pub body: Vec<u8>,
}

/// Prompts are somebody's text: only the size is shown.
impl std::fmt::Debug for CreateRequest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "CreateRequest({}, {} bytes)", self.path, self.body.len())
    }
}

/// A client of one address with one credential. `K` is [`Live`] or [`Local`]: only the second creates without a permit, and it
/// reaches nothing but this machine:
///
/// ```compile_fail,E0061
/// # use klingai_mcp::kling::{Client, CreateRequest, Live};
/// # async fn f(client: Client<Live>, request: CreateRequest) {
/// client.create(&request, std::time::Duration::from_secs(60)).await;
/// # }
/// ```
pub struct Client<K> {
    pub(super) base: Base,
    pub(super) settings: Settings,
    pub(super) egress: Egress,
    scrub: Scrub,
    skew: Skew,
    tokens: jwt::Cache,
    kind: PhantomData<fn() -> K>,
}

impl<K> std::fmt::Debug for Client<K> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Client({}, {:?})", self.base, self.settings.credential)
    }
}

impl Client<Live> {
    /// A client of the address.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(base: Base, settings: Settings) -> Result<Self, SetupError> {
        Self::make(base, settings)
    }

    /// Sends one paid create. The permit is used up, whatever comes of it; the body must carry its external id.
    pub async fn create(&self, permit: Permit, request: &CreateRequest, timeout: Duration) -> CreateOutcome {
        if !carries(&request.body, permit.external_id()) {
            return CreateOutcome::refused_here("the body does not carry the external id of its permit");
        }
        self.send(request, timeout).await
    }
}

impl Client<Local> {
    /// A client of a server on this machine.
    ///
    /// # Errors
    /// When the address is not of this machine.
    pub fn local(address: SocketAddr, settings: Settings) -> Result<Self, SetupError> {
        Self::make(Base::loopback(address)?, Settings { proxy: false, ..settings })
    }

    /// Sends one create.
    pub async fn create(&self, request: &CreateRequest, timeout: Duration) -> CreateOutcome {
        self.send(request, timeout).await
    }
}

impl<K> Client<K> {
    fn make(base: Base, settings: Settings) -> Result<Self, SetupError> {
        let egress = Egress::to(&base, settings.proxy).map_err(|error| SetupError::Tls(error.to_string()))?;
        let scrub = Scrub::of(settings.credential.iter().flat_map(Credential::secrets));
        Ok(Self { base, settings, egress, scrub, skew: Skew::default(), tokens: jwt::Cache::default(), kind: PhantomData })
    }

    /// The same client of the other region, with what was learned of the clock; `None` when there is no other region.
    pub(super) fn other_region(&self) -> Option<Self> {
        let base = Base::official(self.settings.facts.other_region(self.base.host())?)?;
        let other = Self::make(base, self.settings.clone()).ok()?;
        let now = self.settings.clock.now();
        other.skew.learn(now.saturating_add(self.skew_s()), now, now);
        Some(other)
    }

    /// The address that is called.
    pub const fn base(&self) -> &Base {
        &self.base
    }

    /// Seconds that the service's clock is ahead of this machine's, as far as answers told.
    pub fn skew_s(&self) -> i64 {
        self.skew.seconds()
    }

    async fn send(&self, request: &CreateRequest, timeout: Duration) -> CreateOutcome {
        let Some(url) = self.base.join(&request.path) else {
            return CreateOutcome::refused_here("the path is not a plain path of the API");
        };
        let call = Call {
            method: Method::POST,
            url,
            authorization: self.authorization(),
            body: Some(request.body.clone()),
            timeout,
            cap: LARGEST,
        };
        let ended = self.exchange(call).await;
        let outcome = outcome(&self.settings.facts, &self.scrub(), ended);
        let told = outcome.evidence();
        tracing::debug!(state = outcome.task_state().word(), status = told.http_status, code = told.service_code, "create ended");
        outcome
    }

    /// Sends a call and learns from the date of its answer.
    pub(super) async fn exchange(&self, call: Call) -> Result<Raw, Broken> {
        let sent = self.settings.clock.now();
        let ended = exchange(&self.egress, call).await;
        if let Ok(Raw { date: Some(date), .. }) = &ended {
            self.skew.learn(*date, sent, self.settings.clock.now());
        }
        ended
    }

    /// Reads an answer.
    pub(super) fn answer(&self, raw: &Raw) -> Answer {
        answer::read(raw, &self.scrub())
    }

    /// The value of `Authorization`.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        match self.settings.credential.as_ref()? {
            Credential::ApiKey(key) => bearer(key),
            Credential::Pair { .. } => bearer(&self.token()?),
        }
    }

    /// The token of a pair, signed by the clock of the service.
    fn token(&self) -> Option<SecretString> {
        let Some(Credential::Pair { access, secret }) = &self.settings.credential else { return None };
        Some(self.tokens.token(access, secret, self.settings.clock.now().saturating_add(self.skew_s())))
    }

    /// What takes our secrets out of a stranger's text, the tokens that were sent included.
    pub(super) fn scrub(&self) -> Scrub {
        let sent = self.tokens.sent();
        if sent.is_empty() { self.scrub.clone() } else { self.scrub.with(&sent) }
    }
}

/// A header value that the HTTP library never shows.
fn bearer(token: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Whether a body carries this external id where either generation has it.
fn carries(body: &[u8], external_id: &str) -> bool {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(body) else { return false };
    ["/external_task_id", "/options/external_task_id"].iter().any(|place| body.pointer(place).is_some_and(|id| id == external_id))
}
