//! The line that a finding is about, with a mark under the place; secrets are replaced.

use crate::redact::redact;
use crate::validate::Place;

/// Characters shown on each side of the place.
const AROUND: usize = 48;

/// The line of `text` that holds `place`, and a caret under it.
pub(super) fn of(text: &str, place: Place) -> Option<String> {
    let line = text.lines().nth(place.line.checked_sub(1)?)?;
    let split = line.char_indices().nth(place.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let (before, whole) = (redact(line.get(..split)?).text, redact(line).text);
    let Some(after) = whole.strip_prefix(before.as_str()) else {
        return Some(format!("  {} | {}", place.line, shown(&whole).chars().take(2 * AROUND).collect::<String>()));
    };
    let skipped = before.chars().count().saturating_sub(AROUND);
    let (left, right): (String, String) = (shown(&before).chars().skip(skipped).collect(), shown(after).chars().take(AROUND).collect());
    let margin = " ".repeat(place.line.to_string().len() + 3);
    Some(format!("  {} | {left}{right}\n{margin}| {}^", place.line, " ".repeat(left.chars().count())))
}

/// Without what a terminal would act on.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || crate::text::hidden(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_place() {
        let shown = of("a\n  \"duration\": 10,\n", Place { line: 2, column: 3 }).unwrap();
        assert_eq!(shown, "  2 |   \"duration\": 10,\n    |   ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place_and_keeps_no_secret() {
        let line = format!(
            "curl -H 'Authorization: Bearer api-key-kling-0123456789abcdef0123456789abcdef' -d '{{\"prompt\":\"{}\",\"mode\":\"x\"}}'",
            "a".repeat(300)
        );
        let column = line.find("\"mode\"").unwrap() + 1;
        let shown = of(&line, Place { line: 1, column }).unwrap();
        assert!(shown.len() < 300 && shown.contains("\"mode\":\"x\""), "{shown}");
        let first = of(&line, Place { line: 1, column: 9 }).unwrap();
        assert!(!first.contains("0123456789abcdef"), "{first}");
    }

    #[test]
    fn a_place_outside_the_text_shows_nothing() {
        assert_eq!(of("a", Place { line: 9, column: 1 }), None);
    }
}
