//! The corpus: every fault at its line, nothing else.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    snippet: Vec<Snippet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snippet {
    file: String,
    problems: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/retry_code")
}

fn snippets() -> Vec<(Snippet, String)> {
    let table = std::fs::read_to_string(folder().join("expected.toml")).unwrap();
    let expected: Expected = toml::from_str(&table).unwrap();
    expected
        .snippet
        .into_iter()
        .map(|snippet| {
            let text = std::fs::read_to_string(folder().join(&snippet.file)).unwrap();
            (snippet, text)
        })
        .collect()
}

fn found(text: &str, knowledge: &Knowledge) -> Vec<String> {
    lint(text, knowledge).problems.iter().map(|problem| format!("{}:{}", problem.rule, problem.line)).collect()
}

#[test]
fn every_fault_of_the_corpus_is_found_at_its_line_and_nothing_else() {
    let knowledge = Knowledge::load().unwrap();
    let mut faults = Vec::new();
    for (snippet, text) in snippets() {
        let found = found(&text, &knowledge);
        let mut expected = snippet.problems.clone();
        expected.sort();
        let mut sorted = found.clone();
        sorted.sort();
        let missed: Vec<&String> = expected.iter().filter(|fault| !sorted.contains(fault)).collect();
        let wrong: Vec<&String> = sorted.iter().filter(|fault| !expected.contains(fault)).collect();
        if !missed.is_empty() || !wrong.is_empty() {
            faults.push(format!("{}: missed {missed:?}, unexpected {wrong:?}", snippet.file));
        }
    }
    assert!(faults.is_empty(), "{} snippets\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn zz_unseen() {
    let knowledge = Knowledge::load().unwrap();
    let folder = Path::new("/tmp/unseen");
    let expected: Expected = toml::from_str(&std::fs::read_to_string(folder.join("expected.toml")).unwrap()).unwrap();
    let mut faults = Vec::new();
    for snippet in expected.snippet {
        let text = std::fs::read_to_string(folder.join(&snippet.file)).unwrap();
        let report = lint(&text, &knowledge);
        let sorted: Vec<String> = report.problems.iter().map(|problem| format!("{}:{}", problem.rule, problem.line)).collect();
        let missed: Vec<&String> = snippet.problems.iter().filter(|fault| !sorted.contains(fault)).collect();
        let wrong: Vec<&String> = sorted.iter().filter(|fault| !snippet.problems.contains(fault)).collect();
        if !missed.is_empty() || !wrong.is_empty() {
            faults.push(format!("{}: missed {missed:?}, unexpected {wrong:?} {:?} {:?}", snippet.file, report.language, report.recognised.map(|r| r.layers)));
        }
    }
    assert!(faults.is_empty(), "{} snippets\n{}", faults.len(), faults.join("\n"));
}
