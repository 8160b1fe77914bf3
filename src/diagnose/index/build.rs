//! Collects the patterns of the pages.

use super::{Edges, Pattern, Use, unspaced};
use crate::knowledge::{Knowledge, Recognise};
use crate::text::lower;

/// Words of failure, service codes, and the vendor's own texts.
pub(in crate::diagnose) fn anchors(knowledge: &Knowledge) -> Vec<String> {
    const FAILURE: &[&str] = &[
        "error",
        "fail",
        "exception",
        "traceback",
        "timed out",
        "timeout",
        "refused",
        "reset",
        "denied",
        "http/1.1 4",
        "http/1.1 5",
        "http/2 4",
        "http/2 5",
        "错误",
        "失败",
        "超时",
        "异常",
    ];
    let codes = knowledge.codes.iter().filter(|doc| doc.head.code > 999).map(|doc| doc.head.code.to_string());
    let texts =
        knowledge.messages.iter().flat_map(|doc| &doc.head.texts).filter_map(|row| parts(&row.text).into_iter().max_by_key(String::len));
    FAILURE.iter().map(|word| (*word).to_owned()).chain(codes).chain(texts.filter(|text| text.len() > 7)).collect()
}

/// Keys for the automaton, each with its pattern.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) keys: Vec<String>,
    pub(super) patterns: Vec<Pattern>,
}

impl Builder {
    /// Patterns of all pages.
    pub(super) fn all(knowledge: &Knowledge) -> Self {
        let mut builder = Self::default();
        builder.causes(knowledge);
        builder.messages(knowledge);
        builder.gateways(knowledge);
        builder.services(knowledge);
        builder.words(knowledge);
        builder
    }

    fn causes(&mut self, knowledge: &Knowledge) {
        for (number, signal) in knowledge.causes.iter().flat_map(|doc| &doc.head.signals).enumerate() {
            for phrase in &signal.phrase {
                self.phrase(phrase, Use::Signal(number));
            }
        }
    }

    fn messages(&mut self, knowledge: &Knowledge) {
        for (page, doc) in knowledge.messages.iter().enumerate() {
            for (text, row) in doc.head.texts.iter().enumerate() {
                self.phrase(&row.text, Use::Message { page, text });
            }
        }
    }

    fn gateways(&mut self, knowledge: &Knowledge) {
        for (at, doc) in knowledge.gateways.iter().enumerate() {
            let Recognise { hosts, paths, headers, phrases, names, .. } = &doc.head.recognise;
            for mark in hosts.iter().chain(paths).chain(phrases) {
                self.phrase(mark, Use::GatewayMark(at));
            }
            for mark in headers {
                self.add(mark, Edges::Word, Use::GatewayMark(at));
            }
            for name in names {
                self.add(name, Edges::Word, Use::GatewayName(at));
            }
            for (error, row) in doc.head.errors.iter().enumerate() {
                if let Some(text) = &row.text {
                    self.phrase(text, Use::GatewayText { gateway: at, error });
                }
            }
        }
    }

    fn services(&mut self, knowledge: &Knowledge) {
        for (at, row) in knowledge.services.service.iter().enumerate() {
            for name in &row.names {
                self.add(name, Edges::Word, Use::ServiceName(at));
            }
            for mark in row.hosts.iter().chain(&row.phrases) {
                self.phrase(mark, Use::ServiceMark(at));
            }
        }
    }

    fn words(&mut self, knowledge: &Knowledge) {
        for (at, words) in knowledge.lexicon.values().enumerate() {
            for word in words {
                let stem = word.strip_suffix('*');
                let open = word.chars().next().is_some_and(unspaced);
                let edges = if open {
                    Edges::Any
                } else if stem.is_some() {
                    Edges::Stem
                } else {
                    Edges::Word
                };
                self.add(stem.unwrap_or(word), edges, Use::Concept(at));
            }
        }
        for (at, row) in knowledge.readings.iter().enumerate() {
            for phrase in &row.phrases {
                self.phrase(phrase, Use::Reading(at));
            }
        }
        for (at, doc) in knowledge.myths.iter().enumerate() {
            for phrase in &doc.head.notice {
                self.phrase(phrase, Use::Myth(at));
            }
        }
    }

    fn add(&mut self, word: &str, edges: Edges, role: Use) {
        self.keys.push(lower(word));
        self.patterns.push(Pattern { before: Vec::new(), after: Vec::new(), edges, role });
    }

    /// The longest part between the gaps is searched, the others are looked for around it.
    fn phrase(&mut self, phrase: &str, role: Use) {
        let mut parts = parts(phrase);
        let Some(at) = (0..parts.len()).max_by_key(|at| (parts.get(*at).map_or(0, String::len), usize::MAX - at)) else { return };
        let after = parts.split_off(at + 1);
        let Some(key) = parts.pop() else { return };
        self.keys.push(key);
        self.patterns.push(Pattern { before: parts, after, edges: Edges::Any, role });
    }
}

/// Lower-case parts of a phrase between its `<x>` gaps. `<<<x>>>` is no gap.
pub(super) fn parts(phrase: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = phrase;
    let mut current = String::new();
    while let Some(open) = rest.find('<') {
        let (head, tail) = rest.split_at(open);
        current.push_str(head);
        if let Some(length) = gap_length(tail).filter(|_| !head.ends_with('<')) {
            parts.push(std::mem::take(&mut current));
            rest = tail.get(length..).unwrap_or("");
        } else {
            current.push('<');
            rest = tail.get(1..).unwrap_or("");
        }
    }
    current.push_str(rest);
    parts.push(current);
    parts.into_iter().map(|part| lower(&part)).filter(|part| !part.trim().is_empty()).collect()
}

fn gap_length(text: &str) -> Option<usize> {
    let close = text.find('>')?;
    let name = text.get(1..close)?;
    let plain =
        !name.is_empty() && name.len() < 24 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '/' | ','));
    (plain && text.get(close + 1..).is_none_or(|rest| !rest.starts_with('>'))).then_some(close + 1)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn gaps_split_a_phrase_and_prompt_references_do_not() {
        assert_eq!(parts("mode value '<x>' is invalid"), ["mode value '", "' is invalid"]);
        assert_eq!(parts("Task not found: <id>"), ["task not found: "]);
        assert_eq!(parts("write <<<image_1>>> here"), ["write <<<image_1>>> here"]);
        assert_eq!(parts("<html"), ["<html"]);
    }
}
