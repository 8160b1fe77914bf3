//! Colour for terminals: bold for what the Markdown makes bold, nothing where output is piped or `NO_COLOR` is set.

use std::io::IsTerminal as _;

use crate::config;

/// The Markdown as it is shown on stdout.
pub(super) fn markdown(text: &str) -> String {
    let colour = std::io::stdout().is_terminal() && config::read(config::NO_COLOR) == config::Value::Unset;
    render(text, colour)
}

fn render(text: &str, colour: bool) -> String {
    let (on, off) = if colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let mut out = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if fence || fenced { out.push_str(line) } else { bold(&mut out, line, on, off) }
    }
    out
}

/// A line of prose; an odd pair of stars stays as it is.
fn bold(out: &mut String, line: &str, on: &str, off: &str) {
    let mut rest = line;
    while let Some((before, inside, after)) = pair(rest) {
        out.extend([before, on, inside, off]);
        rest = after;
    }
    out.push_str(rest);
}

/// What stands before, between and after the first two pairs of stars.
fn pair(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("**")?;
    let (inside, after) = rest.split_once("**")?;
    Some((before, inside, after))
}

#[cfg(test)]
mod tests {
    #[test]
    fn stars_become_bold_or_vanish() {
        assert_eq!(super::render("**a** b", true), "\u{1b}[1ma\u{1b}[0m b");
        assert_eq!(super::render("**a** b", false), "a b");
    }

    #[test]
    fn code_keeps_its_stars() {
        let code = "**Do**\n```python\nbody = {**body, **named}\n```\n2 ** 3\n";
        assert_eq!(super::render(code, false), code.replace("**Do**", "Do"));
    }
}
