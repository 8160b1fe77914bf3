//! The free ladder: from the name of the host to the packs of the account, each step with its time and what it saw.
//!
//! It reads only: nothing here can create a task. It stops at the first failure after which the next step would say nothing
//! new, and leaves the meaning of an answer to whoever diagnoses its evidence.

mod connect;

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::answer::Evidence;
use super::client::Client;
use super::credentials::Credential;
use super::packs::Pack;
use super::reads::{Read, ReadError};
use super::task::MILLI;

/// A token begins this many seconds in the past: a clock that is further ahead makes tokens that are not valid yet.
const AHEAD_S: i64 = super::jwt::BACKDATED_S;
/// A clock that is further behind makes tokens that have ended when they arrive.
const BEHIND_S: i64 = super::jwt::LIFETIME_S;
/// The step that may fail while the ladder goes on.
const CLOCK: &str = "clock";
/// Milliseconds of a second.
const MS: i64 = 1_000;
/// How far back packs are asked for: longer than any pack lasts.
const WINDOW_MS: i64 = 400 * 24 * 3600 * MS;
/// Status of a refused credential.
const UNAUTHORIZED: u16 = 401;

/// One step of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `dns`, `tcp`, `tls`, `clock`, `credential`, `auth_new`, `auth_legacy`, `other_region` or `packs`.
    pub name: &'static str,
    /// Whether it went well; `None` when it does not apply here.
    pub ok: Option<bool>,
    /// What was seen, in our words.
    pub detail: String,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// What the service answered, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What the ladder found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The steps that were taken, in order.
    pub steps: Vec<Step>,
    /// Name of the first step that failed; a wrong clock only when nothing else failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<&'static str>,
    /// Seconds that the service's clock is ahead of this machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew_s: Option<i64>,
    /// Packs of the account.
    pub packs: Vec<Pack>,
}

impl Report {
    /// The step with this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// Adds a step; false when it failed.
    fn add(&mut self, name: &'static str, started: Instant, seen: Seen) -> bool {
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let failed = seen.ok == Some(false);
        if failed && self.failed.is_none_or(|first| first == CLOCK) {
            self.failed = Some(name);
        }
        tracing::debug!(step = name, ok = seen.ok, ms, "probe");
        self.steps.push(Step { name, ok: seen.ok, detail: seen.detail, ms, evidence: seen.evidence });
        !failed
    }
}

/// What one step saw.
struct Seen {
    ok: Option<bool>,
    detail: String,
    evidence: Option<Evidence>,
}

impl Seen {
    fn new(ok: Option<bool>, detail: impl Into<String>) -> Self {
        Self { ok, detail: detail.into(), evidence: None }
    }

    fn well(detail: impl Into<String>) -> Self {
        Self::new(Some(true), detail)
    }

    fn badly(detail: impl Into<String>) -> Self {
        Self::new(Some(false), detail)
    }

    fn not_here(detail: impl Into<String>) -> Self {
        Self::new(None, detail)
    }

    fn error(error: &ReadError) -> Self {
        Self { evidence: error.evidence().cloned(), ..Self::badly(said(error)) }
    }
}

/// The ladder of one client.
#[derive(Debug)]
pub struct Ladder<'a, K> {
    client: &'a Client<K>,
    other: Option<Client<K>>,
    each: Duration,
}

impl<'a, K> Ladder<'a, K> {
    /// A ladder whose steps may each take this long.
    pub fn new(client: &'a Client<K>, each: Duration) -> Self {
        Self { client, other: client.other_region(), each }
    }

    /// The same ladder with another client as the other region; by itself it takes the official host of that.
    #[must_use]
    pub fn or(self, other: Client<K>) -> Self {
        Self { other: Some(other), ..self }
    }

    /// Climbs it.
    pub async fn run(&self) -> Report {
        let mut report = Report::default();
        if self.connection(&mut report).await && self.clock(&mut report).await && self.credential(&mut report) {
            self.account(&mut report).await;
        }
        report
    }

    async fn connection(&self, report: &mut Report) -> bool {
        let started = Instant::now();
        let found = connect::dns(self.client, self.each).await;
        let (addresses, seen) = match found {
            Ok(addresses) => (addresses, Seen::well("the name resolves to allowed addresses")),
            Err(detail) => (Vec::new(), Seen::badly(detail)),
        };
        if !report.add("dns", started, seen) {
            return false;
        }
        let started = Instant::now();
        let (stream, seen) = match connect::tcp(&addresses, self.each).await {
            Ok(stream) => (Some(stream), Seen::well("a connection stands")),
            Err(detail) => (None, Seen::badly(detail)),
        };
        let stands = report.add("tcp", started, seen);
        let (true, Some(stream)) = (stands, stream) else { return false };
        let started = Instant::now();
        let seen = connect::tls(self.client, stream, self.each).await;
        report.add("tls", started, seen)
    }

    /// An unsigned read: whatever it answers carries a date. A wrong clock is told and does not end the ladder, because our
    /// own tokens are corrected for it.
    async fn clock(&self, report: &mut Report) -> bool {
        let started = Instant::now();
        let read = Read { signed: false, ..Read::get("/tasks", vec![("task_ids", "0".to_owned())], self.each) };
        let dated = self.client.dated(read).await;
        let went = dated.is_ok();
        report.skew_s = dated.as_ref().ok().copied().flatten();
        report.add(CLOCK, started, clock(dated));
        went
    }

    /// Without a credential the rest would only show that there is none.
    fn credential(&self, report: &mut Report) -> bool {
        let seen = match &self.client.settings.credential {
            None => Seen::badly("no credential is set"),
            Some(Credential::ApiKey(_)) => Seen::well("an API key: it serves both generations"),
            Some(Credential::Pair { .. }) => Seen::well("an AK/SK pair: its tokens serve the legacy generation only"),
        };
        report.add("credential", Instant::now(), seen)
    }

    async fn account(&self, report: &mut Report) {
        let new = self.new_generation(report).await;
        let started = Instant::now();
        let now_ms = self.client.settings.clock.now().saturating_add(self.client.skew_s()).saturating_mul(MS);
        let costs = self.client.packs(now_ms.saturating_sub(WINDOW_MS), now_ms, self.each).await;
        let seen = costs.as_ref().map_or_else(Seen::error, |_| Seen::well("the legacy generation takes the credential"));
        let legacy = report.add("auth_legacy", started, seen);
        if !(new && legacy) {
            self.other_region(report).await;
            return;
        }
        report.packs = costs.unwrap_or_default();
        let seen = packs(&report.packs);
        report.add("packs", Instant::now(), seen);
    }

    async fn new_generation(&self, report: &mut Report) -> bool {
        let started = Instant::now();
        let takes = self.client.settings.credential.as_ref().is_some_and(Credential::serves_new);
        let seen = if takes { self.asked(self.client).await } else { Seen::not_here("the new generation takes API keys only") };
        report.add("auth_new", started, seen)
    }

    /// Reads a task that cannot exist.
    async fn asked(&self, client: &Client<K>) -> Seen {
        match client.read(Read::get("/tasks", vec![("task_ids", "0".to_owned())], self.each)).await {
            Ok(_) => Seen::well("the new generation takes the credential"),
            Err(error) => Seen::error(&error),
        }
    }

    /// A key of one region is unknown in the other: worth asking after a refusal of the credential, and only then.
    async fn other_region(&self, report: &mut Report) {
        let refused = report.steps.iter().filter_map(|step| step.evidence.as_ref()).any(|told| told.http_status == Some(UNAUTHORIZED));
        let started = Instant::now();
        let seen = match &self.other {
            _ if !refused => return,
            None => Seen::not_here("this address has no other region"),
            Some(other) => self.elsewhere(other).await,
        };
        report.add("other_region", started, seen);
    }

    /// A pair is tried on a path that takes it.
    async fn elsewhere(&self, other: &Client<K>) -> Seen {
        let now_ms = self.client.settings.clock.now().saturating_mul(MS);
        let taken = match &self.client.settings.credential {
            Some(Credential::Pair { .. }) => match other.packs(now_ms.saturating_sub(WINDOW_MS), now_ms, self.each).await {
                Ok(_) => Seen::well(""),
                Err(error) => Seen::error(&error),
            },
            _ => self.asked(other).await,
        };
        match taken.ok {
            Some(true) => Seen::well(format!("{} takes the credential: it belongs to that region", other.base().host())),
            _ => Seen { detail: format!("{} does not take it either", other.base().host()), ok: Some(false), evidence: taken.evidence },
        }
    }
}

fn clock(dated: Result<Option<i64>, ReadError>) -> Seen {
    match dated {
        Err(error) => Seen::error(&error),
        Ok(None) => Seen::not_here("the answer carries no usable date"),
        Ok(Some(skew)) if skew < -AHEAD_S => {
            Seen::badly(format!("this machine is {} s ahead: its tokens are not valid yet", skew.saturating_neg()))
        }
        Ok(Some(skew)) if skew >= BEHIND_S => {
            Seen::badly(format!("this machine is {skew} s behind: its tokens have ended when they arrive"))
        }
        Ok(Some(skew)) => Seen::well(format!("the clocks differ by {} s", skew.saturating_abs())),
    }
}

fn packs(packs: &[Pack]) -> Seen {
    use super::packs::PackStatus;
    let online: Vec<&Pack> = packs.iter().filter(|pack| pack.status == PackStatus::Online).collect();
    let left: i64 = online.iter().filter_map(|pack| pack.remaining_milli).fold(0, i64::saturating_add);
    match (packs.len(), online.len()) {
        (0, _) => Seen::badly("the account has no pack"),
        (all, 0) => Seen::badly(format!("{all} packs, none in use")),
        (_, online) => Seen::new(
            Some(left > 0),
            format!("{online} packs in use with {}.{:03} units left, up to 12 h late", left / MILLI, left % MILLI),
        ),
    }
}

/// A read error in a few words.
fn said(error: &ReadError) -> String {
    match error {
        ReadError::Unsent { stage, detail } => format!("{}: {detail}", stage.word()),
        ReadError::Lost { .. } => "the answer was lost on the way".to_owned(),
        ReadError::Refused { evidence, .. } => {
            format!(
                "refused with status {} and code {}",
                evidence.http_status.unwrap_or_default(),
                evidence.service_code.unwrap_or_default()
            )
        }
        ReadError::Unreadable { evidence } => {
            format!("status {} without Kling's envelope: something else answers there", evidence.http_status.unwrap_or_default())
        }
    }
}
