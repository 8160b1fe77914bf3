//! Bars and a sparkline in Unicode block characters.

use std::fmt::Write as _;

use super::super::num::{index, size};
use super::super::theirs::NAME;
use super::{Line, done_per_bin, span};

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const BINS: usize = 24;
const WIDEST: f64 = 10.0;

/// Creates for each job and lost jobs of each policy as bars, and when the first one's jobs were done.
///
/// In short only every third, and the caller's own code, is shown.
pub fn text(lines: &[Line], full: bool) -> String {
    let mut out = String::from("```text\n");
    let lines: Vec<&Line> =
        lines.iter().enumerate().filter(|(at, line)| full || at % 3 == 0 || line.name == NAME).map(|(_, line)| line).collect();
    let names = lines.iter().map(|line| line.name.chars().count()).max().unwrap_or_default();
    let most = lines.iter().map(|line| line.creates_per_job).fold(1.0, f64::max);
    let _ = writeln!(out, "{:names$}   lost  creates per job", "");
    for line in &lines {
        let bar = bar(line.creates_per_job / most * WIDEST);
        let _ = writeln!(out, "{:names$} {:5.1} %  {:<10} {:.2}", line.name, line.lost_share * 100.0, bar, line.creates_per_job);
    }
    if let Some((first, end)) = lines.first().and_then(|line| Some((line, *line.done_at.last()?))) {
        let _ = writeln!(out, "\n{}, jobs done over {}\n{}", first.name, span(end), sparkline(&done_per_bin(&first.done_at, end, BINS)));
    }
    out.push_str("```");
    out
}

/// A bar in eighths of a character; what is not nothing shows at least a sliver.
fn bar(width: f64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = index((width * 8.0).round()).max(usize::from(width > 0.0));
    "█".repeat(eighths / 8) + PARTS.get(eighths % 8).copied().unwrap_or_default()
}

fn sparkline(values: &[f64]) -> String {
    let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let block = |value: f64| BLOCKS.get(index(value / most * size(BLOCKS.len() - 1) + 0.5)).copied().unwrap_or('█');
    values.iter().map(|&value| block(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_sparks_have_the_height_of_their_values() {
        assert_eq!(bar(2.5), "██▌");
        assert_eq!(bar(0.001), "▏");
        assert_eq!(sparkline(&[0.0, 5.0, 10.0]), "▁▅█");
    }
}
