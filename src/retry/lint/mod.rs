//! Checks the caller's own retry code or settings: what policy it makes, and what is wrong with it, line by line.
//!
//! A text is cut into tokens, tokens into blocks, calls and assignments; from those come the layers that repeat a call
//! and the loops that wait for a task. The rules look at these alone, so each is written once for all
//! languages. Nothing is run, and what is not understood is not judged: a missed fault is better than a wrong one.

mod behaviour;
mod blocks;
mod code;
mod detect;
mod facts;
mod http;
mod layers;
mod lex;
mod pace;
mod recognised;
mod report;
mod rules;
mod settings;
mod traits;
mod value;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use behaviour::{Behaviour, Pace, SlotUse};
pub use report::{Jitter, Language, LayerSeen, Problem, Recognised, Report, Severity};

use crate::knowledge::Knowledge;
use code::Code;
use detect::Detected;
use facts::Facts;

/// Bytes of a text that are read.
pub const MAX_BYTES: usize = 256 * 1024;

/// The policy that a text makes, and what is wrong with it.
///
/// Any text has an answer. What is no code or settings of a known kind has no policy, and a note that says so.
pub fn lint(text: &str, knowledge: &Knowledge) -> Report {
    let (text, cut) = capped(text);
    let text = fenced(text);
    match detect::detect(&text) {
        Detected::Known(language) => read(&text, language, cut, knowledge),
        Detected::Other(name) => note(format!("this looks like {name}; Python, JavaScript, TypeScript, Go, Java and settings are read")),
        Detected::Nothing if text.trim().is_empty() => note("the text is empty".into()),
        Detected::Nothing => {
            note("this is neither code nor settings that are known: Python, JavaScript, TypeScript, Go, Java, JSON, YAML, TOML".into())
        }
    }
}

fn note(text: String) -> Report {
    Report { note: Some(text), ..Report::default() }
}

/// The part of the text that is read, and whether it was cut.
fn capped(text: &str) -> (&str, bool) {
    if text.len() <= MAX_BYTES {
        return (text, false);
    }
    let end = (0..=MAX_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    (text.get(..end).unwrap_or(""), true)
}

/// Only what stands between fences, if there are any; every line keeps its number.
fn fenced(text: &str) -> Cow<'_, str> {
    let is_fence = |line: &str| line.trim_start().starts_with("```");
    if !text.lines().any(is_fence) {
        return Cow::Borrowed(text);
    }
    let mut inside = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        if is_fence(line) {
            inside = !inside;
        } else if inside {
            kept.push_str(line);
        }
        kept.push('\n');
    }
    Cow::Owned(kept)
}

fn read(text: &str, language: Language, cut: bool, knowledge: &Knowledge) -> Report {
    let (facts, complete) = if language == Language::Settings {
        let (layers, polls) = settings::read(text, knowledge);
        (Facts::of_settings(layers, polls, knowledge), true)
    } else {
        let code = Code::read(text, language);
        let complete = code.complete;
        (Facts::read(code, knowledge), complete)
    };
    let recognised = recognised::recognised(&facts);
    let problems = rules::run(&facts);
    let behaviour = behaviour::behaviour(&facts, &problems);
    Report { language: Some(language), note: remark(&facts, cut || !complete), recognised, problems, behaviour }
}

fn remark(facts: &Facts<'_>, cut: bool) -> Option<String> {
    if cut {
        return Some("the text is too long: only its first part was read".into());
    }
    (facts.layers.is_empty() && facts.polls.is_empty()).then(|| "nothing here repeats a call, as far as it was understood".into())
}
