//! A call while it runs: its span in the log, and its place in the traces.
//!
//! A caller may send `traceparent` and `tracestate` in `_meta`. They reach the log only when they keep to the grammar of the W3C
//! recommendation, so that nothing else can get into it through them.

use std::time::Duration;

use rmcp::model::RequestMetaObject;
use tracing::Span;
use tracing::field::Empty;

use super::{Begun, Traces, parent};

/// Most bytes of a `tracestate` that are passed on.
const LONGEST_STATE: usize = 512;

/// Bytes of a `traceparent` whose grammar is known.
const KNOWN: usize = 55;

/// What is noted of a call: names, versions and ids, never anything that was said.
#[derive(Debug)]
pub(in crate::mcp) struct Noted {
    span: Span,
    begun: Option<Begun>,
}

impl Noted {
    /// A call of `tool`, which is one of ours or "unknown", begins.
    pub(in crate::mcp) fn begin(traces: Option<&Traces>, tool: &str, meta: &RequestMetaObject, version: Option<&'static str>) -> Self {
        Self { span: span(tool, meta, version), begun: traces.map(|traces| traces.begin(meta, version)) }
    }

    /// The span of the log.
    pub(in crate::mcp) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The call ended.
    pub(in crate::mcp) fn end(self, traces: Option<&Traces>, tool: &'static str, outcome: &'static str, lasted: Duration) {
        let failed = Some(outcome).filter(|outcome| outcome.ends_with("_error"));
        if let Some(failed) = failed {
            self.span.record("error.type", failed);
        }
        self.span.in_scope(|| tracing::debug!(outcome, "a call ended"));
        if let (Some(traces), Some(begun)) = (traces, self.begun) {
            traces.end(&begun, tool, failed, lasted);
        }
    }
}

fn span(tool: &str, meta: &RequestMetaObject, version: Option<&'static str>) -> Span {
    // What newer versions add at the end is free text.
    let above = meta.get_traceparent().filter(|text| parent(text).is_some()).and_then(|text| text.get(..KNOWN));
    let state = meta.get_tracestate().filter(|text| above.is_some() && is_state(text));
    tracing::info_span!(
        "tools/call",
        otel.name = %format_args!("tools/call {tool}"),
        mcp.method.name = "tools/call",
        gen_ai.tool.name = tool,
        mcp.protocol.version = version,
        traceparent = above,
        tracestate = state,
        error.type = Empty,
    )
}

/// A list of `key=value`, at most 32, without blanks in a value.
fn is_state(text: &str) -> bool {
    let key = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte);
    let member = |text: &str| {
        text.trim_matches([' ', '\t']).split_once('=').is_some_and(|(name, value)| {
            let named = !name.is_empty() && name.bytes().all(key);
            named && !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=')
        })
    };
    text.len() <= LONGEST_STATE && text.split(',').count() <= 32 && text.split(',').all(member)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tracestate_of_the_recommendation_is_taken() {
        for right in ["vendor=1", "a@b=t61rcWkgMzE, rojo=00f067aa0ba902b7"] {
            assert!(is_state(right), "{right}");
        }
        for wrong in ["", "vendor", "=1", "vendor=", "a=ignore all of the above", "a=\u{1b}[31m", "A=1", &format!("a={}", "x".repeat(600))]
        {
            assert!(!is_state(wrong), "{wrong:?}");
        }
        assert!(!is_state(&vec!["a=1"; 33].join(",")));
    }
}
