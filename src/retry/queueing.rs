//! Closed formulas for slots: Erlang B and C, the waits that follow from them, and the approximation for other job times.
//!
//! `a` is the offered load in erlang: arrivals per second times mean job time; `c` is the number of slots.

use super::law::Law;

/// Share of arrivals that find all slots busy when refused jobs leave: Erlang B (1917), whatever the law of job times.
pub fn erlang_b(c: u32, a: f64) -> f64 {
    (1..=c).fold(1.0, |b, k| a * b / (f64::from(k) + a * b))
}

/// Share of arrivals that wait in a FIFO queue before the slots: Erlang C. One when the load reaches the slots.
pub fn erlang_c(c: u32, a: f64) -> f64 {
    let rho = a / f64::from(c);
    if rho >= 1.0 {
        return 1.0;
    }
    let b = erlang_b(c, a);
    b / (1.0 - rho * (1.0 - b))
}

/// Mean wait for a slot in seconds with exponential job times: `C * S / (c - a)`. None when the load reaches the slots.
pub fn mean_wait(c: u32, a: f64, mean_s: f64) -> Option<f64> {
    (a < f64::from(c)).then(|| erlang_c(c, a) * mean_s / (f64::from(c) - a))
}

/// Share of arrivals that wait longer than `t` seconds with exponential job times.
pub fn wait_tail(c: u32, a: f64, mean_s: f64, t: f64) -> f64 {
    if a >= f64::from(c) { 1.0 } else { erlang_c(c, a) * (-(f64::from(c) - a) * t / mean_s).exp() }
}

/// The wait in seconds that the share `q` of arrivals stays below, with exponential job times.
pub fn wait_quantile(c: u32, a: f64, mean_s: f64, q: f64) -> Option<f64> {
    let room = f64::from(c) - a;
    (room > 0.0).then(|| ((erlang_c(c, a) / (1.0 - q)).ln() * mean_s / room).max(0.0))
}

/// Mean wait for other laws of job times: Allen and Cunneen (1990), `(1 + scv) / 2` of the exponential wait.
///
/// An approximation: several per cent off for few slots, exact for one slot, where it is Pollaczek and Khinchine's formula.
pub fn allen_cunneen(c: u32, a: f64, law: Law) -> Option<f64> {
    Some(f64::midpoint(1.0, law.scv()) * mean_wait(c, a, law.mean())?)
}

/// The least number of slots for which `a` erlang stay at or below the share `rho` of them.
pub fn slots_for(a: f64, rho: f64) -> u32 {
    u32::try_from(super::num::whole((a / rho).ceil())).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_meet_the_published_values() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-4 * b, "{a} {b}");
        near(erlang_b(5, 4.0), 0.199_067);
        near(erlang_b(50, 45.0), 0.054_104);
        near(erlang_c(5, 4.0), 0.554_113);
        near(mean_wait(5, 4.0, 180.0).unwrap(), 99.740);
        near(wait_tail(5, 4.0, 180.0, 180.0), 0.203_847);
        near(wait_quantile(5, 4.0, 1.0, 0.9).unwrap(), 1.7122);
        near(allen_cunneen(1, 0.8, Law::Lognormal { mean: 1.0, sigma: 1.0 }).unwrap(), 5.4366);
    }

    #[test]
    fn a_load_that_reaches_the_slots_has_no_mean_wait() {
        assert_eq!(mean_wait(5, 5.0, 1.0), None);
        assert!(erlang_c(5, 7.0) >= 1.0);
        assert_eq!(slots_for(4.0, 0.8), 5);
    }
}
