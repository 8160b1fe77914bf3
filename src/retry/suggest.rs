//! From an error and a workload to the answer: verdicts, policy, simulation, forecast, charts.

use crate::knowledge::Knowledge;

use super::chart::{CHART, Line, chart_address, span, svg, text};
use super::classify::{Operation, Outcome};
use super::compare::{Played, compare, over, runs, world};
use super::forecast::forecast;
use super::lint::{Problem, Report, lint};
use super::num::{real, size};
use super::policy::policy;
use super::render::{Language, render};
use super::report::{Advice, Forecast, Simulation, VerdictRow};
use super::simulate::{Stats, World};
use super::theirs::{NAME, cost, theirs};
use super::verdicts::{of_classes, of_failure};
use super::workload::{Input, InputError, MOST_SIMULATED, Workload};

/// Longest text of an error that is read.
pub const MOST_ERROR: usize = 256 * 1024;
/// Runs from which the wait for a slot is taken.
const WAIT_SEEDS: u32 = 3;

/// What was read out of the text of a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The outcome of the call.
    pub outcome: Outcome,
    /// What should be said about the reading, for example that the failure is another service's.
    pub note: Option<String>,
}

/// An answer and the charts that are shown only when asked for.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The answer.
    pub advice: Advice,
    /// The chart as SVG.
    pub svg: String,
}

/// Answers. `read` reads a failure out of text; it is called for what is no bare number.
///
/// # Errors
/// Names the argument that cannot be used.
pub fn suggest(knowledge: &Knowledge, input: &Input, read: &dyn Fn(&str) -> Reading) -> Result<Suggestion, InputError> {
    let mut workload = Workload::new(knowledge, input)?;
    let failure = failure(knowledge, input, read)?;
    workload.assumed.extend(failure.as_ref().and_then(|reading| reading.note.clone()));
    let language = input.language.as_deref().map(language).transpose()?;
    let lost = workload.conditions.lost_share.or_else(|| knowledge.retry.number("lost_answers")).unwrap_or_default();
    let world = world(&workload, lost);
    let draft = policy(knowledge, &workload, 0.0).strategy(&workload);
    let waits = runs(&world, &draft, workload.simulated(), workload.seed, WAIT_SEEDS);
    let policy = policy(knowledge, &workload, longest_wait(&workload, &waits));
    let strategy = policy.strategy(&workload);
    let mut checked = input.current.as_deref().map(|text| lint(text, knowledge)).unwrap_or_default();
    let unplayed = checked.recognised.is_some() && checked.behaviour.is_none();
    let theirs = checked.behaviour.take().map(|behaviour| theirs(&behaviour, &knowledge.retry, &workload, &strategy));
    let played = compare(&workload, &world, &strategy, theirs, input.full);
    let forecast = forecast(&workload, &strategy, &played.runs, &played.simulation.recommended, lost);
    let code = language.and_then(|language| render(knowledge, &policy, language));
    let verdicts = match &failure {
        Some(reading) => of_failure(knowledge, input.operation, &reading.outcome),
        None => of_classes(knowledge, input.full),
    };
    let lines = lines(&played);
    let title = format!("{} of {} jobs, {} slots", workload.simulated(), workload.jobs, workload.slots);
    let svg = svg(&title, &lines);
    let summary = summary(&workload, failure.is_some().then_some(&verdicts), &played.simulation, &forecast);
    let problems = std::mem::take(&mut checked.problems);
    let cost = played.simulation.compared.iter().find(|tally| tally.name == NAME).map(|tally| cost(tally, played.simulation.jobs));
    let summary = format!("{}{}{summary}", of_current(&problems, &checked), cost.unwrap_or_default());
    let mut assumptions = assumptions(&workload, &world, lost);
    // What was not read at all stands in the summary.
    let partly = checked.recognised.is_some() || !problems.is_empty();
    assumptions.extend(checked.note.filter(|_| partly).map(|note| format!("`current`: {note}")));
    if unplayed {
        assumptions.push("`current`: no create was seen that it sends or repeats, so it is not played beside the policy".to_owned());
    }
    Ok(Suggestion {
        advice: Advice {
            summary,
            verdicts,
            policy,
            simulation: played.simulation,
            forecast,
            chart: text(&lines, input.full),
            chart_uri: chart_uri(knowledge, input),
            code,
            recognised: checked.recognised,
            problems,
            assumptions,
            knowledge_as_of: knowledge.as_of.clone(),
        },
        svg,
    })
}

/// The address of the chart, where it is not that of the usual workload. A model that is not known changes nothing, and what somebody
/// wrote in its place is not handed on.
fn chart_uri(knowledge: &Knowledge, input: &Input) -> Option<String> {
    let mut form = input.workload.clone().under(input);
    form.model = form.model.filter(|model| knowledge.models.iter().any(|row| row.id == *model));
    chart_address(&form).filter(|address| address != CHART)
}

/// The language of this name.
fn language(name: &str) -> Result<Language, InputError> {
    Language::named(name).ok_or_else(|| {
        let offered: Vec<&str> = Language::ALL.iter().map(|language| language.name()).collect();
        InputError {
            argument: "language",
            what: format!("no worker in {name:.20}; there is one in {}", offered.join(", ")),
            example: "\"python\"",
        }
    })
}

/// The first sentence about the caller's own code, where there is any.
fn of_current(problems: &[Problem], checked: &Report) -> String {
    match problems {
        [] if checked.recognised.is_some() => "No fault was found in the retry code that was given. ".to_owned(),
        [] => checked.note.as_ref().map_or_else(String::new, |note| format!("On the retry code that was given: {note}. ")),
        [first, ..] => format!(
            "{} problem{} in the retry code that was given; first, line {}: {}. ",
            problems.len(),
            if problems.len() == 1 { "" } else { "s" },
            first.line,
            first.message.trim_end_matches('.')
        ),
    }
}

/// A bare number of three digits is a status, another one a code; anything else is text.
fn failure(knowledge: &Knowledge, input: &Input, read: &dyn Fn(&str) -> Reading) -> Result<Option<Reading>, InputError> {
    let Some(error) = input.error.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if error.len() > MOST_ERROR {
        let what = format!("{} bytes; expected at most {MOST_ERROR}: keep the first failure", error.len());
        return Err(InputError { argument: "error", what, example: "\"429\" or the response body" });
    }
    let Ok(number) = error.parse::<i64>() else { return Ok(Some(read(error))) };
    let status = u16::try_from(number).ok().filter(|status| (100..600).contains(status));
    let outcome = Outcome { code: status.is_none().then_some(number), status, ..Outcome::default() };
    let known = outcome.code.is_none_or(|code| knowledge.code(code).is_some());
    let note = (!known).then(|| format!("code {number} is not known here: treated as unclear"));
    Ok(Some(Reading { outcome, note }))
}

/// The wait for a slot that 99 % of the jobs stay below, scaled where only a part of a batch was played.
fn longest_wait(workload: &Workload, played: &[Stats]) -> f64 {
    let scale = if workload.per_hour.is_none() { (real(workload.jobs) / size(workload.simulated().max(1))).max(1.0) } else { 1.0 };
    over(played.iter().filter_map(|stats| stats.wait_quantile(0.99)), 1.0) * scale
}

/// The recommended policy first, then the others: the figures of the table, and the course of one run.
fn lines(played: &Played) -> Vec<Line> {
    let simulation = &played.simulation;
    let tallies = || std::iter::once(&simulation.recommended).chain(&simulation.compared);
    let line = |name: &str, stats: &Stats| {
        let tally = tallies().find(|tally| tally.name == name)?;
        let lost_share = real(tally.lost) / real(simulation.jobs.max(1));
        Some(Line { name: name.to_owned(), creates_per_job: tally.creates_per_job, lost_share, done_at: stats.done_at.clone() })
    };
    let first = played.runs.first().and_then(|stats| line(&simulation.recommended.name, stats));
    first.into_iter().chain(played.others.iter().filter_map(|(name, stats)| line(name, stats))).collect()
}

fn assumptions(workload: &Workload, world: &World, lost: f64) -> Vec<String> {
    let mut all = workload.assumed.clone();
    if workload.jobs > MOST_SIMULATED {
        let scaled = if workload.conditions.pack_jobs.is_some() { ", the pack is scaled down" } else { "" };
        all.push(format!("simulated {MOST_SIMULATED} of {} jobs; times of a batch are scaled up{scaled}", workload.jobs));
    }
    if world.lost_answer > 0.0 {
        all.push(format!("{} % of creates lose their answer, half after a task was made", lost * 100.0));
    }
    all
}

fn summary(workload: &Workload, failure: Option<&Vec<VerdictRow>>, simulation: &Simulation, forecast: &Forecast) -> String {
    let mut parts = Vec::new();
    if let Some(row) = failure.and_then(|rows| rows.first()) {
        let operation = match row.operation {
            Operation::Create => "create",
            Operation::Query => "query",
            Operation::Download => "download",
            Operation::Callback => "callback",
        };
        parts.push(format!("{}, {operation}: {}. {}", row.matches, row.verdict.word().replace('_', " "), row.reason));
    }
    let limit = if workload.slots_known { format!("{}", workload.slots) } else { format!("{} (learned)", workload.slots) };
    let ours = &simulation.recommended;
    parts.push(format!(
        "Queue creates first in, first out, for {limit} slots; free a slot only when its task has ended; after an unclear create look for the task first. Simulated: {} lost{}, {:.2} creates per job, {} units at risk.",
        ours.lost,
        unpaid(workload),
        ours.creates_per_job,
        ours.units_at_risk
    ));
    parts.push(outlook(workload, forecast));
    parts.extend(pack(workload, forecast));
    parts.join(" ")
}

/// How many of the lost jobs the pack does not pay for.
fn unpaid(workload: &Workload) -> String {
    let played = u64::try_from(workload.simulated()).unwrap_or_default();
    let paid = workload.conditions.pack_of(workload.simulated(), workload.jobs).unwrap_or(played);
    if paid < played { format!(" ({} because the pack is used up)", played - paid) } else { String::new() }
}

/// What the pack pays for, where it ends before the work.
fn pack(workload: &Workload, forecast: &Forecast) -> Option<String> {
    let (covers, lasts) = (forecast.pack_covers_jobs?, forecast.pack_lasts_s?);
    let of = if workload.jobs_known { format!("{covers} of {} jobs", workload.jobs) } else { format!("{covers} jobs") };
    Some(format!("The pack pays for {of} and is used up after {}; then every create is refused until units are bought.", span(lasts)))
}

fn outlook(workload: &Workload, forecast: &Forecast) -> String {
    if let Some(growth) = forecast.queue_grows_per_hour {
        return format!(
            "The load is {:.0} % of what the slots can do: the queue grows by {growth} jobs an hour. Feasible up to {} an hour, or with {} slots.",
            workload.load() * 100.0,
            forecast.feasible_up_to_per_hour.unwrap_or_default(),
            forecast.slots_needed.map_or_else(|| "no number of".to_owned(), |slots| slots.to_string())
        );
    }
    let finish = format!(
        "{}: {} in half, {} in 95 % of the cases.",
        capital(&forecast.finish_of),
        span(forecast.finish_p50_s),
        span(forecast.finish_p95_s)
    );
    let Some(deadline) = workload.deadline_s else { return finish };
    if forecast.feasible {
        return format!("{finish} The deadline of {} is met.", span(deadline));
    }
    let with = forecast
        .slots_needed
        .map_or_else(|| "no number of slots helps, because single jobs take longer".to_owned(), |slots| format!("{slots} slots would do"));
    format!("{finish} The deadline of {} is not met: {with}.", span(deadline))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
