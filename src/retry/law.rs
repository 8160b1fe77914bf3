//! How long jobs run: laws of job times with mean, spread, distribution and samples. Times are seconds.

use rand::{Rng, RngExt as _};
use rand_distr::{Distribution as _, Exp1, Gamma, LogNormal};

use super::special;

/// A law of job times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Always the same.
    Fixed(f64),
    /// Exponential with this mean.
    Exponential(f64),
    /// Lognormal with this mean; `sigma` is the standard deviation of the logarithm.
    Lognormal {
        /// Mean of the times, not of their logarithm.
        mean: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Gamma with this mean and shape.
    Gamma {
        /// Mean.
        mean: f64,
        /// Shape `k`; the squared coefficient of variation is `1/k`.
        shape: f64,
    },
    /// Uniform between two bounds.
    Uniform {
        /// Shortest.
        low: f64,
        /// Longest.
        high: f64,
    },
}

impl Law {
    /// Mean in seconds.
    pub fn mean(self) -> f64 {
        match self {
            Self::Fixed(mean) | Self::Exponential(mean) | Self::Lognormal { mean, .. } | Self::Gamma { mean, .. } => mean,
            Self::Uniform { low, high } => f64::midpoint(low, high),
        }
    }

    /// Squared coefficient of variation: variance over squared mean.
    pub fn scv(self) -> f64 {
        match self {
            Self::Fixed(_) => 0.0,
            Self::Exponential(_) => 1.0,
            Self::Lognormal { sigma, .. } => (sigma * sigma).exp_m1(),
            Self::Gamma { shape, .. } => 1.0 / shape,
            Self::Uniform { low, high } => (high - low).powi(2) / (3.0 * (high + low).powi(2)),
        }
    }

    /// Share of jobs that have ended after `t` seconds.
    pub fn cdf(self, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        match self {
            Self::Fixed(mean) => f64::from(u8::from(t >= mean)),
            Self::Exponential(mean) => -(-t / mean).exp_m1(),
            Self::Lognormal { mean, sigma } => special::normal_cdf((t.ln() - location(mean, sigma)) / sigma),
            Self::Gamma { mean, shape } => special::gamma_p(shape, t * shape / mean),
            Self::Uniform { low, high } => ((t - low) / (high - low)).clamp(0.0, 1.0),
        }
    }

    /// The time within which the share `q` of the jobs ends.
    pub fn quantile(self, q: f64) -> f64 {
        if let Self::Fixed(mean) = self {
            return mean;
        }
        let mut high = self.mean().max(f64::MIN_POSITIVE);
        while self.cdf(high) < q && high < 1e15 {
            high *= 2.0;
        }
        let mut low = 0.0;
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.cdf(middle) < q { low = middle } else { high = middle }
        }
        high
    }

    /// The same form with another mean.
    #[must_use]
    pub fn with_mean(self, wanted: f64) -> Self {
        let factor = wanted / self.mean();
        match self {
            Self::Fixed(_) => Self::Fixed(wanted),
            Self::Exponential(_) => Self::Exponential(wanted),
            Self::Lognormal { sigma, .. } => Self::Lognormal { mean: wanted, sigma },
            Self::Gamma { shape, .. } => Self::Gamma { mean: wanted, shape },
            Self::Uniform { low, high } => Self::Uniform { low: low * factor, high: high * factor },
        }
    }

    /// Prepares sampling.
    pub(crate) fn sampler(self) -> Sampler {
        match self {
            Self::Fixed(mean) => Sampler::Fixed(mean),
            Self::Exponential(mean) => Sampler::Exponential(mean),
            Self::Lognormal { mean, sigma } => {
                LogNormal::new(location(mean, sigma), sigma).map_or(Sampler::Fixed(mean), Sampler::Lognormal)
            }
            Self::Gamma { mean, shape } => Gamma::new(shape, mean / shape).map_or(Sampler::Fixed(mean), Sampler::Gamma),
            Self::Uniform { low, high } => Sampler::Uniform(low, high - low),
        }
    }
}

/// Mean of the logarithm of a lognormal law.
fn location(mean: f64, sigma: f64) -> f64 {
    mean.ln() - sigma * sigma / 2.0
}

/// A law with its constants worked out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sampler {
    Fixed(f64),
    Exponential(f64),
    Lognormal(LogNormal<f64>),
    Gamma(Gamma<f64>),
    Uniform(f64, f64),
}

impl Sampler {
    pub(crate) fn sample(&self, rng: &mut impl Rng) -> f64 {
        match self {
            Self::Fixed(mean) => *mean,
            Self::Exponential(mean) => mean * exponential(rng),
            Self::Lognormal(law) => law.sample(rng),
            Self::Gamma(law) => law.sample(rng),
            Self::Uniform(low, width) => low + width * rng.random::<f64>(),
        }
    }
}

/// A sample of the exponential law with mean 1.
pub(crate) fn exponential(rng: &mut impl Rng) -> f64 {
    Exp1.sample(rng)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    const LAWS: &[Law] = &[
        Law::Exponential(180.0),
        Law::Lognormal { mean: 180.0, sigma: 1.0 },
        Law::Gamma { mean: 180.0, shape: 9.0 },
        Law::Uniform { low: 0.0, high: 360.0 },
        Law::Fixed(180.0),
    ];

    #[test]
    fn samples_have_the_mean_and_the_spread_that_the_law_states() {
        for law in LAWS {
            let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(7);
            let sampler = law.sampler();
            let drawn: Vec<f64> = (0..400_000).map(|_| sampler.sample(&mut rng)).collect();
            let mean = drawn.iter().sum::<f64>() / 400_000.0;
            let scv = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 400_000.0 / mean / mean;
            assert!((mean / 180.0 - 1.0).abs() < 0.01, "{law:?}: mean {mean}");
            assert!((scv - law.scv()).abs() < 0.08, "{law:?}: {scv} for {}", law.scv());
        }
    }

    #[test]
    fn quantiles_undo_the_distribution() {
        for law in &LAWS[..4] {
            for q in [0.1, 0.5, 0.95, 0.999] {
                assert!((law.cdf(law.quantile(q)) - q).abs() < 1e-9, "{law:?} at {q}");
            }
        }
    }
}
