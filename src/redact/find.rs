//! Where the secrets of a text are: by prefix, by the name they are assigned to, by header, in addresses.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::form::{API_KEY_PREFIX, FOREIGN_PREFIXES, Role, is_placeholder};
use crate::text::Span;

/// A secret in the original text.
pub(super) struct Candidate {
    pub span: Span,
    pub role: Role,
    pub in_header: bool,
}

/// What a marker announces.
#[derive(Clone, Copy)]
enum Marker {
    /// The secret begins with the marker; at least this many bytes must follow.
    Prefix(usize),
    /// The secret follows after a scheme word.
    Scheme,
    /// The secret is the value assigned to this name.
    Name(Role),
    /// The rest of the line is secret.
    Line,
    /// `scheme://user:password@host`.
    Userinfo,
    /// A private key block.
    Pem,
}

/// Names whose value is a secret. An assignment must follow: `=`, `:` or `=>`, with or without quotes.
const NAMES: &[&str] = &[
    "secret",
    "passwd",
    "password",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "secretkey",
    "private_key",
    "auth_token",
    "access_token",
    "refresh_token",
    "bearer_token",
    "jwt_token",
    "client_secret",
    "fal_key",
    "kling_token",
    "kling_jwt",
];
/// Query members of signed addresses.
const SIGNED: &[&str] = &["signature=", "x-amz-credential=", "x-amz-security-token=", "sig=", "token=", "q-signature=", "&key=", "?key="];
const SIGNATURE: Role = Role::Other("[signature]");
const PASSWORD: Role = Role::Other("[password]");

static MARKERS: LazyLock<(Vec<Marker>, Option<AhoCorasick>)> = LazyLock::new(markers);

fn markers() -> (Vec<Marker>, Option<AhoCorasick>) {
    let mut rows: Vec<(String, Marker)> = vec![
        ("eyJ".into(), Marker::Prefix(17)),
        (API_KEY_PREFIX.into(), Marker::Prefix(8)),
        ("sk-".into(), Marker::Prefix(13)),
        ("whsec_".into(), Marker::Prefix(12)),
        ("bearer ".into(), Marker::Scheme),
        ("key ".into(), Marker::Scheme),
        ("token ".into(), Marker::Scheme),
        ("basic ".into(), Marker::Scheme),
        ("authorization".into(), Marker::Name(Role::Credential)),
        ("cookie:".into(), Marker::Line),
        ("://".into(), Marker::Userinfo),
        ("-----begin".into(), Marker::Pem),
    ];
    rows.extend(FOREIGN_PREFIXES.iter().map(|(prefix, _)| ((*prefix).to_owned(), Marker::Prefix(12))));
    rows.extend(NAMES.iter().map(|name| ((*name).to_owned(), Marker::Name(Role::Credential))));
    rows.extend(SIGNED.iter().map(|name| ((*name).to_owned(), Marker::Name(SIGNATURE))));
    let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(rows.iter().map(|(text, _)| text)).ok();
    (rows.into_iter().map(|(_, marker)| marker).collect(), finder)
}

/// All secrets, in order, without overlap.
pub(super) fn secrets(text: &str) -> Vec<Candidate> {
    let (kinds, Some(finder)) = &*MARKERS else { return Vec::new() };
    let mut found: Vec<Candidate> = Vec::new();
    for hit in finder.find_overlapping_iter(text) {
        let Some(kind) = kinds.get(hit.pattern().as_usize()) else { continue };
        let candidate = match kind {
            Marker::Prefix(least) => prefixed(text, hit.start(), hit.end(), *least),
            Marker::Scheme => schemed(text, hit.start(), hit.end()),
            Marker::Name(role) => assigned(text, hit.start(), hit.end(), *role),
            Marker::Line => line(text, hit.end()),
            Marker::Userinfo => userinfo(text, hit.end()),
            Marker::Pem => pem(text, hit.start()),
        };
        found.extend(candidate);
    }
    merge(found)
}

/// Of overlapping candidates the earliest and longest wins; its header mark is kept.
fn merge(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by_key(|c| (c.span.start, usize::MAX - c.span.end));
    let mut kept: Vec<Candidate> = Vec::with_capacity(found.len());
    for candidate in found {
        match kept.last_mut() {
            Some(last) if candidate.span.start < last.span.end => {
                last.in_header |= candidate.in_header;
                last.span.end = last.span.end.max(candidate.span.end);
            }
            _ => kept.push(candidate),
        }
    }
    kept
}

fn secret_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'+' | b'/' | b'=' | b'|' | b':' | b'~')
}

/// End of the run of key characters from `start`, without a trailing full stop or colon.
fn run_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let mut len = bytes.iter().take(8_192).take_while(|b| secret_byte(**b)).count();
    while len > 0 && matches!(bytes.get(len - 1), Some(b'.' | b':' | b'/' | b'|')) {
        len -= 1;
    }
    start + len
}

fn starts_word(text: &str, at: usize) -> bool {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let escaped = matches!(before, [.., b'\\', b'n' | b't' | b'r']);
    escaped || before.last().is_none_or(|b| !b.is_ascii_alphanumeric())
}

fn prefixed(text: &str, start: usize, after: usize, least: usize) -> Option<Candidate> {
    let end = run_end(text, start);
    let body = text.get(after..end)?;
    let case_kept =
        ["eyJ", "AKIA", "ASIA", "AIza"].iter().any(|p| text.get(start..after).is_some_and(|t| t.eq_ignore_ascii_case(p) && t != *p));
    if end < after + least || !starts_word(text, start) || case_kept || is_placeholder(body) {
        return None;
    }
    if text.get(start..after).is_some_and(|p| p.eq_ignore_ascii_case("sk-")) && !body.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Candidate { span: Span::new(start, end), role: Role::Credential, in_header: false })
}

/// After `Bearer `, `Key ` and the like: only a run that looks like a key.
fn schemed(text: &str, start: usize, after: usize) -> Option<Candidate> {
    let end = run_end(text, after);
    let value = text.get(after..end)?;
    let header = text.get(..start).is_some_and(|t| tail(t, 40).to_ascii_lowercase().contains("authorization"));
    let bearer = text.get(start..after).is_some_and(|word| word.eq_ignore_ascii_case("bearer "));
    if !(header || bearer) || value.len() < 8 || is_placeholder(value) || value.eq_ignore_ascii_case("bearer") {
        return None;
    }
    Some(Candidate { span: Span::new(after, end), role: Role::Credential, in_header: true })
}

fn tail(text: &str, bytes: usize) -> &str {
    let start = crate::text::ceil_border(text, text.len().saturating_sub(bytes));
    text.get(start..).unwrap_or("")
}

/// The value after `name =`, `name: "`, `\"name\": \"`; short words, numbers and stand-ins are left.
fn assigned(text: &str, start: usize, after: usize, role: Role) -> Option<Candidate> {
    let query = text.as_bytes().get(after.wrapping_sub(1)) == Some(&b'=');
    let value_start = if query { after } else { value_after(text, after)? };
    let header = text.get(start..after).is_some_and(|name| name.eq_ignore_ascii_case("authorization"));
    let end = run_end(text, value_start);
    let value = text.get(value_start..end)?;
    let word = value.len() < 12 && value.bytes().all(|b| b.is_ascii_alphabetic());
    if value.len() < 8 || is_placeholder(value) || word || value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Candidate { span: Span::new(value_start, end), role, in_header: header })
}

/// Position of the value after the rest of the name, closing quotes and an assignment sign.
fn value_after(text: &str, after: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let skip = |mut at: usize, set: fn(u8) -> bool, most: usize| {
        let from = at;
        while at - from < most && bytes.get(at).copied().is_some_and(set) {
            at += 1;
        }
        at
    };
    let at = skip(after, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-', 24);
    let at = skip(at, |b| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b']' | b')'), 6);
    let sign = skip(at, |b| matches!(b, b'=' | b':' | b'>' | b','), 2);
    if sign == at {
        return None;
    }
    Some(skip(sign, |b| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b'`'), 6))
}

fn line(text: &str, after: usize) -> Option<Candidate> {
    let rest = text.get(after..)?;
    let end = after + rest.find(['\n', '\'', '"']).unwrap_or(rest.len());
    let start = after + rest.len() - rest.trim_start_matches(' ').len();
    let value = text.get(start..end)?.trim_end();
    if value.len() < 8 || value.starts_with('[') || is_placeholder(value) {
        return None;
    }
    Some(Candidate { span: Span::new(start, start + value.len()), role: Role::Other("[cookie]"), in_header: false })
}

fn userinfo(text: &str, after: usize) -> Option<Candidate> {
    let rest = text.get(after..)?;
    let authority =
        rest.get(..rest.bytes().take(256).take_while(|b| b.is_ascii_graphic() && !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'')).count())?;
    let (info, _) = authority.rsplit_once('@')?;
    let (user, password) = info.split_once(':')?;
    if password.is_empty() || password.starts_with('[') {
        return None;
    }
    let start = after + user.len() + 1;
    Some(Candidate { span: Span::new(start, start + password.len()), role: PASSWORD, in_header: false })
}

fn pem(text: &str, start: usize) -> Option<Candidate> {
    let rest = text.get(start..)?;
    let head = rest.lines().next().unwrap_or("").to_ascii_lowercase();
    if !head.contains("private key") {
        return None;
    }
    let close = rest.get(10..)?.find("-----END").map_or(rest.len(), |at| at + 10);
    let end = rest.get(close..)?.find('\n').map_or(rest.len(), |at| close + at);
    Some(Candidate { span: Span::new(start, start + end), role: Role::Other("[private key]"), in_header: false })
}
