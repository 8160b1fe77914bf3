//! Calls that read: they create nothing and cost nothing, so their failures are simpler than those of a create.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::answer::{Body, Evidence};
use super::client::Client;
use super::clock::difference;
use super::egress::Stage;
use super::exchange::{Broken, Call, LARGEST, Lost, Raw};
use super::facts::ACCEPTED;
use super::task::Task;
use crate::knowledge::Retry;

/// Where tasks of a product are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Product {
    /// The new generation; it also answers for tasks of legacy paths.
    New,
    /// The e-commerce solutions.
    Solutions,
    /// A legacy product by its path, such as `/v1/videos/text2video`.
    Legacy(String),
}

impl Product {
    /// The product that a create of this path belongs to.
    pub fn of(path: &str) -> Self {
        match path {
            _ if path.starts_with("/v1/") => Self::Legacy(path.trim_end_matches('/').to_owned()),
            _ if path.starts_with("/solutions") => Self::Solutions,
            _ => Self::New,
        }
    }
}

/// Which task is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// By the id that the service gave.
    Id(&'a str),
    /// By the id that the caller gave.
    ExternalId(&'a str),
}

impl<'a> Wanted<'a> {
    const fn text(self) -> &'a str {
        match self {
            Self::Id(id) | Self::ExternalId(id) => id,
        }
    }
}

/// Why a read gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No byte was sent.
    #[error("reach the service ({stage:?}: {detail})")]
    Unsent {
        /// How far it came.
        stage: Stage,
        /// Why no further.
        detail: String,
    },
    /// The answer was lost.
    #[error("receive the whole answer ({lost:?}); reading again is free")]
    Lost {
        /// How.
        lost: Lost,
        /// What was seen of the answer.
        evidence: Evidence,
    },
    /// The service refused.
    #[error("read: the service answered {status} with code {code}", status = evidence.http_status.unwrap_or_default(), code = evidence.service_code.unwrap_or_default())]
    Refused {
        /// What was answered.
        evidence: Evidence,
        /// What to do, by the page of the code.
        retry: Option<Retry>,
    },
    /// The answer is no envelope of Kling's.
    #[error("read the answer with status {status}: it is not Kling's envelope", status = evidence.http_status.unwrap_or_default())]
    Unreadable {
        /// What was answered.
        evidence: Evidence,
    },
}

impl ReadError {
    /// What was answered, if anything.
    pub const fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Unsent { .. } => None,
            Self::Lost { evidence, .. } | Self::Refused { evidence, .. } | Self::Unreadable { evidence } => Some(evidence),
        }
    }

    pub(super) fn local(detail: &str) -> Self {
        Self::Unsent { stage: Stage::Local, detail: detail.to_owned() }
    }
}

impl From<Broken> for ReadError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Unsent { stage, detail } => Self::Unsent { stage, detail },
            Broken::Sent { lost, status } => Self::Lost { lost, evidence: Evidence::status(status) },
        }
    }
}

/// One free call.
pub(super) struct Read<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
    /// Whether the credential is sent.
    pub(super) signed: bool,
    /// Time for everything.
    pub(super) timeout: Duration,
}

impl<'a> Read<'a> {
    pub(super) fn get(path: &'a str, query: Vec<(&'static str, String)>, timeout: Duration) -> Self {
        Self { method: Method::GET, path, query, body: None, signed: true, timeout }
    }
}

impl<K> Client<K> {
    /// Asks for one task; `None` when the service does not know it. That is no proof that it was never made: a create may
    /// become visible late.
    ///
    /// # Errors
    /// When the service cannot be reached, refuses, or does not answer in its envelope.
    pub async fn task(&self, product: &Product, wanted: Wanted<'_>, timeout: Duration) -> Result<Option<Task>, ReadError> {
        let name = wanted.text();
        if super::answer::id(name).is_none() || name.contains("..") || name == "." {
            return Err(ReadError::local("an id is letters, digits and -_.: only"));
        }
        let path = match product {
            Product::Legacy(product) => return self.legacy_task(&format!("{product}/{name}"), timeout).await,
            Product::New => "/tasks",
            Product::Solutions => "/solutions",
        };
        let key = if matches!(wanted, Wanted::Id(_)) { "task_ids" } else { "external_task_ids" };
        let data = self.read(Read::get(path, vec![(key, name.to_owned())], timeout)).await?;
        let tasks = self.tasks(&data);
        Ok(tasks.into_iter().find(|task| match wanted {
            Wanted::Id(id) => task.id == id,
            Wanted::ExternalId(id) => task.external_id.as_deref().is_none_or(|own| own == id),
        }))
    }

    async fn legacy_task(&self, path: &str, timeout: Duration) -> Result<Option<Task>, ReadError> {
        match self.read(Read::get(path, Vec::new(), timeout)).await {
            Ok(data) => Ok(Task::read(&data, &self.scrub())),
            Err(ReadError::Refused { evidence, .. }) if self.settings.facts.says_unknown_task(&evidence.message) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The newest tasks, at most `count` (1 to 500).
    ///
    /// # Errors
    /// When the service cannot be reached, refuses, or does not answer in its envelope.
    pub async fn newest(&self, product: &Product, count: u16, timeout: Duration) -> Result<Vec<Task>, ReadError> {
        let count = count.clamp(1, 500);
        let list = |path| Read { method: Method::POST, body: Some(json!({"limit": count})), ..Read::get(path, Vec::new(), timeout) };
        let read = match product {
            Product::New => list("/tasks"),
            Product::Solutions => list("/solutions"),
            Product::Legacy(path) => Read::get(path, vec![("pageNum", "1".to_owned()), ("pageSize", count.to_string())], timeout),
        };
        let data = self.read(read).await?;
        Ok(self.tasks(data.get("result").unwrap_or(&data)))
    }

    fn tasks(&self, data: &Value) -> Vec<Task> {
        let scrub = self.scrub();
        data.as_array().into_iter().flatten().filter_map(|task| Task::read(task, &scrub)).collect()
    }

    /// The `data` of an accepted call.
    pub(super) async fn read(&self, read: Read<'_>) -> Result<Value, ReadError> {
        let raw = self.fetch(read).await?;
        let answer = self.answer(&raw);
        tracing::debug!(status = raw.status, code = answer.evidence.service_code, "read ended");
        match (answer.body, answer.evidence.service_code) {
            (Body::Envelope(data), Some(ACCEPTED)) if raw.status == 200 => Ok(data),
            (Body::Envelope(_), Some(code)) => {
                Err(ReadError::Refused { retry: self.settings.facts.code(code).map(|fact| fact.retry_read), evidence: answer.evidence })
            }
            _ => Err(ReadError::Unreadable { evidence: answer.evidence }),
        }
    }

    /// The skew in seconds that the date of an answer shows, whatever else it says.
    pub(super) async fn dated(&self, read: Read<'_>) -> Result<Option<i64>, ReadError> {
        let sent = self.settings.clock.now();
        let raw = self.fetch(read).await?;
        Ok(raw.date.map(|date| difference(date, sent, self.settings.clock.now())))
    }

    async fn fetch(&self, read: Read<'_>) -> Result<Raw, ReadError> {
        let Some(mut url) = self.base.join(read.path) else { return Err(ReadError::local("the path is not a plain path of the API")) };
        if !read.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&read.query);
        }
        let authorization = if read.signed { self.authorization() } else { None };
        let body = read.body.map(|body| body.to_string().into_bytes());
        Ok(self.exchange(Call { method: read.method, url, authorization, body, timeout: read.timeout, cap: LARGEST }).await?)
    }
}
