//! Excerpts of the paste: shortened, harmless, numbered. They are the only place where its words appear in an answer.

use crate::text::{Span, Text, ceil_border, floor_border};

use super::report::Excerpt;

/// Longest excerpt in bytes.
const LONGEST: usize = 160;

/// The excerpts of one answer.
pub(super) struct Excerpts<'t> {
    text: &'t Text,
    most: usize,
    taken: Vec<(Span, Excerpt)>,
}

impl<'t> Excerpts<'t> {
    pub(super) fn new(text: &'t Text, most: usize) -> Self {
        Self { text, most, taken: Vec::new() }
    }

    /// Index of an excerpt around `span`; an earlier one that shows the place is used again.
    pub(super) fn index(&mut self, span: Span) -> Option<usize> {
        if span.end == 0 {
            return None;
        }
        if let Some(at) = self.taken.iter().position(|(taken, _)| taken.start <= span.start && span.start < taken.end) {
            return Some(at);
        }
        if self.taken.len() >= self.most {
            return None;
        }
        let window = self.window(span);
        let excerpt = Excerpt {
            excerpt: harmless(self.text.slice(window)),
            offset: self.text.offset(window.start),
            line: self.text.line(span.start),
        };
        self.taken.push((window, excerpt));
        Some(self.taken.len() - 1)
    }

    /// Part of the line around the span, at most [`LONGEST`] bytes.
    fn window(&self, span: Span) -> Span {
        let line = self.text.line_span(span.start);
        let plain = &self.text.plain;
        let lead = if line.end - line.start <= LONGEST { line.start } else { span.start.saturating_sub(48).max(line.start) };
        let start = ceil_border(plain, lead);
        Span::new(start, floor_border(plain, (start + LONGEST).min(line.end).max(start)))
    }

    pub(super) fn list(self) -> Vec<Excerpt> {
        self.taken.into_iter().map(|(_, excerpt)| excerpt).collect()
    }
}

/// No mark-up, no link, no fence can come out of an excerpt.
fn harmless(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !crate::text::hidden(*c))
        .map(|c| match c {
            '`' => '\'',
            '<' => '‹',
            '>' => '›',
            c => c,
        })
        .collect::<String>()
        .replace("](", "] (")
        .replace("://", ":\u{2215}\u{2215}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_cannot_hold_markup_and_is_reused() {
        let text = Text::new("one\n``` <b> [x](https://e.example) two\n".to_owned());
        let mut excerpts = Excerpts::new(&text, 4);
        assert_eq!(excerpts.index(Span::new(8, 11)), Some(0));
        assert_eq!(excerpts.index(Span::new(12, 15)), Some(0));
        let list = excerpts.list();
        assert_eq!(list[0].line, 2);
        assert!(!list[0].excerpt.contains(['`', '<', '>']) && !list[0].excerpt.contains("](") && !list[0].excerpt.contains("://"));
    }
}
