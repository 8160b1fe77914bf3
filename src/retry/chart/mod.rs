//! Charts of a simulation: as text for Markdown, as SVG for a file or an image.

mod address;
mod svg;
mod text;

pub use address::{CHART, chart_address, chart_workload};
pub use svg::svg;
pub use text::text;

use super::num::{index, size};

/// One policy in a chart.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Creates for each job.
    pub creates_per_job: f64,
    /// Share of jobs lost.
    pub lost_share: f64,
    /// Seconds at which jobs were done, ascending.
    pub done_at: Vec<f64>,
}

/// Jobs done in each of `bins` equal spans up to `end_s`.
pub(super) fn done_per_bin(done_at: &[f64], end_s: f64, bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    for at in done_at {
        let bin = index(at / end_s * size(bins)).min(bins.saturating_sub(1));
        if let Some(count) = counts.get_mut(bin) {
            *count += 1.0;
        }
    }
    counts
}

/// Seconds as people say them.
pub(super) fn span(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7_200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3_600.0)
    }
}
