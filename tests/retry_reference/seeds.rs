//! Thirty runs and their mean, held against a reference.

/// Seeds of one reference.
pub(crate) const SEEDS: u64 = 30;

/// Mean and standard error of one figure over the seeds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

impl Figure {
    pub(crate) fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self { mean, error: (variance / n).sqrt() }
    }

    /// Within the relative tolerance, whatever the spread.
    #[track_caller]
    pub(crate) fn near(self, name: &str, wanted: f64, tolerance: f64) {
        let off = self.mean / wanted - 1.0;
        println!("{name}: {:.5} for {wanted:.5} ({:+.2} %, error {:.5})", self.mean, off * 100.0, self.error);
        assert!(off.abs() <= tolerance, "{name}: {} for {wanted}, {:.2} % off", self.mean, off * 100.0);
    }

    /// Within the tolerance, and less than four standard errors away from an exact reference.
    #[track_caller]
    pub(crate) fn exactly(self, name: &str, wanted: f64, tolerance: f64) {
        self.near(name, wanted, tolerance);
        self.within_errors(name, wanted, 0.0);
    }

    /// Less than four combined standard errors away from a reference that was simulated itself.
    #[track_caller]
    pub(crate) fn within_errors(self, name: &str, wanted: f64, reference_error: f64) {
        let z = (self.mean - wanted) / (self.error.powi(2) + reference_error.powi(2)).sqrt().max(1e-12);
        assert!(z.abs() < 4.0, "{name}: {} for {wanted}, z = {z:.1}", self.mean);
    }
}

/// Several figures of each of the thirty seeds.
pub(crate) fn figures<const N: usize>(measure: impl Fn(u64) -> [f64; N]) -> [Figure; N] {
    let runs: Vec<[f64; N]> = (0..SEEDS).map(measure).collect();
    std::array::from_fn(|at| Figure::of(&runs.iter().map(|run| run[at]).collect::<Vec<_>>()))
}
