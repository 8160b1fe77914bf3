//! The answer as short Markdown, for clients that show text and for people.

use std::fmt::Write as _;

use super::chart::span;
use super::lint::{Problem, Severity};
use super::policy::Policy;
use super::report::{Advice, Code, Tally, VerdictRow};

/// The same facts as the structured answer: what to do, verdicts, policy, figures.
pub fn markdown(advice: &Advice) -> String {
    let mut out = format!("**{}**\n\n", advice.summary);
    for problem in &advice.problems {
        fault(&mut out, problem);
    }
    for row in &advice.verdicts {
        verdict(&mut out, row);
    }
    policy(&mut out, &advice.policy);
    let simulation = &advice.simulation;
    let _ = writeln!(
        out,
        "\nSimulated: {} jobs, {} runs ({} of each other policy), seed {}.",
        simulation.jobs, simulation.seeds, simulation.compared_seeds, simulation.seed
    );
    out.push_str("\n| policy | lost | p50 | p95 | creates per job | units at risk |\n|---|---|---|---|---|---|\n");
    for tally in std::iter::once(&simulation.recommended).chain(&simulation.compared) {
        figures(&mut out, tally);
    }
    for line in simulation.compared.iter().flat_map(|tally| &tally.assumed) {
        let _ = writeln!(out, "- your code, assumed: {line}");
    }
    let _ = writeln!(out, "\n{}", advice.chart);
    if let Some(code) = &advice.code {
        source(&mut out, code);
    }
    for line in &advice.assumptions {
        let _ = writeln!(out, "- assumed: {line}");
    }
    out
}

fn source(out: &mut String, code: &Code) {
    for file in &code.files {
        let _ = writeln!(out, "`{}`: {}\n\n```{}\n{}```\n", file.name, code.usage, code.language, file.text);
    }
}

fn fault(out: &mut String, problem: &Problem) {
    let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
    let _ = writeln!(
        out,
        "- {severity}, line {}: {}. Fix: {} ({}, {})",
        problem.line, problem.message, problem.fix, problem.rule, problem.reference
    );
}

fn verdict(out: &mut String, row: &VerdictRow) {
    let after = row.after_s.map(|seconds| format!(" after {seconds} s")).unwrap_or_default();
    let operation = format!("{:?}", row.operation).to_lowercase();
    let _ = writeln!(out, "- {operation}, {}: **{}**{after}. {}", row.matches, row.verdict.word().replace('_', " "), row.reason);
}

fn policy(out: &mut String, policy: &Policy) {
    let slots = &policy.slots;
    let known = if slots.known { "" } else { ", learned" };
    let listed: Vec<String> = policy.poll.at_s.iter().map(|at| format!("{at:.0}")).collect();
    let _ = writeln!(
        out,
        "\nPolicy: {} slots{known}, first in first out; deadline {}; look at a task after {} s, then every {:.0} s, at most {} ids a query; mark it unknown after {}.",
        slots.limit,
        span(policy.deadline_s),
        listed.join(", "),
        policy.poll.then_every_s,
        policy.poll.ids_per_query,
        span(policy.poll.stop_after_s)
    );
}

fn figures(out: &mut String, tally: &Tally) {
    let stopped = if tally.stopped { " (stopped: calls without end)" } else { "" };
    let _ = writeln!(
        out,
        "| {}{stopped} | {} | {} | {} | {:.2} | {} |",
        tally.name,
        tally.lost,
        span(tally.p50_s),
        span(tally.p95_s),
        tally.creates_per_job,
        tally.units_at_risk
    );
}
