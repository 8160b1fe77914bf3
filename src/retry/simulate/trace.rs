//! The calls of one run in order: what a worker that carries the strategy out is expected to send.
//!
//! Queries are listed as the schedule has them, without jitter; each asks for one task.

use schemars::JsonSchema;
use serde::Serialize;

use super::engine::Engine;
use super::{Failure, Run, Strategy, World};

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Asked {
    /// A task.
    Create,
    /// Whether a task with the job's own id exists.
    Look,
    /// The state of a task.
    Query,
}

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Came {
    /// The create was accepted, and the client knows it.
    Ok,
    /// No slot was free.
    Busy,
    /// Too many requests.
    Rate,
    /// The account cannot create.
    Account,
    /// The client cannot tell whether a task was made.
    Unclear,
    /// The task was found.
    Found,
    /// No task was found.
    NotFound,
    /// The look itself failed.
    Failed,
    /// The task runs.
    Running,
    /// The task has ended.
    Ended,
}

impl From<Failure> for Came {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Busy => Self::Busy,
            Failure::Rate => Self::Rate,
            Failure::Account => Self::Account,
            Failure::Ambiguous => Self::Unclear,
        }
    }
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Call {
    /// Seconds since the start.
    pub at_s: f64,
    /// The job, counted from 0 in order of arrival.
    pub job: u32,
    /// What was asked for.
    pub call: Asked,
    /// What it came to.
    pub came: Came,
}

/// What befalls the first calls of a run, whatever the service would have done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Creates alone; else looks too.
    pub creates_only: bool,
    /// How many of these calls it befalls; none means all.
    pub first: Option<u32>,
    /// Whether the service does its work before.
    pub accepted: bool,
    /// What the client of a create is told. A look just fails.
    pub failure: Failure,
}

/// The calls of a run in order of time, and of sending where times are equal; and whether the run was stopped at its most events.
pub fn trace(world: &World, strategy: &Strategy, run: Run) -> (Vec<Call>, bool) {
    let (mut calls, cut) = Engine::new(world, strategy, run).calls();
    calls.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    (calls, cut)
}

impl Engine<'_> {
    /// Writes a call down, where calls are wanted.
    pub(super) fn note(&mut self, at_s: f64, job: u32, call: Asked, came: Came) {
        if let Some(calls) = &mut self.calls {
            calls.push(Call { at_s, job, call, came });
        }
    }

    /// The first fault that this call meets. Each fault counts every call that it could befall.
    pub(super) fn fault(&mut self, call: Asked) -> Option<Fault> {
        let mut found = None;
        for (fault, met) in self.world.faults.iter().zip(&mut self.met) {
            if fault.creates_only && call != Asked::Create {
                continue;
            }
            *met += 1;
            if found.is_none() && fault.first.is_none_or(|first| *met <= first) {
                found = Some(*fault);
            }
        }
        found
    }
}
