//! The spans of time that caps are counted over, in UTC.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{LedgerError, Units};

/// The operator's limits. Zero, the default, turns paid calls off; no tool can raise them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Most that one account may spend on one day (UTC).
    pub day: Units,
    /// Most that one account may spend in one calendar month (UTC).
    pub month: Units,
    /// Dearest call that may be made without asking a person.
    pub unattended: Units,
}

/// What a cap is counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// A day, from midnight UTC.
    Day,
    /// A calendar month, from midnight UTC of its first day.
    Month,
}

impl Window {
    /// Both, the shorter first.
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// The first second of the window that holds `at` (seconds since 1970).
    pub fn start(self, at: i64) -> i64 {
        let Ok(time) = Timestamp::from_second(at) else { return i64::MIN };
        let date: Date = time.to_zoned(TimeZone::UTC).date();
        let first = if self == Self::Day { date } else { date.first_of_month() };
        first.to_zoned(TimeZone::UTC).map_or(i64::MIN, |zoned| zoned.timestamp().as_second())
    }

    /// The variable that sets its cap.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Day => "KLING_MCP_CAP_DAY_UNITS",
            Self::Month => "KLING_MCP_CAP_MONTH_UNITS",
        }
    }

    /// Its cap.
    pub fn cap(self, caps: &Caps) -> Units {
        match self {
            Self::Day => caps.day,
            Self::Month => caps.month,
        }
    }

    /// Whether `asked` fits beside what is `spent`.
    pub(in crate::ledger) fn admits(self, caps: &Caps, spent: Units, asked: Units) -> Result<(), LedgerError> {
        let cap = self.cap(caps);
        if cap == Units::ZERO {
            return Err(LedgerError::LiveOff { variable: self.variable() });
        }
        if spent + asked > cap {
            return Err(LedgerError::OverCap { window: self, cap, spent, left: cap.less(spent), asked });
        }
        Ok(())
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Day => "day",
            Self::Month => "month",
        })
    }
}

/// What one cap still allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Which cap.
    pub window: Window,
    /// The cap.
    pub cap: Units,
    /// What counts against it: spent, set aside or unknown.
    pub spent: Units,
    /// What is left.
    pub left: Units,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn windows_begin_at_midnight_utc() {
        for (time, day, month) in [
            ("2026-11-26T13:46:00Z", "2026-11-26T00:00:00Z", "2026-11-01T00:00:00Z"),
            ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("2028-02-29T23:59:59Z", "2028-02-29T00:00:00Z", "2028-02-01T00:00:00Z"),
            ("2038-01-19T03:14:08Z", "2038-01-19T00:00:00Z", "2038-01-01T00:00:00Z"),
        ] {
            assert_eq!((Window::Day.start(at(time)), Window::Month.start(at(time))), (at(day), at(month)), "{time}");
        }
    }

    #[test]
    fn a_time_that_is_none_counts_everything() {
        assert_eq!(Window::Day.start(i64::MAX), i64::MIN);
    }
}
