//! Reads what came back: the envelope of both generations, or what stands in its place.

use serde::Serialize;
use serde_json::Value;

use super::exchange::Raw;
use super::scrub::Scrub;

/// Longest id that is believed.
const LONGEST_ID: usize = 128;

/// What an answer said, whatever it meant. The message is a stranger's text: cleaned, without secrets, at most 512 bytes, and
/// still not to be trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// HTTP status, when an answer began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Service code of the envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_code: Option<i64>,
    /// Message of the envelope, or the beginning of a body without one. Untrusted.
    #[serde(skip)]
    pub message: String,
    /// Id of the request at the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Seconds that the answer asked to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl Evidence {
    /// Evidence of a call that has no answer, or only a status.
    pub(super) fn status(http_status: Option<u16>) -> Self {
        Self { http_status, ..Self::default() }
    }
}

/// The form of a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// An object with a numeric `code`; `data` is null when it was absent.
    Envelope(Value),
    /// JSON without a code.
    Json,
    /// A page of a proxy or a web server.
    Html,
    /// It begins like JSON and does not end like it, or it was longer than the cap.
    Cut,
    /// Nothing, or text of no known form.
    Other,
}

/// An answer taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) evidence: Evidence,
    pub(super) body: Body,
}

/// Reads an answer. It never fails.
pub(super) fn read(raw: &Raw, scrub: &Scrub) -> Answer {
    let mut evidence = Evidence { retry_after_s: raw.retry_after_s, ..Evidence::status(Some(raw.status)) };
    let body = match serde_json::from_slice::<Value>(&raw.body) {
        Ok(Value::Object(mut members)) if !raw.cut => {
            evidence.service_code = members.get("code").and_then(number);
            evidence.message = scrub.clean(members.get("message").and_then(Value::as_str).unwrap_or_default());
            evidence.request_id = members.get("request_id").and_then(Value::as_str).and_then(id).and_then(|id| scrub.passed(id));
            let data = members.remove("data").unwrap_or(Value::Null);
            if evidence.service_code.is_some() { Body::Envelope(data) } else { Body::Json }
        }
        Ok(_) if !raw.cut => Body::Json,
        _ => formless(raw),
    };
    if evidence.message.is_empty() && !matches!(body, Body::Envelope(_)) {
        evidence.message = scrub.clean(&String::from_utf8_lossy(raw.body.get(..2048).unwrap_or(&raw.body)));
    }
    Answer { evidence, body }
}

fn formless(raw: &Raw) -> Body {
    let text = String::from_utf8_lossy(raw.body.get(..1024).unwrap_or(&raw.body)).trim_start().to_ascii_lowercase();
    let page = ["<!doctype", "<html", "<head", "<body", "<?xml", "<center"].iter().any(|head| text.starts_with(head));
    match text.chars().next() {
        _ if page => Body::Html,
        Some('{' | '[' | '"') => Body::Cut,
        _ if raw.cut || raw.content_type.contains("json") && !text.is_empty() => Body::Cut,
        _ => Body::Other,
    }
}

/// A whole number, also written as text.
pub(super) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// An id: letters, digits and `-_.:`, at most 128 of them.
pub(super) fn id(text: &str) -> Option<String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    (plain && (1..=LONGEST_ID).contains(&text.len())).then(|| text.to_owned())
}

/// An id that may be written as a number.
pub(super) fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => id(text),
        Value::Number(number) => id(&number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(status: u16, body: &str) -> Answer {
        read(&Raw { status, body: body.as_bytes().to_vec(), ..Raw::default() }, &Scrub::default())
    }

    #[test]
    fn an_envelope_gives_code_message_and_request_id() {
        let answer = read_text(400, r#"{"code":"1201","message":"no\u0007 good","request_id":"Ck-1","data":null,"more":1}"#);
        assert_eq!(answer.evidence.service_code.map(|code| code.to_string()).as_deref(), Some("1201"));
        assert_eq!((answer.evidence.message.as_str(), answer.evidence.request_id.as_deref()), ("no good", Some("Ck-1")));
        assert_eq!(answer.body, Body::Envelope(Value::Null));
    }

    #[test]
    fn what_is_no_envelope_is_named_by_its_form() {
        for (body, form) in [
            ("<html><body>502 Bad Gateway", Body::Html),
            ("\n<!DOCTYPE html>", Body::Html),
            (r#"{"code":0,"mess"#, Body::Cut),
            (r#"{"detail":"x"}"#, Body::Json),
            ("[]", Body::Json),
            ("", Body::Other),
            ("upstream connect error", Body::Other),
        ] {
            assert_eq!(read_text(502, body).body, form, "{body}");
        }
    }

    #[test]
    fn a_request_id_of_odd_letters_is_not_believed() {
        for odd in ["a b", "<b>", "", "é", &"x".repeat(200)] {
            assert_eq!(id(odd), None, "{odd}");
        }
    }
}
