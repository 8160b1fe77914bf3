//! Instants in headers and logs, as seconds since 1970. Stamps without a zone count as UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// An HTTP or RFC 2822 date.
pub(crate) fn http_date(value: &str) -> Option<i64> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(value.trim()).ok().map(Timestamp::as_second)
}

/// The first `2026-09-01T10:00:00Z` or `2026-09-01 10:00:00` of a line.
pub(crate) fn stamp(line: &str) -> Option<i64> {
    let bytes = line.as_bytes();
    (0..bytes.len().saturating_sub(18).min(80)).find_map(|at| stamp_at(line, at))
}

fn stamp_at(line: &str, at: usize) -> Option<i64> {
    let date = line.get(at..at + 19)?;
    let shape: Vec<u8> = date.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).collect();
    if !matches!(shape.as_slice(), b"0000-00-00T00:00:00" | b"0000-00-00 00:00:00" | b"0000/00/00 00:00:00") {
        return None;
    }
    let civil: DateTime = date.replace('/', "-").replacen(' ', "T", 1).parse().ok()?;
    let zone = zone_seconds(line.get(at + 19..).unwrap_or(""));
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second() - zone)
}

/// Offset of `+08:00` or `-0300` after an optional fraction.
fn zone_seconds(rest: &str) -> i64 {
    let rest = rest.trim_start_matches(['.', ',']).trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(sign) = rest.chars().next().filter(|c| matches!(c, '+' | '-')) else { return 0 };
    let digits: String = rest.chars().skip(1).filter(char::is_ascii_digit).take(4).collect();
    let (Some(hours), Some(minutes)) =
        (digits.get(..2).and_then(|d| d.parse::<i64>().ok()), digits.get(2..4).and_then(|d| d.parse::<i64>().ok()))
    else {
        return 0;
    };
    (hours * 3_600 + minutes * 60) * if sign == '-' { -1 } else { 1 }
}

/// `2026-09-01T10:00:00Z` of seconds since 1970; the number itself when it is out of range.
pub(crate) fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

/// RFC 3339 text as seconds.
pub(crate) fn rfc3339(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// `2 h 5 min`, `35 s`: a length of time for people.
pub(crate) fn length(seconds: i64) -> String {
    let seconds = seconds.abs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_and_dates_are_read_with_their_zone() {
        assert_eq!(stamp("[2026-09-01 10:00:00,123] x"), rfc3339("2026-09-01T10:00:00Z"));
        assert_eq!(stamp("2026-09-01T18:00:00+08:00 x"), rfc3339("2026-09-01T10:00:00Z"));
        assert_eq!(http_date("Tue, 01 Sep 2026 10:00:00 GMT"), rfc3339("2026-09-01T10:00:00Z"));
        assert_eq!(stamp("no time"), None);
    }
}
