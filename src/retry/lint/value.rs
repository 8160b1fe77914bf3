//! Numbers and durations that a snippet writes down: literals, constants, products, units. Nothing is run.

use super::code::{Code, Range, last_part};
use super::lex::Kind;
use super::report::Language;

/// A number, and whether it is in seconds already because a unit stood beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    pub(super) number: f64,
    pub(super) in_seconds: bool,
}

const fn plain(number: f64) -> Value {
    Value { number, in_seconds: false }
}

const fn seconds(number: f64) -> Value {
    Value { number, in_seconds: true }
}

/// Names of constants are followed this deep.
const DEPTH: u8 = 4;

/// A number without a unit.
pub(super) fn number(code: &Code<'_>, range: Range) -> Option<f64> {
    value(code, range, DEPTH).filter(|value| !value.in_seconds).map(|value| value.number)
}

/// A whole number, as attempts and statuses are.
pub(super) fn count(code: &Code<'_>, range: Range) -> Option<u32> {
    let number = number(code, range).filter(|number| (0.0..1e6).contains(number) && number.fract() == 0.0)?;
    format!("{number:.0}").parse().ok()
}

/// A duration in seconds; `unit` is what a number without a unit counts.
pub(super) fn duration(code: &Code<'_>, range: Range, unit: f64) -> Option<f64> {
    value(code, range, DEPTH).map(|value| if value.in_seconds { value.number } else { value.number * unit })
}

/// The seconds that a bare number of this language's sleep stands for.
pub(super) fn sleep_unit(language: Language) -> f64 {
    match language {
        Language::Python => 1.0,
        Language::Go => 1e-9,
        Language::JavaScript | Language::Java | Language::Settings => 1e-3,
    }
}

fn value(code: &Code<'_>, range: Range, depth: u8) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    if range.is_empty() || range.to - range.from > 60 {
        return None;
    }
    for mark in ["+", "-"] {
        let parts = code.split(range, mark);
        if parts.len() == 2 && range.from < parts.first()?.to {
            let (left, right) = (value(code, *parts.first()?, depth)?, value(code, *parts.get(1)?, depth)?);
            let sign = if mark == "+" { 1.0 } else { -1.0 };
            return Some(Value { number: left.number + sign * right.number, in_seconds: left.in_seconds || right.in_seconds });
        }
    }
    let factors = code.split(range, "*");
    if factors.len() > 1 {
        let factors: Vec<Value> = factors.iter().map(|factor| value(code, *factor, depth)).collect::<Option<_>>()?;
        let in_seconds = factors.iter().any(|factor| factor.in_seconds);
        return Some(Value { number: factors.iter().map(|factor| factor.number).product(), in_seconds });
    }
    term(code, range, depth)
}

fn term(code: &Code<'_>, range: Range, depth: u8) -> Option<Value> {
    let at = range.from;
    let alone = range.to == at + 1;
    match code.kind(at)? {
        Kind::Number if alone => literal(code.text(at)),
        Kind::Text if alone => text(code.string(at)?),
        Kind::Open(b'(') if code.skip(at) == range.to => value(code, code.inside(at), depth),
        Kind::Name if alone => unit(code.text(at)).or_else(|| named(code, code.text(at), depth)),
        Kind::Name => made(code, range, depth),
        _ => None,
    }
}

/// The number of a literal such as `30_000`, `5L`, `1e3`, `0.5f`.
fn literal(text: &str) -> Option<Value> {
    let digits = text.replace('_', "");
    let digits = digits.trim_end_matches(['L', 'l', 'f', 'F', 'd', 'D', 'n']);
    digits.parse::<f64>().ok().filter(|number| number.is_finite()).map(plain)
}

/// A duration in words: `2s`, `500ms`, `1m`, `PT2S`, or a plain number.
pub(super) fn text(text: &str) -> Option<Value> {
    let lower = text.trim().to_ascii_lowercase();
    let body = lower.strip_prefix("pt").unwrap_or(&lower);
    let end = body.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let number: f64 = body.get(..end)?.parse().ok()?;
    let factor = match body.get(end..)?.trim() {
        "ms" | "millis" | "milliseconds" => 1e-3,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        _ => return None,
    };
    Some(seconds(number * factor))
}

/// A constant that stands for a unit.
fn unit(name: &str) -> Option<Value> {
    Some(match name {
        "time.Nanosecond" => seconds(1e-9),
        "time.Microsecond" => seconds(1e-6),
        "time.Millisecond" => seconds(1e-3),
        "time.Second" => seconds(1.0),
        "time.Minute" => seconds(60.0),
        "time.Hour" => seconds(3600.0),
        _ => return None,
    })
}

/// The first value that a name is given.
fn named(code: &Code<'_>, name: &str, depth: u8) -> Option<Value> {
    let values = code.values_of(name);
    let values = if values.is_empty() { code.values_of(last_part(name)) } else { values };
    value(code, *values.first()?, depth)
}

/// A duration made by a call: `Duration.ofSeconds(2)`, `timedelta(seconds=5)`, `time.Duration(2)`.
fn made(code: &Code<'_>, range: Range, depth: u8) -> Option<Value> {
    let call = code.calls_in(range).next().filter(|call| call.at == range.from && call.args.to + 1 == range.to)?;
    let inner = || value(code, call.args, depth).map(|value| value.number);
    match code.last(call.at) {
        "ofMillis" | "milliseconds" => inner().map(|number| seconds(number * 1e-3)),
        "ofSeconds" | "seconds" => inner().map(seconds),
        "ofMinutes" | "minutes" => inner().map(|number| seconds(number * 60.0)),
        "timedelta" => timedelta(code, call.args, depth),
        "Duration" | "int" | "float" | "Number" | "float64" | "int64" => value(code, call.args, depth),
        _ => None,
    }
}

fn timedelta(code: &Code<'_>, args: Range, depth: u8) -> Option<Value> {
    let member = code.members(args).into_iter().next()?;
    let factor = match member.key {
        "milliseconds" => 1e-3,
        "seconds" => 1.0,
        "minutes" => 60.0,
        "hours" => 3600.0,
        _ => return None,
    };
    value(code, member.value, depth).map(|value| seconds(value.number * factor))
}
