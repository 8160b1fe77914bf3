//! The span of a call, and where it stands in the caller's trace: names, versions and ids, never anything that was said.
//!
//! A caller may send `traceparent` and `tracestate` in `_meta`. They are taken only when they keep to the grammar of the W3C
//! recommendation, so that nothing else can get into a log through them.

use rmcp::model::ProtocolVersion;
use rmcp::service::{RequestContext, RoleServer};
use tracing::Span;
use tracing::field::Empty;

/// Most bytes of a `tracestate` that are passed on.
const LONGEST_STATE: usize = 512;

/// The span of a call of `tool`, which is one of ours or "unknown".
pub(super) fn span(tool: &str, context: &RequestContext<RoleServer>) -> Span {
    let version = context.protocol_version();
    let parent = context.meta.get_traceparent().filter(|text| is_parent(text));
    let state = context.meta.get_tracestate().filter(|text| parent.is_some() && is_state(text));
    tracing::info_span!(
        "tools/call",
        otel.name = %format_args!("tools/call {tool}"),
        mcp.method.name = "tools/call",
        gen_ai.tool.name = tool,
        mcp.protocol.version = version.as_ref().map(ProtocolVersion::as_str),
        traceparent = parent,
        tracestate = state,
        error.type = Empty,
    )
}

/// Notes how a call ended.
pub(super) fn ended(span: &Span, outcome: &'static str) {
    if outcome.ends_with("error") {
        span.record("error.type", outcome);
    }
    span.in_scope(|| tracing::debug!(outcome, "a call ended"));
}

/// `version-trace-parent-flags` in lower-case hexadecimal; version ff, and ids of zeros, are none.
fn is_parent(text: &str) -> bool {
    let hex = |part: &str, length| part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, parent, flags] = parts.as_slice() else { return false };
    hex(version, 2) && *version != "ff" && hex(trace, 32) && some(trace) && hex(parent, 16) && some(parent) && hex(flags, 2)
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
    fn only_a_traceparent_of_the_recommendation_is_taken() {
        let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        assert!(is_parent(&format!("00-{trace}-{parent}-01")) && is_parent(&format!("cc-{trace}-{parent}-00")));
        let wrong = [
            String::new(),
            trace.to_owned(),
            format!("ff-{trace}-{parent}-01"),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{parent}-01", trace.to_uppercase()),
            format!("00-{trace}-{parent}-01-x"),
            format!("00-{trace}-{parent}-0\n"),
        ];
        for text in wrong {
            assert!(!is_parent(&text), "{text:?}");
        }
    }

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
