//! What happens around the work: other users of the account, the pack, outages, limits and losses, checked.

use super::form::Form;
use super::num::{index, real, size, whole as floor};
use super::workload::{InputError, positive, refuse, whole};

/// Arrivals of a trace that are taken at most.
const MOST_ARRIVALS: usize = 100_000;
const MOST_OUTAGES: usize = 100;
/// Latest time that a form may name: ten years.
const LATEST_S: f64 = 3.2e8;

/// What happens around the work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    /// Slots that other users hold all the time.
    pub held_slots: u32,
    /// Tasks an hour that other users start.
    pub others_per_hour: f64,
    /// Jobs that the pack still pays for.
    pub pack_jobs: Option<u64>,
    /// Start and length of spans without service.
    pub outages: Vec<(f64, f64)>,
    /// When each job comes, ascending from zero; empty without a trace.
    pub trace: Vec<f64>,
    /// Creates a second before the service refuses for their rate.
    pub rate_per_s: Option<f64>,
    /// Share of creates whose answer is lost.
    pub lost_share: Option<f64>,
    /// Seconds after which the client takes an answer for lost.
    pub timeout_s: Option<f64>,
}

impl Conditions {
    /// Checks what a form says.
    ///
    /// # Errors
    /// Names the member that cannot be used.
    pub(super) fn new(form: &Form, assumed: &mut Vec<String>) -> Result<Self, InputError> {
        let held = match form.others_slots {
            Some(0) => None,
            given => whole("others_slots", given, 10_000, "2")?,
        };
        let others = match form.others_per_hour {
            Some(0.0) => None,
            given => positive("others_per_hour", given, 1e6, "12")?,
        };
        Ok(Self {
            held_slots: u32::try_from(held.unwrap_or_default()).unwrap_or(u32::MAX),
            others_per_hour: others.unwrap_or_default(),
            pack_jobs: pack(form)?,
            outages: outages(form)?,
            trace: trace(form, assumed)?,
            rate_per_s: positive("rate_per_s", form.rate_per_s, 1e6, "1")?,
            lost_share: share("lost_share", form.lost_share)?,
            timeout_s: positive("timeout_s", form.timeout_s, 86_400.0, "30")?,
        })
    }

    /// Whether other users share the account.
    pub(super) fn has_others(&self) -> bool {
        self.held_slots > 0 || self.others_per_hour > 0.0
    }

    /// Jobs an hour of the trace, from its first arrival to its last.
    pub(super) fn trace_per_hour(&self) -> Option<f64> {
        let span = self.trace.last().copied().filter(|span| *span > 0.0)?;
        Some(size(self.trace.len().saturating_sub(1)) / span * 3_600.0)
    }

    /// The pack, where only a part of the jobs is played.
    pub(super) fn pack_of(&self, played: usize, jobs: u64) -> Option<u64> {
        let scale = (size(played) / real(jobs.max(1))).min(1.0);
        self.pack_jobs.map(|pack| floor((real(pack) * scale).round()))
    }
}

fn pack(form: &Form) -> Result<Option<u64>, InputError> {
    let units = match form.pack_units {
        Some(0.0) => Some(0.0),
        given => positive("pack_units", given, 1e12, "600")?,
    };
    let price = positive("units_per_job", form.units_per_job, 1e6, "6")?;
    let jobs = match form.pack_jobs {
        Some(0) => Some(0),
        given => whole("pack_jobs", given, 1_000_000_000, "100")?,
    };
    match (jobs, units, price) {
        (Some(_), Some(_), _) => refuse("pack_units", "given beside `pack_jobs`; expected one of them", "600"),
        (None, Some(_), None) => {
            refuse("units_per_job", "`pack_units` alone does not say for how many jobs; expected the price of one", "6")
        }
        (None, Some(units), Some(price)) => Ok(Some(floor((units / price + 1e-9).floor()))),
        (jobs, None, _) => Ok(jobs),
    }
}

fn outages(form: &Form) -> Result<Vec<(f64, f64)>, InputError> {
    const EXAMPLE: &str = "[{\"start_s\": 600, \"length_s\": 300}]";
    let fits = |seconds: f64, least: f64| seconds >= least && seconds <= LATEST_S;
    if form.outages.len() > MOST_OUTAGES {
        return refuse("outages", format!("{} of them; expected at most {MOST_OUTAGES}", form.outages.len()), EXAMPLE);
    }
    if form.outages.iter().any(|outage| !(fits(outage.start_s, 0.0) && fits(outage.length_s, f64::MIN_POSITIVE))) {
        return refuse("outages", "expected a start from 0 s on and a length above 0 s, each below ten years", EXAMPLE);
    }
    Ok(form.outages.iter().map(|outage| (outage.start_s, outage.length_s)).collect())
}

fn share(argument: &'static str, given: Option<f64>) -> Result<Option<f64>, InputError> {
    match given {
        Some(share) if !(0.0..=0.5).contains(&share) => refuse(argument, "expected a share from 0 to 0.5", "0.005"),
        _ => Ok(given),
    }
}

/// Sorted and moved so that the first arrival is at zero.
fn trace(form: &Form, assumed: &mut Vec<String>) -> Result<Vec<f64>, InputError> {
    const EXAMPLE: &str = "[0, 12.5, 60]";
    let given = &form.arrivals_s;
    if given.len() > MOST_ARRIVALS {
        return refuse("arrivals_s", format!("{} times; expected at most {MOST_ARRIVALS}: keep the busiest part", given.len()), EXAMPLE);
    }
    if given.iter().any(|at| !at.is_finite() || at.abs() > 1e11) {
        return refuse("arrivals_s", "expected seconds, ascending", EXAMPLE);
    }
    let mut times = given.clone();
    times.sort_unstable_by(f64::total_cmp);
    let first = times.first().copied().unwrap_or_default();
    for at in &mut times {
        *at -= first;
    }
    if times.last().is_some_and(|last| *last > LATEST_S) {
        return refuse("arrivals_s", "the trace lasts more than ten years; expected seconds, not milliseconds", EXAMPLE);
    }
    if !times.is_empty() && form.arrival_per_hour.is_some() {
        return refuse("arrivals_s", "given beside `arrival_per_hour`; expected one of them", EXAMPLE);
    }
    if let Some(jobs) = form.jobs.filter(|_| !times.is_empty()) {
        times.truncate(index(real(u64::try_from(jobs).unwrap_or_default())));
    }
    if first != 0.0 {
        assumed.push("the trace was moved so that its first arrival is at 0 s".to_owned());
    }
    Ok(times)
}
