//! Conversions between counts and real numbers, each with its bounds in one place.

/// A count as a real number; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts here stay far below 2^53")]
pub(crate) const fn real(count: u64) -> f64 {
    count as f64
}

/// A length as a real number.
pub(crate) fn size(count: usize) -> f64 {
    real(u64::try_from(count).unwrap_or(u64::MAX))
}

/// The whole part of a number, never below zero; what is too large or no number is cut to the bounds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is wanted")]
pub(crate) const fn whole(value: f64) -> u64 {
    value as u64
}

/// The whole part as an index.
pub(crate) fn index(value: f64) -> usize {
    usize::try_from(whole(value)).unwrap_or(usize::MAX)
}

/// Rounded for people: three significant digits above one, three decimals below.
pub(crate) fn brief(value: f64) -> f64 {
    if !value.is_finite() {
        return value;
    }
    let magnitude = value.abs();
    let scale = if magnitude >= 100.0 {
        1.0
    } else if magnitude >= 10.0 {
        10.0
    } else if magnitude >= 1.0 {
        100.0
    } else {
        1_000.0
    };
    (value * scale).round() / scale
}

/// The value below which the share `q` of the values lies; the list is put into another order.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let at = index((q * size(last)).ceil()).min(last);
    let (_, value, _) = values.select_nth_unstable_by(at, f64::total_cmp);
    Some(*value)
}
