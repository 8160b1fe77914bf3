//! Days as the rules are asked at.

/// Whether a text is a day such as `2026-09-01`.
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_days_of_the_calendar_are_days() {
        assert!(super::is_day("2026-09-01"));
        assert!(!super::is_day("2026-13-45") && !super::is_day("yesterday") && !super::is_day("2026-9-1"));
    }
}
