//! When to ask for a task's state: fixed intervals, the best interval, and the best schedule for a law of job times.
//!
//! A query costs `c1`, a second between the end of the task and the query that sees it costs `c2` (Barlow, Hunter and Proschan 1963).

use super::law::Law;
use super::num::{index, size};

/// Offsets from the start of the task at which its state is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Ascending seconds.
    pub at_s: Vec<f64>,
    /// Gap after the last of them.
    pub then_every_s: f64,
}

impl Schedule {
    /// The same gap from the start.
    pub const fn every(gap_s: f64) -> Self {
        Self { at_s: Vec::new(), then_every_s: gap_s }
    }

    /// When a task that ends `end` seconds after its start is seen, and by how many queries, when the client follows it from the
    /// offset `from` on.
    pub fn sees(&self, end: f64, from: f64) -> (f64, u64) {
        let (first, wanted) = (self.count_before(from), self.count_before(end.max(from)));
        (self.offset(wanted), wanted.saturating_sub(first) + 1)
    }

    /// The offsets of those queries, the one that sees the end included.
    pub fn offsets(&self, end: f64, from: f64) -> impl Iterator<Item = f64> + '_ {
        let (first, wanted) = (self.count_before(from), self.count_before(end.max(from)));
        (first..=wanted).map(|number| self.offset(number))
    }

    /// How many queries lie before the offset.
    fn count_before(&self, offset: f64) -> u64 {
        let listed = self.at_s.partition_point(|&at| at < offset);
        if listed < self.at_s.len() {
            return u64::try_from(listed).unwrap_or_default();
        }
        let last = self.at_s.last().copied().unwrap_or_default();
        let beyond = ((offset - last) / self.then_every_s).ceil() - 1.0;
        u64::try_from(listed).unwrap_or_default() + super::num::whole(beyond)
    }

    /// The offset of a query, counted from zero.
    fn offset(&self, number: u64) -> f64 {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.at_s.get(number).copied().unwrap_or_else(|| {
            let last = self.at_s.last().copied().unwrap_or_default();
            last + self.then_every_s * size(number.saturating_sub(self.at_s.len()) + 1)
        })
    }

    /// Mean number of queries and mean lag in seconds for tasks of this law.
    pub fn expected(&self, law: Law) -> (f64, f64) {
        let (mut polls, mut seen, mut before, mut number) = (0.0, 0.0, 0.0, 0_u64);
        while 1.0 - before > 1e-12 && number < 1_000_000 {
            let at = self.offset(number);
            let until = law.cdf(at);
            polls += 1.0 - before;
            seen += (until - before) * at;
            before = until;
            number += 1;
        }
        (polls, seen - law.mean())
    }
}

/// The interval in seconds with the least cost for exponential job times: the root of `e^u - u - 1 = c1 / (c2 * m)`, times `m`.
pub fn best_interval(c1: f64, c2: f64, mean_s: f64) -> f64 {
    let wanted = c1 / (c2 * mean_s);
    let (mut low, mut high) = (0.0_f64, 50.0_f64);
    for _ in 0..200 {
        let u = f64::midpoint(low, high);
        if u.exp_m1() - u < wanted { low = u } else { high = u }
    }
    mean_s * f64::midpoint(low, high)
}

/// Points of the grid on which the best schedule is looked for.
const POINTS: f64 = 900.0;

/// The schedule with the least expected `polls + lag / seconds_per_poll`, by dynamic programming over a grid of one second, or of
/// a wider step for long jobs. `seconds_per_poll` is `c1 / c2`: how many seconds of lag one query is worth.
pub fn best_schedule(law: Law, seconds_per_poll: f64) -> Schedule {
    let horizon = law.quantile(1.0 - 1e-6) + 2.0 * law.mean() / 10.0;
    let step = (horizon / POINTS).max(1.0).ceil();
    let grid = Grid::new(law, step, index(horizon / step).max(2));
    let next = grid.solve(1.0 / seconds_per_poll);
    let mut at_s = Vec::new();
    let mut here = 0;
    while let Some(&there) = next.get(here).filter(|&&there| there > here) {
        at_s.push(size(there) * step);
        here = there;
        // What lies beyond is so rare that its own times are not worth listing.
        if law.cdf(size(there) * step) > 0.999 {
            break;
        }
    }
    let gap = match at_s.as_slice() {
        [.., before, last] => last - before,
        [only] => *only,
        [] => step,
    };
    Schedule { at_s, then_every_s: gap }
}

struct Grid {
    step: f64,
    /// Share of jobs that have ended at each point.
    ended: Vec<f64>,
    /// The integral of that share from zero to each point.
    area: Vec<f64>,
}

impl Grid {
    fn new(law: Law, step: f64, points: usize) -> Self {
        let ended: Vec<f64> = (0..=points).map(|k| law.cdf(size(k) * step)).collect();
        let mut area = Vec::with_capacity(ended.len());
        let mut sum = 0.0;
        for k in 0..=points {
            area.push(sum);
            let (left, right) = (size(k) * step, (size(k) + 1.0) * step);
            sum += step / 6.0 * (law.cdf(left) + 4.0 * law.cdf(f64::midpoint(left, right)) + law.cdf(right));
        }
        Self { step, ended, area }
    }

    /// For each point the best next one. The cost to go from `t`, weighted by the share `1 - F(t)` of jobs that get there, is the least over
    /// `s` of `(1 - F(t)) + c2 * (A(s) - A(t) - (s - t) * F(t)) + cost(s)` with `A` the integral of `F`.
    fn solve(&self, c2: f64) -> Vec<usize> {
        let points = self.ended.len();
        let (mut cost, mut next) = (vec![0.0; points], vec![0; points]);
        for t in (0..points.saturating_sub(1)).rev() {
            let (Some(&ended), Some(&area)) = (self.ended.get(t), self.area.get(t)) else { continue };
            let later = self.area.iter().zip(&cost).enumerate().skip(t + 1);
            let choice = later.map(|(s, (area_s, cost_s))| {
                let lag = area_s - area - size(s - t) * self.step * ended;
                (1.0 - ended + c2 * lag + cost_s, s)
            });
            let Some((least, s)) = choice.min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
            if let (Some(cost), Some(next)) = (cost.get_mut(t), next.get_mut(t)) {
                (*cost, *next) = (least, s);
            }
        }
        next
    }
}

/// Queries and lag of a fixed interval for exponential job times, in closed form: `1 / (1 - e^(-T/m))` and `T * polls - m`.
pub fn fixed_interval(gap_s: f64, mean_s: f64) -> (f64, f64) {
    let polls = -1.0 / (-gap_s / mean_s).exp_m1();
    (polls, gap_s * polls - mean_s)
}
