//! HTTP statuses and service codes, in JSON members, headers, tables and sentences.
//!
//! A bare number counts only where the words around it say what it is.

use crate::diagnose::evidence::{Evidence, Seen, readings as r};
use crate::text::{Span, Text};

mod words;
use words::{CODE_MARKS, CODE_WORDS, REASONS, STATUS_WORDS, UNITS};

/// At most this many numbers of each kind are kept.
const MOST: usize = 400;

/// Members whose integer is an HTTP status.
const STATUS_MEMBERS: &[&str] =
    &["status", "status_code", "statusCode", "http_status", "httpStatus", "http_code", "httpCode", "responseStatus"];
/// Members whose integer is a service code or, from some gateways, a status.
const CODE_MEMBERS: &[&str] = &[
    "code",
    "error_code",
    "errorCode",
    "err_code",
    "errCode",
    "service_code",
    "serviceCode",
    "kling_code",
    "klingCode",
    "biz_code",
    "failCode",
    "status_code",
];

/// Reads members, then numbers in words.
pub(crate) fn read(evidence: &mut Evidence<'_>) {
    members(evidence);
    in_words(evidence);
    let order = |span: Span| span.start;
    evidence.statuses.sort_by_key(|seen| order(seen.span));
    evidence.codes.sort_by_key(|seen| order(seen.span));
    evidence.statuses.dedup();
    evidence.codes.dedup();
}

fn members(evidence: &mut Evidence<'_>) {
    let (mut statuses, mut codes) = (Vec::new(), Vec::new());
    for object in &evidence.objects {
        for member in &object.members {
            let Some(value) = object.int(&member.key) else { continue };
            if STATUS_MEMBERS.contains(&member.key.as_str()) || member.key == "code" {
                statuses.extend(status(value).map(|value| Seen { value, span: member.span }));
            }
            if CODE_MEMBERS.contains(&member.key.as_str()) && is_code(evidence, value) {
                codes.push(Seen { value, span: member.span });
            }
        }
    }
    evidence.statuses.extend(statuses);
    evidence.codes.extend(codes);
}

fn status(value: i64) -> Option<u16> {
    u16::try_from(value).ok().filter(|value| (400..=599).contains(value))
}

/// A number that a page speaks of; 0 is no failure by itself.
fn is_code(evidence: &Evidence<'_>, value: i64) -> bool {
    value != 0 && evidence.knowledge.code(value).is_some()
}

fn in_words(evidence: &mut Evidence<'_>) {
    let text = evidence.text;
    let (mut statuses, mut codes) = (Vec::new(), Vec::new());
    for (number, span) in numbers(text) {
        match span.end - span.start {
            3 => statuses.extend(status(number).filter(|_| means_status(text, span)).map(|value| Seen { value, span })),
            4 if is_code(evidence, number) && means_code(evidence, number, span) => codes.push(Seen { value: number, span }),
            _ => {}
        }
        if statuses.len() + codes.len() > MOST {
            break;
        }
    }
    evidence.statuses.extend(statuses.into_iter().filter(|seen: &Seen<u16>| !inside(&evidence.objects, seen.span)));
    evidence.codes.extend(codes.into_iter().filter(|seen: &Seen<i64>| !inside(&evidence.objects, seen.span)));
}

/// Numbers inside an object that was read as such are judged by their member names.
fn inside(objects: &[super::json::Object], span: Span) -> bool {
    objects.iter().any(|object| {
        object
            .members
            .iter()
            .any(|member| member.span.start <= span.start && span.end <= member.span.end && object.int(&member.key).is_some())
    })
}

/// Runs of three or four digits that are no part of a longer word or number.
fn numbers(text: &Text) -> Vec<(i64, Span)> {
    let bytes = text.plain.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let len = bytes.iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
        let alone = at.checked_sub(1).and_then(|p| bytes.get(p)).is_none_or(|b| {
            !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'$' | b'+') || (*b == b',' && digit_before(bytes, at)))
        });
        let after = bytes.get(at + len);
        let plural = after == Some(&b's') && bytes.get(at + len + 1).is_none_or(|b| !b.is_ascii_alphanumeric());
        let ends =
            plural || after.is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'%'))) && !decimal_follows(bytes, at + len);
        if matches!(len, 3 | 4) && alone && ends {
            let value = text.plain.get(at..at + len).and_then(|digits| digits.parse().ok());
            found.extend(value.map(|value| (value, Span::new(at, at + len))));
        }
        at += len;
    }
    found
}

fn digit_before(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(2).and_then(|p| bytes.get(p)).is_some_and(u8::is_ascii_digit)
}

fn decimal_follows(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b'.' | b',' | b'-' | b'/')) && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
}

fn quantity(text: &Text, span: Span) -> bool {
    let after = text.after(span.end, 10);
    let next = after.trim_start_matches(['`', ' ', '-', ')']);
    UNITS.iter().any(|unit| next.starts_with(unit))
        || text.before(span.start, 4).ends_with(['×', 'x', '*', '$', '~', '<', '>', '≤', '≥', '+'])
}

/// The last word before the number, marks trimmed from its end.
fn leads(text: &Text, span: Span, words: &[&str]) -> bool {
    let before = text.before(span.start, 28);
    let trimmed = before.trim_end_matches([' ', ':', '=', '"', '\'', '#', '*', ',']);
    words.iter().any(|word| {
        let whole = trimmed.strip_suffix(word).is_some_and(|head| {
            !word.is_ascii() || !word.ends_with(|c: char| c.is_ascii_alphanumeric()) || !head.ends_with(|c: char| c.is_ascii_alphanumeric())
        });
        whole || before.ends_with(word) && !word.ends_with(|c: char| c.is_ascii_alphanumeric())
    })
}

fn means_status(text: &Text, span: Span) -> bool {
    if line_number(text, span) {
        return false;
    }
    let after = text.after(span.end, 24);
    let next = after.trim_start_matches([' ', ':', '(', '-', '—', '"', '\'', '`', '*']);
    if REASONS.iter().any(|reason| next.starts_with(reason)) {
        return true;
    }
    let starts_line = text.before(span.start, 12).trim().is_empty();
    !quantity(text, span) && (leads(text, span, STATUS_WORDS) || starts_line)
}

/// `file.ts:422` and `file.py", line 422` are places in source code.
fn line_number(text: &Text, span: Span) -> bool {
    let before = text.before(span.start, 8);
    let colon = before.strip_suffix(':').is_some_and(|head| {
        head.ends_with(|c: char| c.is_ascii_alphanumeric())
            && !head.ends_with("code")
            && !head.ends_with("status")
            && !head.ends_with("http")
            && !head.ends_with("error")
    });
    colon || before.ends_with("line ")
}

fn means_code(evidence: &Evidence<'_>, number: i64, span: Span) -> bool {
    let text = evidence.text;
    if quantity(text, span) || line_number(text, span) {
        return false;
    }
    if leads(text, span, CODE_WORDS) {
        return true;
    }
    let starts_line = text.before(span.start, 12).trim().is_empty();
    let round = number % 100 == 0;
    !round && (starts_line || leads(text, span, CODE_MARKS) || evidence.has(r::KLING_NAMED) || !evidence.statuses.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(line: &str) -> Vec<i64> {
        let text = Text::new(line.to_owned());
        numbers(&text).into_iter().filter(|(n, s)| status(*n).is_some() && means_status(&text, *s)).map(|(n, _)| n).collect()
    }

    #[test]
    fn statuses_are_told_from_lines_sizes_and_times() {
        for line in [
            "HTTP/1.1 429 Too Many Requests",
            "returned 429",
            "GET /x 404 (Not Found)",
            "Kling 429",
            "状态码 500",
            "| 401 | 1001 |",
            "intermittent 401s",
        ] {
            assert_eq!(statuses(line).len(), 1, "{line}");
        }
        for line in ["client.ts:422 sending", "width 512px", "took 500 ms", "prompt of 492 characters", "at line 401"] {
            assert_eq!(statuses(line), Vec::<i64>::new(), "{line}");
        }
    }
}
