//! When a signed address stops working, from its query.

/// The end of a signed address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Seconds since 1970 in UTC.
    pub at: i64,
    /// The parameter that says so.
    pub by: &'static str,
}

impl Expiry {
    /// Whether it has passed at `now`, in seconds since 1970.
    pub const fn is_past(&self, now: i64) -> bool {
        self.at <= now
    }
}

/// Date and lifetime of version 4 signatures.
const SIGNED: [(&str, &str, &str); 5] = [
    ("x-amz-date", "x-amz-expires", "X-Amz-Expires"),
    ("x-goog-date", "x-goog-expires", "X-Goog-Expires"),
    ("x-oss-date", "x-oss-expires", "x-oss-expires"),
    ("x-tos-date", "x-tos-expires", "X-Tos-Expires"),
    ("x-obs-date", "x-obs-expires", "X-Obs-Expires"),
];

/// Parameters that hold seconds since 1970.
const SECONDS: [(&str, &str); 5] =
    [("expires", "Expires"), ("x-expires", "x-expires"), ("exp", "exp"), ("expire", "expire"), ("expiry", "expiry")];

/// Reads the end from query pairs whose names are in lower case.
pub(super) fn read(host: &str, query: &[(String, String)]) -> Option<Expiry> {
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let signed = SIGNED.iter().find_map(|(date, life, by)| {
        let at = instant(value(date)?)?.checked_add(value(life)?.parse::<u32>().ok()?.into())?;
        Some(Expiry { at, by })
    });
    let plain = || SECONDS.iter().find_map(|(name, by)| Some(Expiry { at: unix(value(name)?)?, by }));
    let azure = || Some(Expiry { at: value("sig").and(instant(value("se")?))?, by: "se" });
    let tencent = || Some(Expiry { at: unix(value("q-sign-time")?.split_once(';')?.1)?, by: "q-sign-time" });
    let aliyun = || Some(Expiry { at: unix(value("auth_key")?.split('-').next()?)?, by: "auth_key" });
    signed.or_else(azure).or_else(tencent).or_else(|| hexadecimal(host, value)).or_else(plain).or_else(aliyun)
}

/// Discord (`ex`) and Meta (`oe`) write the seconds in hexadecimal.
fn hexadecimal<'a>(host: &str, value: impl Fn(&str) -> Option<&'a str>) -> Option<Expiry> {
    let by = if host.contains("discord") {
        "ex"
    } else if host.ends_with("fbcdn.net") || host.ends_with("cdninstagram.com") {
        "oe"
    } else {
        return None;
    };
    let at = i64::from_str_radix(value(by)?, 16).ok().filter(|at| plausible(*at))?;
    Some(Expiry { at, by })
}

fn unix(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    let seconds = if number > 100_000_000_000 { number / 1_000 } else { number };
    Some(seconds).filter(|at| plausible(*at))
}

/// From 2001 to 2100: other numbers are lifetimes or something else.
const fn plausible(at: i64) -> bool {
    at >= 1_000_000_000 && at < 4_102_444_800
}

/// `20240131T120000Z`, `2024-01-31T12:00:00Z` or `2024-01-31` as seconds since 1970.
pub(super) fn instant(text: &str) -> Option<i64> {
    let whole = text.split('.').next()?.trim_end_matches(['Z', 'z']);
    if !whole.bytes().all(|b| b.is_ascii_digit() || b"-:Tt ".contains(&b)) {
        return None;
    }
    let digits: Vec<i64> = whole.bytes().filter(u8::is_ascii_digit).map(|b| i64::from(b - b'0')).collect();
    let number = |from: usize, len: usize| digits.get(from..from + len).map(|d| d.iter().fold(0, |sum, digit| sum * 10 + digit));
    let (year, month, day) = (number(0, 4)?, number(4, 2)?, number(6, 2)?);
    let (hour, minute, second) = (number(8, 2).unwrap_or(0), number(10, 2).unwrap_or(0), number(12, 2).unwrap_or(0));
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    (valid && digits.len() <= 14).then(|| days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that a leap day comes last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
