//! Amounts of money, in thousandths of a unit, so that sums are exact.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Thousandths in one unit.
const MILLI: i64 = 1_000;
/// Most that an amount may be, in units: far above any account, far below an overflow of a sum.
const MOST: i64 = 1_000_000_000;

/// An amount of Kling's resource units, held in whole thousandths. Never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Units(i64);

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read the amount: expected units as a decimal number with at most three places, for example 12.5")]
pub struct NotUnits;

impl Units {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From thousandths of a unit; `None` when negative or beyond a thousand million units.
    pub fn from_milli(milli: i64) -> Option<Self> {
        (0..=MOST * MILLI).contains(&milli).then_some(Self(milli))
    }

    /// Thousandths of a unit.
    pub fn milli(self) -> i64 {
        self.0
    }

    /// From a price in units. Rounded up to a thousandth, because an estimate must not be below the price; noise of binary
    /// fractions below a millionth is dropped first. `None` when it is no amount.
    pub fn from_price(units: f64) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "the bound is exact in a double")]
        let (milli, bound) = ((units * MILLI as f64 - 1e-3).ceil(), (MOST * MILLI) as f64);
        #[expect(clippy::cast_possible_truncation, reason = "inside the bound, and whole")]
        (units >= 0.0 && milli <= bound).then(|| Self(milli.max(0.0) as i64))
    }

    /// The rest after `other` is taken away, at least nothing.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// Whether this is more than a tenth above `estimate`.
    pub fn drifted_from(self, estimate: Self) -> bool {
        self.0.saturating_mul(10) > estimate.0.saturating_mul(11)
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}

impl std::ops::Add for Units {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Units {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.decimal())?;
        out.write_str(if self.0 == MILLI { " unit" } else { " units" })
    }
}

impl Units {
    /// The number alone, without needless zeros: `1.8`.
    pub fn decimal(self) -> String {
        let text = format!("{}.{:03}", self.0 / MILLI, self.0 % MILLI);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl FromStr for Units {
    type Err = NotUnits;

    fn from_str(text: &str) -> Result<Self, NotUnits> {
        let text = text.trim();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole, 10) || !digits(part, 3) {
            return Err(NotUnits);
        }
        let milli = format!("{whole}{part:0<3}").parse().map_err(|_| NotUnits)?;
        Self::from_milli(milli).ok_or(NotUnits)
    }
}

impl Serialize for Units {
    /// A JSON number of units. Thousandths survive, because a double holds fifteen digits.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "an amount has at most twelve digits")]
        to.serialize_f64(self.0 as f64 / MILLI as f64)
    }
}

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let units = f64::deserialize(from)?;
        Self::from_price(units).ok_or_else(|| serde::de::Error::custom(NotUnits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_exactly_and_shown_short() {
        for (text, milli, shown) in [("1.8", 1800, "1.8 units"), ("0", 0, "0 units"), ("1", 1000, "1 unit"), (" 0.001 ", 1, "0.001 units")]
        {
            let units: Units = text.parse().unwrap();
            assert_eq!((units.milli(), units.to_string().as_str()), (milli, shown));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "-1", "+1", "1e3", "1.2345", "1,5", "NaN", ".5", "5.", "10000000000", "ten"] {
            assert_eq!(text.parse::<Units>(), Err(NotUnits), "{text:?}");
        }
        assert!(Units::from_price(f64::NAN).is_none() && Units::from_price(-0.1).is_none() && Units::from_price(f64::INFINITY).is_none());
    }

    #[test]
    fn a_price_is_rounded_up_but_not_for_binary_noise() {
        assert_eq!(Units::from_price(0.1 + 0.2).unwrap().milli(), 300);
        assert_eq!(Units::from_price(1.8).unwrap().milli(), 1800);
        assert_eq!(Units::from_price(0.0015).unwrap().milli(), 2);
    }

    #[test]
    fn json_carries_every_thousandth() {
        for milli in [0, 1, 999, 1001, 1800, 123_456_789_012] {
            let units = Units::from_milli(milli).unwrap();
            let text = serde_json::to_string(&units).unwrap();
            assert_eq!(serde_json::from_str::<Units>(&text).unwrap(), units, "{text}");
        }
    }

    #[test]
    fn a_tenth_above_the_estimate_is_no_drift() {
        let units = |milli| Units::from_milli(milli).unwrap();
        assert!(!units(1100).drifted_from(units(1000)) && units(1101).drifted_from(units(1000)));
        assert!(units(1).drifted_from(Units::ZERO) && !Units::ZERO.drifted_from(Units::ZERO));
    }
}
