//! `test_generation`: a fix is proven for free, or by one bounded paid task that cannot be paid twice.
//!
//! It joins the request check, the ledger, the client and the sandbox; each mode is one file that reads top to bottom.

mod answer;
mod books;
mod dry_run;
mod follow;
mod host;
mod input;
mod live;
mod operator;
mod plan;
mod probe;
mod sandbox;
mod status;
mod tell;

use std::sync::Arc;

pub use answer::{Answer, CostSeen, Foreign, Mode, NextCall, Outcome, Output, QuoteSeen, Response, Sent, Step, TaskSeen};
pub use host::{Host, Nobody, Question, Reply, Soon};
pub use input::{Input, LONGEST_WAIT_S};
pub use operator::{NoLedger, Operator};

use crate::diagnose::Engine;
use crate::kling::Facts;
use crate::ledger::Ledger;
use crate::validate::Validator;
use plan::Plan;

/// Who pays on this machine: its user. A server for several users names each.
const PRINCIPAL: &str = "local";

/// What every mode works with.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Reads failures.
    pub engine: &'a Engine,
    /// Checks requests.
    pub validator: &'a Validator,
    /// What the operator set.
    pub operator: &'a Operator,
    /// The other side.
    pub host: &'a dyn Host,
}

impl std::fmt::Debug for Desk<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Desk").finish_non_exhaustive()
    }
}

/// How a test ended.
#[derive(Debug)]
pub enum Ended {
    /// With an answer.
    Answer(Box<Answer>),
    /// With a question to a person; the same call is made again with the reply.
    Ask(Question),
}

impl From<Answer> for Ended {
    fn from(answer: Answer) -> Self {
        Self::Answer(Box::new(answer))
    }
}

/// Tests a generation.
///
/// # Errors
/// Text that names the argument at fault and what was expected.
pub async fn run(desk: Desk<'_>, input: &Input) -> Result<Ended, String> {
    match input.mode {
        Mode::DryRun => Ok(dry_run::run(&desk, input)?.into()),
        Mode::Probe => Ok(probe::run(&desk).await.into()),
        Mode::Sandbox => Ok(sandbox::run(&desk, input).await?.into()),
        Mode::Live => live::run(&desk, input).await,
        Mode::Status => Ok(status::run(&desk, input).await?.into()),
    }
}

impl Desk<'_> {
    /// Seconds since 1970.
    fn now(&self) -> i64 {
        self.operator.millis().div_euclid(1_000)
    }

    /// The request of the call; by default one that the credential can be used for.
    fn plan(&self, input: &Input) -> Result<Plan, String> {
        let legacy = self.operator.credential().is_ok_and(|found| !found.credential.serves_new());
        Plan::of(&self.engine.knowledge, self.validator, input, legacy).map_err(|error| error.to_string())
    }

    /// The address of the API, without a path.
    fn base_url(&self) -> String {
        let facts = Facts::of(&self.engine.knowledge);
        self.operator
            .base(&facts)
            .map_or_else(|_| format!("https://{}", facts.default_host()), |base| base.to_string().trim_end_matches('/').to_owned())
    }

    /// Opens the ledger.
    async fn ledger(&self) -> Result<Arc<Ledger>, String> {
        let operator = self.operator.clone();
        let opened = tokio::task::spawn_blocking(move || operator.ledger()).await;
        match opened {
            Ok(Ok(ledger)) => Ok(Arc::new(ledger)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the ledger could not be opened".to_owned()),
        }
    }

    /// Opens the ledger unless there never was one.
    async fn ledger_if_there(&self) -> Result<Arc<Ledger>, String> {
        if !self.operator.has_ledger() {
            return Err("there is no ledger yet".to_owned());
        }
        self.ledger().await
    }
}
