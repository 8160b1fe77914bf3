//! Counts and durations, as text of the Prometheus exposition format. Labels come from fixed lists, never from a client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 45.0];

#[derive(Debug, Default, Clone, Copy)]
struct Spread {
    /// Calls up to each bound, not cumulated.
    within: [u64; BUCKETS.len()],
    count: u64,
    sum_s: f64,
}

#[derive(Debug, Default)]
struct Tallies {
    calls: BTreeMap<(&'static str, &'static str), u64>,
    durations: BTreeMap<&'static str, Spread>,
    answers: BTreeMap<u16, u64>,
}

/// What happened since the start.
#[derive(Debug, Default)]
pub(in crate::mcp) struct Meter {
    tallies: Mutex<Tallies>,
    /// Requests that are admitted and not yet answered to the last byte.
    pub(super) in_flight: AtomicUsize,
    /// Open connections.
    pub(super) connections: AtomicUsize,
}

impl Meter {
    /// A tool call ended. `tool` is one of this server's names, or `unknown`.
    pub(in crate::mcp) fn called(&self, tool: &'static str, outcome: &'static str, lasted: Duration) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        *tallies.calls.entry((tool, outcome)).or_default() += 1;
        let spread = tallies.durations.entry(tool).or_default();
        let seconds = lasted.as_secs_f64();
        spread.count += 1;
        spread.sum_s += seconds;
        if let Some((_, hits)) = BUCKETS.iter().zip(&mut spread.within).find(|(bound, _)| seconds <= **bound) {
            *hits += 1;
        }
    }

    /// A request was answered with this status.
    pub(super) fn answered(&self, status: u16) {
        *self.tallies.lock().unwrap_or_else(PoisonError::into_inner).answers.entry(status).or_default() += 1;
    }

    /// All of it, as text.
    pub(super) fn text(&self) -> String {
        let tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        let _ = tallies.write(&mut out);
        let (flight, open) = (self.in_flight.load(Ordering::Relaxed), self.connections.load(Ordering::Relaxed));
        let _ = write!(
            out,
            "# HELP klingai_http_in_flight Requests admitted and not yet answered.\n# TYPE klingai_http_in_flight gauge\nklingai_http_in_flight {flight}\n\
             # HELP klingai_http_connections Open connections.\n# TYPE klingai_http_connections gauge\nklingai_http_connections {open}\n"
        );
        out
    }
}

impl Tallies {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        out.push_str("# HELP klingai_tool_calls_total Tool calls by tool and outcome.\n# TYPE klingai_tool_calls_total counter\n");
        for ((tool, outcome), count) in &self.calls {
            writeln!(out, "klingai_tool_calls_total{{tool=\"{tool}\",outcome=\"{outcome}\"}} {count}")?;
        }
        out.push_str("# HELP klingai_tool_call_seconds Duration of tool calls.\n# TYPE klingai_tool_call_seconds histogram\n");
        for (tool, spread) in &self.durations {
            spread.write(tool, out)?;
        }
        out.push_str("# HELP klingai_http_responses_total Answers by status.\n# TYPE klingai_http_responses_total counter\n");
        for (status, count) in &self.answers {
            writeln!(out, "klingai_http_responses_total{{status=\"{status}\"}} {count}")?;
        }
        Ok(())
    }
}

impl Spread {
    fn write(&self, tool: &str, out: &mut String) -> std::fmt::Result {
        let mut below = 0;
        for (bound, hits) in BUCKETS.iter().zip(self.within) {
            below += hits;
            writeln!(out, "klingai_tool_call_seconds_bucket{{tool=\"{tool}\",le=\"{bound}\"}} {below}")?;
        }
        writeln!(out, "klingai_tool_call_seconds_bucket{{tool=\"{tool}\",le=\"+Inf\"}} {}", self.count)?;
        writeln!(out, "klingai_tool_call_seconds_sum{{tool=\"{tool}\"}} {}", self.sum_s)?;
        writeln!(out, "klingai_tool_call_seconds_count{{tool=\"{tool}\"}} {}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_the_last_holds_all() {
        let meter = Meter::default();
        for milliseconds in [0, 3, 60_000] {
            meter.called("t", "ok", Duration::from_millis(milliseconds));
        }
        meter.answered(401);
        let text = meter.text();
        for line in [
            "klingai_tool_calls_total{tool=\"t\",outcome=\"ok\"} 3",
            "klingai_tool_call_seconds_bucket{tool=\"t\",le=\"0.001\"} 1",
            "klingai_tool_call_seconds_bucket{tool=\"t\",le=\"45\"} 2",
            "klingai_tool_call_seconds_bucket{tool=\"t\",le=\"+Inf\"} 3",
            "klingai_tool_call_seconds_sum{tool=\"t\"} 60.003",
            "klingai_http_responses_total{status=\"401\"} 1",
            "klingai_http_in_flight 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}
