//! The arrows between modules, read from the sources.

use std::path::{Path, PathBuf};

use crate::common::repository;

/// A source file without its tests and comments.
struct Source {
    /// Path below `src/`, with `/`.
    path: String,
    /// Lines that are code, with their numbers.
    code: Vec<(usize, String)>,
    /// All lines, tests included.
    lines: usize,
}

/// Modules that take values and return values.
const CORE: &[&str] = &["knowledge/", "catalog/", "diagnose/", "redact/", "request/", "media/", "validate/", "retry/", "text.rs"];

/// All sources; folders of unit tests are left out.
fn sources() -> Vec<Source> {
    let root = repository("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "{} files found", files.len());
    files.iter().map(|file| source(&root, file)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "tests") {
                walk(&path, files);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// Unit tests stand at the end of a file, from `#[cfg(test)]` on.
fn source(root: &Path, file: &Path) -> Source {
    let text = std::fs::read_to_string(file).unwrap();
    let path = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    let code =
        numbered.take_while(|(_, line)| line.trim() != "#[cfg(test)]").filter(|(_, line)| !line.trim_start().starts_with("//")).collect();
    Source { path, code, lines: text.lines().count() }
}

/// Lines with `word`, in files where `bound` holds.
fn lines_with(word: &str, bound: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| bound(&source.path)) {
        let hits = source.code.iter().filter(|(_, line)| line.contains(word));
        found.extend(hits.map(|(number, line)| format!("src/{}:{number}: {}", source.path, line.trim())));
    }
    found
}

fn assert_none(found: &[String], reason: &str) {
    assert!(found.is_empty(), "{reason}\n{}", found.join("\n"));
}

#[test]
fn only_the_protocol_module_and_the_demo_know_the_protocol_library() {
    let mut found = lines_with("rmcp", |path| !path.starts_with("mcp/") && path != "cli/demo.rs");
    found.retain(|line| !line.contains("[\"rmcp\"]")); // the name of a log target
    assert_none(&found, "rmcp belongs into src/mcp");
}

#[test]
fn only_the_client_makes_connections() {
    for word in ["reqwest", "rustls"] {
        assert_none(&lines_with(word, |path| !path.starts_with("kling/")), "calls to Kling belong into src/kling");
    }
}

#[test]
fn only_servers_know_the_http_server() {
    // The client looks into errors of the same library, and silences its log.
    for word in ["axum", "hyper::", "hyper_util"] {
        assert_none(
            &lines_with(word, |path| !path.starts_with("sandbox/") && !path.starts_with("mcp/http/") && !path.starts_with("kling/")),
            "HTTP is served by the sandbox and mcp/http",
        );
    }
}

#[test]
fn only_the_ledger_knows_the_database() {
    assert_none(&lines_with("rusqlite", |path| !path.starts_with("ledger/")), "rusqlite belongs into src/ledger");
}

#[test]
fn the_sandbox_knows_neither_the_shell_nor_the_client() {
    for word in ["crate::mcp", "crate::cli", "crate::config", "crate::kling", "reqwest"] {
        assert_none(&lines_with(word, |path| path.starts_with("sandbox/")), "the sandbox stands alone");
    }
}

#[test]
fn only_config_reads_the_environment() {
    assert_none(&lines_with("env::var", |path| path != "config.rs"), "config.rs reads the environment");
}

#[test]
fn nothing_prints_past_the_shell() {
    for word in ["println!", "eprintln!", "print!(", "eprint!(", "dbg!"] {
        assert_none(&lines_with(word, |_| true), "stdout belongs to JSON-RPC");
    }
}

#[test]
fn the_core_does_not_know_the_shell() {
    let core = |path: &str| CORE.iter().any(|part| path.starts_with(part));
    for word in ["crate::mcp", "crate::cli", "crate::config", "crate::present"] {
        assert_none(&lines_with(word, core), "the core must not use the shell");
    }
}

#[test]
fn the_core_has_no_clock_no_files_and_no_network() {
    let core = |path: &str| path == "present.rs" || CORE.iter().any(|part| path.starts_with(part));
    for word in ["SystemTime", "Instant::now", "Timestamp::now", "std::fs", "std::net", "tokio::", "std::thread"] {
        assert_none(&lines_with(word, core), "the core takes values and returns values");
    }
}

#[test]
fn knowledge_redaction_and_text_do_not_know_the_engine() {
    let below = |path: &str| ["knowledge/", "redact/", "text.rs"].iter().any(|part| path.starts_with(part));
    assert_none(&lines_with("crate::diagnose", below), "the arrow points from diagnose down");
}

#[test]
fn retry_asks_knowledge_alone() {
    for word in ["crate::diagnose", "crate::validate", "crate::request", "crate::ledger", "crate::joint"] {
        assert_none(&lines_with(word, |path| path.starts_with("retry/")), "what retry needs of others is passed in");
    }
}

#[test]
fn service_codes_stand_on_pages_and_not_in_code() {
    let ranges = [1000..=1004, 1100..=1103, 1200..=1203, 1300..=1304, 5000..=5002];
    let shown = ["explain 1303", "retry 1303", "such as 1303", "const EXAMPLE"]; // help and examples for people
    let mut found = Vec::new();
    for code in ranges.into_iter().flatten() {
        let word = code.to_string();
        found.extend(lines_with(&word, |_| true).into_iter().filter(|line| {
            let code_part = line.splitn(3, ':').nth(2).unwrap_or_default();
            whole(code_part, &word) && !shown.iter().any(|text| line.contains(text))
        }));
    }
    assert_none(&found, "ask Knowledge for service codes");
}

/// The number as a number of its own.
fn whole(line: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(joins) && !line[at + word.len()..].starts_with(joins))
}

#[test]
fn a_number_inside_another_is_not_taken_for_a_code() {
    assert!(whole("code == 1303", "1303") && whole("\"1303\"", "1303"));
    assert!(!whole("51303", "1303") && !whole("1_1303", "1303") && !whole("1303.5", "1303"));
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let long: Vec<String> =
        sources().iter().filter(|source| source.lines > 350).map(|source| format!("src/{}: {} lines", source.path, source.lines)).collect();
    assert_none(&long, "at most 350 lines");
}
