//! What credential a paste shows, and the form of its `Authorization` header.

use crate::diagnose::evidence::{Evidence, readings as r};
use crate::redact::{Form, Secret, is_placeholder};
use crate::text::{Span, Text};

use super::jwt;

/// Reads secrets that were replaced and `Authorization` headers.
pub(crate) fn read(evidence: &mut Evidence<'_>, secrets: &[Secret], now: i64) {
    let (now, clock) = evidence.server_time.map_or((now, "now"), |server| (server, "the server's Date"));
    for secret in secrets.iter().take(50) {
        shape(evidence, secret);
        if let Form::Token(token) = &secret.form {
            jwt::examine(evidence, token, secret.span, now, clock);
        }
    }
    missing(evidence);
    let text = evidence.text;
    for (at, word) in text.lower.match_indices("authorization").take(40) {
        if let Some((value, span)) = value_after(text, at + word.len()) {
            header(evidence, value, span);
        }
    }
}

/// A request is shown whole and has no such header: raw HTTP up to its blank line, or a curl command.
fn missing(evidence: &mut Evidence<'_>) {
    let text = evidence.text;
    if text.lower.contains("authorization") || !(evidence.has(r::HOST_OFFICIAL) || text.lower.contains("host: api-")) {
        return;
    }
    let request = [" http/1.1\n", " http/2\n", " http/1.0\n"].iter().find_map(|end| text.lower.find(end));
    let raw = request.filter(|at| text.lower.get(*at..).is_some_and(|rest| rest.contains("\nhost:") && rest.contains("\n\n")));
    let curl = text.lower.find("curl ").filter(|_| evidence.has(r::HOST_OFFICIAL) && !text.lower.contains("-u "));
    if let Some(at) = raw.or(curl) {
        evidence.read(r::HEADER_MISSING, text.line_span(at), Some("the request is shown whole and has no Authorization header".into()));
    }
}

fn shape(evidence: &mut Evidence<'_>, secret: &Secret) {
    let name = match &secret.form {
        Form::Token(_) => r::CREDENTIAL_JWT,
        Form::ApiKey => r::CREDENTIAL_API_KEY,
        Form::RelayKey => r::CREDENTIAL_RELAY_KEY,
        Form::GatewayKey(_) => r::CREDENTIAL_GATEWAY_KEY,
        Form::Pair => r::CREDENTIAL_PAIR,
        Form::Opaque { length } if secret.in_header && *length < 20 => r::CREDENTIAL_GARBAGE,
        Form::Opaque { .. } | Form::Other(_) => return,
    };
    evidence.read(name, secret.span, None);
}

/// The value that is assigned to the header, up to its closing quote or the end of the line.
fn value_after(text: &Text, after: usize) -> Option<(&str, Span)> {
    let line = text.line_span(after);
    let rest = text.plain.get(after..line.end)?;
    let closed = rest.trim_start_matches(['"', '\'', '\\', ']', ')']);
    let signed = closed.trim_start().strip_prefix([':', '=', ','])?;
    let value = signed.trim_start_matches([' ', '>']);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let body = quote.map_or(value, |q| value.get(q.len_utf8()..).unwrap_or(""));
    let outer = text.plain.get(line.start..after).and_then(|head| head.chars().rev().find(|c| matches!(c, '"' | '\'')));
    let end = match quote.or(outer) {
        Some(q) => body.rfind(q).filter(|_| quote.is_none()).or_else(|| body.find(q)).unwrap_or(body.len()),
        None => body.len(),
    };
    let start = line.end - body.len();
    Some((body.get(..end)?, Span::new(start, start + end)))
}

fn header(evidence: &mut Evidence<'_>, value: &str, span: Span) {
    let trimmed = value.trim();
    let word = trimmed.split_whitespace().next().unwrap_or("");
    let rest = trimmed.get(word.len()..).unwrap_or("");
    let bearer = word.eq_ignore_ascii_case("bearer");
    if trimmed.is_empty() {
        evidence.read(r::HEADER_MISSING, span, None);
        evidence.read(r::CREDENTIAL_EMPTY, span, Some("the header is there and empty".into()));
    } else if bearer {
        after_bearer(evidence, rest, span);
    } else if trimmed.starts_with('[') {
        no_bearer(evidence, trimmed, span);
    } else if bare_name(trimmed) && !trimmed.to_ascii_lowercase().contains("bearer") && !trimmed.to_ascii_lowercase().contains("header") {
        evidence.read(r::CODE_NO_BEARER, span, Some("the header is set to the bare key, without \"Bearer \"".into()));
    }
}

/// A variable or call such as `token`, `api_key`, `get_token()`.
fn bare_name(value: &str) -> bool {
    let name = value.trim_end_matches([',', '}', ';', ')', '(', ' ', '\\', 'n']);
    let small = name.to_ascii_lowercase();
    let speaks = ["token", "key", "jwt", "secret"].iter().any(|word| small.contains(word));
    speaks && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | '{' | '}' | '(' | '[' | ']' | '\'' | '"'))
}

fn no_bearer(evidence: &mut Evidence<'_>, value: &str, span: Span) {
    if ["[token]", "[api key]", "[relay key]", "[secret]", "[key pair]"].iter().any(|stand_in| value.starts_with(stand_in)) {
        evidence.read(r::HEADER_NO_BEARER, span, Some("the header carries the bare key, without \"Bearer \"".into()));
    }
}

fn after_bearer(evidence: &mut Evidence<'_>, rest: &str, span: Span) {
    let key = rest.trim();
    let small = key.to_ascii_lowercase();
    if small.starts_with("bearer") {
        evidence.read(r::HEADER_DOUBLE_BEARER, span, Some("\"Bearer\" stands twice".into()));
    } else if key.is_empty() || ["undefined", "null", "none", "nil"].contains(&small.as_str()) {
        evidence.read(
            r::CREDENTIAL_EMPTY,
            span,
            Some("nothing follows \"Bearer\": the variable was empty when the header was built".into()),
        );
    } else if key.starts_with(['"', '\'', '\\']) && key.len() > 1 {
        evidence.read(r::HEADER_QUOTES, span, Some("the key is sent with its quotes".into()));
    } else if rest.starts_with("  ") || key.ends_with("\\n") || key.ends_with("\\r") || key.ends_with("%0a") {
        evidence.read(r::HEADER_WHITESPACE, span, Some("there is stray white space around the key".into()));
    } else if !key.starts_with('[') && is_placeholder(key) && !variable(key) {
        evidence.read(r::CREDENTIAL_PLACEHOLDER, span, Some("a stand-in was sent instead of a key".into()));
    } else if !key.starts_with('[') && key.len() < 20 && !key.contains(['$', '{', '<', '+', '(']) {
        evidence.read(r::CREDENTIAL_GARBAGE, span, Some("the value has none of the known key forms".into()));
    }
}

/// In source code a variable stands where the key will be.
fn variable(key: &str) -> bool {
    key.contains(['$', '{', '+', '(', '.', '<', '%']) || key.ends_with("...") || key.contains('*')
}
