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
    let mut bold = false;
    for (index, part) in text.split("**").enumerate() {
        if index > 0 {
            bold = !bold;
            out.push_str(if bold { on } else { off });
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn stars_become_bold_or_vanish() {
        assert_eq!(super::render("**a** b", true), "\u{1b}[1ma\u{1b}[0m b");
        assert_eq!(super::render("**a** b", false), "a b");
    }
}
