//! What the caller says about the work to be done, checked and completed with what is known; each assumption is named.

use crate::knowledge::{Knowledge, RetryNumbers};

use super::classify::Operation;
use super::conditions::Conditions;
use super::form::Form;
use super::law::Law;
use super::num::{brief, index, real, size};
use super::queueing;

/// Jobs that a simulation plays at most; of more it plays this many.
pub const MOST_SIMULATED: u64 = 10_000;
/// Load of the slots that is assumed where the caller gives no arrival rate.
pub(super) const USUAL_LOAD: f64 = 0.8;
const MOST_JOBS: u64 = 1_000_000_000;
const MOST_SLOTS: u32 = 10_000;
const LONGEST_JOB_S: f64 = 7.0 * 86_400.0;
const LONGEST_DEADLINE_S: f64 = 366.0 * 86_400.0;

/// What a caller hands over.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Input {
    /// A code, a status, or text of a failure.
    pub error: Option<String>,
    /// What the failed call does.
    pub operation: Operation,
    /// Jobs to be done.
    pub jobs: Option<i64>,
    /// Jobs that come in an hour; none with `jobs` means all at once.
    pub arrival_per_hour: Option<f64>,
    /// Task slots of the account.
    pub slots: Option<i64>,
    /// Slots one job takes.
    pub slots_per_job: Option<i64>,
    /// Observed run times in seconds; one value is their mean.
    pub job_seconds: Vec<f64>,
    /// Model id, for a recorded run time.
    pub model: Option<String>,
    /// Seconds within which everything should be done.
    pub deadline_s: Option<f64>,
    /// Creates that a job may make at most.
    pub max_attempts: Option<i64>,
    /// The caller's own retry code or settings, to be checked.
    pub current: Option<String>,
    /// Language of the code that is wanted, if any.
    pub language: Option<String>,
    /// Seed of the simulation.
    pub seed: Option<i64>,
    /// More of the workload, or all of it; what stands above counts first.
    pub workload: Form,
    /// Tell everything.
    pub full: bool,
}

/// An argument that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("argument `{argument}`: {what}, such as {example}")]
pub struct InputError {
    /// Its name.
    pub argument: &'static str,
    /// What was wrong and what is expected.
    pub what: String,
    /// A value that works.
    pub example: &'static str,
}

pub(super) fn refuse<T>(argument: &'static str, what: impl Into<String>, example: &'static str) -> Result<T, InputError> {
    Err(InputError { argument, what: what.into(), example })
}

/// The work, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Jobs to be done.
    pub jobs: u64,
    /// Jobs an hour; none for a batch.
    pub per_hour: Option<f64>,
    /// Slots, known or guessed.
    pub slots: u32,
    /// Whether the caller said how many slots there are.
    pub slots_known: bool,
    /// Slots one job takes.
    pub slots_per_job: u32,
    /// How long jobs run.
    pub law: Law,
    /// Where the run times come from.
    pub law_from: String,
    /// Seconds within which everything, or each job that comes one by one, should be done.
    pub deadline_s: Option<f64>,
    /// Creates that a job may make at most.
    pub max_attempts: Option<u32>,
    /// Least seconds between two calls that ask for the same thing.
    pub least_gap_s: f64,
    /// Seed.
    pub seed: u64,
    /// Whether the caller said how many jobs there are.
    pub jobs_known: bool,
    /// What happens around the work.
    pub conditions: Conditions,
    /// What was assumed, for the answer.
    pub assumed: Vec<String>,
}

impl Workload {
    /// Checks what was given and completes it.
    ///
    /// # Errors
    /// Names the argument that cannot be used.
    pub fn new(knowledge: &Knowledge, input: &Input) -> Result<Self, InputError> {
        let form = input.workload.clone().under(input);
        let mut assumed = Vec::new();
        let product = product(knowledge, form.model.as_deref(), &mut assumed);
        let slots_per_job = whole("slots_per_job", form.slots_per_job, u64::from(MOST_SLOTS), "1")?.unwrap_or(1);
        let given = whole("slots", form.slots, u64::from(MOST_SLOTS), "5")?;
        let slots = given.unwrap_or_else(|| guess_slots(&knowledge.retry, product, &mut assumed));
        if slots_per_job > slots {
            return refuse("slots_per_job", format!("one job cannot take {slots_per_job} of {slots} slots; expected at most {slots}"), "1");
        }
        let (law, law_from) = law(&knowledge.retry, &form, product, &mut assumed)?;
        let per_hour = positive("arrival_per_hour", form.arrival_per_hour, 1e7, "60")?;
        let deadline_s = positive("deadline_s", form.deadline_s, LONGEST_DEADLINE_S, "3600")?;
        let jobs = whole("jobs", form.jobs, MOST_JOBS, "200")?;
        let conditions = Conditions::new(&form, &mut assumed)?;
        let traced = u64::try_from(conditions.trace.len()).ok().filter(|count| *count > 0);
        let small = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        let mut workload = Self {
            jobs: traced.or(jobs).unwrap_or(MOST_SIMULATED),
            per_hour: conditions.trace_per_hour().or(per_hour),
            slots: small(slots),
            slots_known: given.is_some(),
            slots_per_job: small(slots_per_job),
            law,
            law_from,
            deadline_s,
            max_attempts: whole("max_attempts", form.max_attempts, 1_000_000, "5")?.map(small),
            least_gap_s: knowledge.retry.number("least_gap").unwrap_or(1.0),
            seed: form.seed.unwrap_or(1).unsigned_abs(),
            jobs_known: jobs.or(traced).is_some(),
            conditions,
            assumed,
        };
        workload.leave_a_slot()?;
        if !workload.jobs_known && workload.per_hour.is_none() {
            workload.assume_usual_load();
        }
        Ok(workload)
    }

    /// Others who take everything leave nothing to compute.
    fn leave_a_slot(&self) -> Result<(), InputError> {
        let left = f64::from(self.slots) - f64::from(self.conditions.held_slots) - self.others_erlang();
        if left >= f64::from(self.slots_per_job) {
            return Ok(());
        }
        let what = format!(
            "other users take {} of {} slots on average, which leaves none for a job of {}; expected less, or more `slots`",
            brief(f64::from(self.conditions.held_slots) + self.others_erlang()),
            self.slots,
            self.slots_per_job
        );
        if self.conditions.others_per_hour > 0.0 { refuse("others_per_hour", what, "12") } else { refuse("others_slots", what, "2") }
    }

    /// Slots that tasks of other users take on average, beside those that are always held.
    fn others_erlang(&self) -> f64 {
        self.conditions.others_per_hour / 3_600.0 * self.law.mean()
    }

    /// Slots that are not always held by others.
    pub fn usable(&self) -> u32 {
        self.slots.saturating_sub(self.conditions.held_slots)
    }

    fn assume_usual_load(&mut self) {
        let per_hour = brief(USUAL_LOAD * self.capacity_per_hour());
        self.per_hour = Some(per_hour);
        self.assumed.push(format!("`arrival_per_hour` not given: {per_hour}, a load of {:.0} %", USUAL_LOAD * 100.0));
    }

    /// Jobs that can run at once.
    pub fn workers(&self) -> u32 {
        (self.usable() / self.slots_per_job).max(1)
    }

    /// Jobs that can run at once on average, with what others leave.
    fn free_workers(&self) -> f64 {
        f64::from(self.workers()) - self.others_erlang() / f64::from(self.slots_per_job)
    }

    /// Jobs an hour that the slots can do at most: workers over mean job time (Little's law).
    pub fn capacity_per_hour(&self) -> f64 {
        3_600.0 * self.free_workers().max(f64::MIN_POSITIVE) / self.law.mean()
    }

    /// Jobs in progress on average if none had to wait, in erlang; none for a batch.
    pub fn offered(&self) -> Option<f64> {
        self.per_hour.map(|per_hour| per_hour / 3_600.0 * self.law.mean())
    }

    /// Share of the slots that the arrivals need; a batch needs all.
    pub fn load(&self) -> f64 {
        self.offered().map_or(1.0, |offered| offered / self.free_workers().max(f64::MIN_POSITIVE))
    }

    /// The least slots for which the arrivals stay at the usual load.
    pub fn slots_for_usual_load(&self) -> Option<u32> {
        self.offered().map(|offered| {
            let others = u32::try_from(super::num::whole(self.others_erlang().ceil())).unwrap_or(u32::MAX);
            let own = queueing::slots_for(offered, USUAL_LOAD).saturating_mul(self.slots_per_job);
            own.saturating_add(self.conditions.held_slots).saturating_add(others)
        })
    }

    /// Jobs that the simulation plays.
    pub fn simulated(&self) -> usize {
        index(real(self.jobs.min(MOST_SIMULATED)))
    }
}

/// Seconds that are separated by commas, semicolons or blanks; none if a part is no number.
pub fn times(text: &str) -> Option<Vec<f64>> {
    text.split([',', ';', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

pub(super) fn whole(argument: &'static str, given: Option<i64>, most: u64, example: &'static str) -> Result<Option<u64>, InputError> {
    match given.map(u64::try_from) {
        None => Ok(None),
        Some(Ok(value)) if (1..=most).contains(&value) => Ok(Some(value)),
        Some(_) => refuse(argument, format!("expected a whole number from 1 to {most}"), example),
    }
}

pub(super) fn positive(argument: &'static str, given: Option<f64>, most: f64, example: &'static str) -> Result<Option<f64>, InputError> {
    match given {
        Some(value) if !(value > 0.0 && value <= most) => refuse(argument, format!("expected a number above 0 and up to {most}"), example),
        _ => Ok(given),
    }
}

/// `video` or `image`; an unknown model is taken for a video model.
fn product(knowledge: &Knowledge, model: Option<&str>, assumed: &mut Vec<String>) -> &'static str {
    let Some(model) = model else { return "video" };
    let mut rows = knowledge.models.iter().filter(|row| row.id == model);
    match rows.next() {
        None => {
            assumed.push("this `model` is not known here: taken for a video model".to_owned());
            "video"
        }
        Some(row) if row.product == "video" || rows.any(|other| other.product == "video") => "video",
        Some(_) => "image",
    }
}

fn guess_slots(numbers: &RetryNumbers, product: &str, assumed: &mut Vec<String>) -> u64 {
    let slots = numbers.number(if product == "image" { "slots_image" } else { "slots_video" }).unwrap_or(5.0);
    assumed.push(format!("`slots` not given: starts at {slots} (smallest {product} pack seen), learns from refusals"));
    super::num::whole(slots)
}

/// The law of job times: observed times, a mean, or a recorded time of the model.
fn law(numbers: &RetryNumbers, form: &Form, product: &str, assumed: &mut Vec<String>) -> Result<(Law, String), InputError> {
    let seconds = form.seconds();
    if seconds.iter().any(|&seconds| !(seconds > 0.0 && seconds <= LONGEST_JOB_S)) {
        return refuse(
            "job_seconds",
            format!("expected seconds above 0 and up to {LONGEST_JOB_S}, one mean or several observed times"),
            "180 or \"150, 170, 260\"",
        );
    }
    let sigma = numbers.number("spread_sigma").unwrap_or(0.4);
    match seconds.as_slice() {
        [] => Ok(prior(numbers, form.model.as_deref(), product, sigma, assumed)),
        [mean] => Ok((
            Law::Lognormal { mean: *mean, sigma },
            format!("your mean of {} s; spread assumed (lognormal, sigma {sigma})", brief(*mean)),
        )),
        times => Ok(fitted(times)),
    }
}

fn prior(numbers: &RetryNumbers, model: Option<&str>, product: &str, sigma: f64, assumed: &mut Vec<String>) -> (Law, String) {
    let row = numbers.job_time(model, product);
    let (mean, what) =
        row.map_or((180.0, String::new()), |row| (row.seconds, format!(" ({}, {}, {})", row.what, row.certainty, row.as_of)));
    assumed.push(format!("`job_seconds` not given: {mean} s{what}"));
    (Law::Lognormal { mean, sigma }, format!("recorded time of {mean} s{what}; lognormal, sigma {sigma}"))
}

/// Lognormal with the mean and the variance of the logarithms of the observed times; nearly equal times are taken as fixed.
fn fitted(times: &[f64]) -> (Law, String) {
    let count = size(times.len());
    let mean = times.iter().sum::<f64>() / count;
    let location = times.iter().map(|time| time.ln()).sum::<f64>() / count;
    let sigma = (times.iter().map(|time| (time.ln() - location).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
    if sigma < 0.01 {
        return (Law::Fixed(mean), format!("your {count} times, all near {} s", brief(mean)));
    }
    (Law::Lognormal { mean, sigma }, format!("your {count} times: mean {} s, lognormal, sigma {}", brief(mean), brief(sigma)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(input: &Input) -> Result<Workload, InputError> {
        Workload::new(&Knowledge::load().unwrap(), input)
    }

    #[test]
    fn what_cannot_be_is_refused_by_the_name_of_its_argument() {
        let cases = [
            (Input { slots: Some(0), ..Input::default() }, "slots"),
            (Input { slots: Some(3), slots_per_job: Some(4), ..Input::default() }, "slots_per_job"),
            (Input { jobs: Some(-5), ..Input::default() }, "jobs"),
            (Input { job_seconds: vec![-1.0], ..Input::default() }, "job_seconds"),
            (Input { job_seconds: vec![f64::NAN], ..Input::default() }, "job_seconds"),
            (Input { arrival_per_hour: Some(0.0), ..Input::default() }, "arrival_per_hour"),
            (Input { deadline_s: Some(-3.0), ..Input::default() }, "deadline_s"),
            (Input { max_attempts: Some(0), ..Input::default() }, "max_attempts"),
        ];
        for (input, argument) in cases {
            let error = workload(&input).unwrap_err();
            assert_eq!(error.argument, argument);
            assert!(error.to_string().contains("such as"), "{error}");
        }
    }

    #[test]
    fn every_assumption_is_named() {
        let bare = workload(&Input::default()).unwrap();
        assert_eq!(bare.assumed.len(), 3, "{:?}", bare.assumed);
        assert!((bare.load() - USUAL_LOAD).abs() < 0.01);
        let told = Input { slots: Some(20), jobs: Some(86), job_seconds: vec![150.0, 170.0, 260.0], ..Input::default() };
        assert_eq!(workload(&told).unwrap().assumed, Vec::<String>::new());
    }

    #[test]
    fn a_recorded_time_is_that_of_the_model_and_its_kind() {
        let of = |model: &str| workload(&Input { model: Some(model.to_owned()), ..Input::default() }).unwrap().law.mean();
        assert!(of("kling-3.0-turbo") < of("kling-v3-omni") && of("kling-v3-omni") < of("kling-v3"));
        assert!((of("kling-image-o1") - 24.0).abs() < 1e-9);
        assert!((of("no-such-model") - of("kling-v3")).abs() < 1e-9);
    }
}
