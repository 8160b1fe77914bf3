//! Delays between attempts. The jitter formulas are those of Brooker, "Exponential Backoff And Jitter" (AWS, 2015).

use rand::{Rng, RngExt as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::law::exponential;

/// How a delay is drawn from its ceiling `v = min(cap, base * 2^n)`, with `n` the number of earlier retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Jitter {
    /// `v` itself.
    None,
    /// `U(0, v)`.
    Full,
    /// `v/2 + U(0, v/2)`.
    Equal,
    /// `min(cap, U(base, 3 * previous))`, with `previous` starting at `base`.
    Decorrelated,
    /// Always `base`.
    Fixed,
    /// Exponential with mean `base`: the gap of retrial queues.
    Memoryless,
}

/// A rule for delays.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Backoff {
    /// First ceiling, seconds.
    pub base_s: f64,
    /// Largest delay, seconds.
    pub cap_s: f64,
    /// How the delay is drawn.
    pub jitter: Jitter,
}

impl Backoff {
    /// A rule.
    pub const fn new(base_s: f64, cap_s: f64, jitter: Jitter) -> Self {
        Self { base_s, cap_s, jitter }
    }

    /// The ceiling of the delay after `retries` earlier retries, without jitter.
    pub fn ceiling(&self, retries: u32) -> f64 {
        (self.base_s * 2_f64.powi(i32::try_from(retries.min(60)).unwrap_or(60))).min(self.cap_s)
    }

    /// The delay before the next attempt; `previous` is the last delay of the same call, zero before the first.
    pub fn delay(&self, retries: u32, previous: f64, rng: &mut impl Rng) -> f64 {
        match self.jitter {
            Jitter::None => self.ceiling(retries),
            Jitter::Full => self.ceiling(retries) * rng.random::<f64>(),
            Jitter::Equal => self.ceiling(retries) * (0.5 + 0.5 * rng.random::<f64>()),
            Jitter::Decorrelated => {
                let highest = 3.0 * previous.max(self.base_s);
                (self.base_s + (highest - self.base_s) * rng.random::<f64>()).min(self.cap_s)
            }
            Jitter::Fixed => self.base_s,
            Jitter::Memoryless => self.base_s * exponential(rng),
        }
    }
}

/// Calls that `layers` nested layers of `attempts` each make when everything fails: `attempts^layers`.
pub fn amplification(attempts: u32, layers: u32) -> u64 {
    u64::from(attempts).saturating_pow(layers)
}

/// Mean number of attempts when each fails with probability `p`: `(1 - p^n) / (1 - p)`.
pub fn mean_attempts(p: f64, attempts: u32) -> f64 {
    (0..attempts.min(10_000)).map(|n| p.powi(i32::try_from(n).unwrap_or(i32::MAX))).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;

    use super::*;

    proptest! {
        #[test]
        fn no_delay_is_negative_or_above_its_cap(base in 0.01..10.0_f64, cap in 10.0..600.0_f64, retries in 0..100_u32, seed: u64) {
            let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
            for jitter in [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::Fixed] {
                let mut previous = 0.0;
                for _ in 0..5 {
                    previous = Backoff::new(base, cap, jitter).delay(retries, previous, &mut rng);
                    prop_assert!((0.0..=cap).contains(&previous));
                }
            }
        }
    }

    #[test]
    fn stacked_layers_multiply() {
        assert_eq!([amplification(3, 3), amplification(4, 3), amplification(3, 5), amplification(4, 5)], [27, 64, 243, 1_024]);
    }

    #[test]
    fn mean_attempts_follow_the_geometric_sum() {
        for (p, n, wanted) in
            [(0.1, 3, 1.11), (0.1, 4, 1.111), (0.5, 3, 1.75), (0.5, 4, 1.875), (0.9, 3, 2.71), (0.9, 4, 3.439), (1.0, 3, 3.0)]
        {
            assert!((mean_attempts(p, n) - wanted).abs() < 1e-9, "{p} {n}");
        }
    }
}
