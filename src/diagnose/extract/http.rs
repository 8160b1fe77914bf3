//! Header lines of raw HTTP, `curl -v`, HAR and dumps.

use crate::diagnose::evidence::{Evidence, readings as r};
use crate::text::{Span, Text};

use super::times;

/// Reads the server's clock, HTML bodies and empty bodies.
pub(crate) fn read(evidence: &mut Evidence<'_>) {
    let text = evidence.text;
    if let Some((at, seconds)) = server_date(text) {
        evidence.server_time = Some(seconds);
        local_skew(evidence, at, seconds);
    }
    for mark in ["<html", "<!doctype html"] {
        if let Some(at) = text.lower.find(mark) {
            evidence.read(r::ENVELOPE_HTML, Span::new(at, at + mark.len()), None);
            break;
        }
    }
    if let Some(at) = text.lower.find("content-length: 0\n") {
        evidence.read(r::ENVELOPE_EMPTY, Span::new(at, at + 17), None);
    }
}

/// Value and place of the first header line with this name, in any of the usual dump forms.
pub(crate) fn header<'t>(text: &'t Text, name: &str) -> Option<(usize, &'t str)> {
    for (at, _) in text.lower.match_indices(name) {
        let line = text.line_span(at);
        let lead = text.lower_slice(Span::new(line.start, at));
        let value = text.plain.get(at + name.len()..line.end)?;
        let Some(value) = value.trim_start_matches(['"', '\'', '\\']).strip_prefix(':') else { continue };
        let dump = lead.chars().all(|c| matches!(c, ' ' | '<' | '>' | '*' | '"' | '\'' | '-' | 'h' | '{' | '\\' | ',' | '|'));
        if dump || lead.ends_with(['"', '\'']) {
            return Some((at, value.trim_matches([' ', '"', '\'', ',', '\\'])));
        }
    }
    None
}

fn server_date(text: &Text) -> Option<(usize, i64)> {
    let (at, value) = header(text, "date")?;
    Some((at, times::http_date(value)?))
}

/// The nearest local time stamp of the same line or the line before, against the server's clock.
fn local_skew(evidence: &mut Evidence<'_>, at: usize, server: i64) {
    let text = evidence.text;
    let line = text.line_span(at);
    let above = text.line_span(line.start.saturating_sub(1));
    let Some(local) = times::stamp(text.slice(Span::new(above.start.min(line.start), line.start))) else { return };
    let skew = local - server;
    if (61..=86_400).contains(&skew.abs()) && skew.abs() % 1_800 > 60 {
        let way = if skew > 0 { "ahead of" } else { "behind" };
        evidence.read(r::CLOCK_SKEW, line, Some(format!("the local clock is {} s {way} the server's Date", skew.abs())));
    }
}
