//! Whole snippets with what a careful reader finds in them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{found, knowledge, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    snippet: Vec<Snippet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snippet {
    file: String,
    /// `rule:line`, in order of lines.
    problems: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/retry_code")
}

/// Every snippet with its text.
fn snippets() -> Vec<(Snippet, String)> {
    let table = std::fs::read_to_string(folder().join("expected.toml")).unwrap();
    let expected: Expected = toml::from_str(&table).unwrap();
    expected
        .snippet
        .into_iter()
        .map(|snippet| (std::fs::read_to_string(folder().join(&snippet.file)).unwrap(), snippet))
        .map(|(text, snippet)| (snippet, text))
        .collect()
}

#[test]
fn every_fault_is_found_at_its_line_and_nothing_else() {
    let mut faults = Vec::new();
    for (snippet, text) in snippets() {
        let found = found(&text);
        let missed: Vec<&String> = snippet.problems.iter().filter(|fault| !found.contains(fault)).collect();
        let wrong: Vec<&String> = found.iter().filter(|fault| !snippet.problems.contains(fault)).collect();
        if !missed.is_empty() || !wrong.is_empty() {
            faults.push(format!("{}: missed {missed:?}, unexpected {wrong:?}", snippet.file));
        }
    }
    assert!(faults.is_empty(), "{} snippets\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_snippet_is_read_as_what_it_is() {
    for (snippet, text) in snippets() {
        let language = serde_json::to_value(read(&text).language).unwrap();
        let expected = match snippet.file.rsplit('.').next().unwrap() {
            "py" => "python",
            "js" | "mjs" | "ts" => "javascript",
            "go" => "go",
            "java" => "java",
            _ => "settings",
        };
        assert_eq!(language, expected, "{}", snippet.file);
    }
}

#[test]
fn the_corpus_has_every_file_and_enough_sound_code() {
    let snippets = snippets();
    let files = std::fs::read_dir(folder()).unwrap().count() - 1;
    assert_eq!(files, snippets.len(), "a file without a row, or a row without a file");
    let sound = snippets.iter().filter(|(snippet, _)| snippet.problems.is_empty()).count();
    assert!(snippets.len() >= 60 && sound >= 20, "{} snippets, {sound} sound", snippets.len());
}

#[test]
fn the_patterns_that_people_are_told_to_copy_are_sound() {
    let patterns: Vec<&str> = knowledge().files().filter(|name| name.starts_with("patterns/")).collect();
    assert!(!patterns.is_empty());
    for name in patterns {
        let found = found(knowledge().file(name).unwrap());
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}
