//! Findings as SARIF 2.1.0, for code scanning in CI.

use serde_json::{Value, json};

use crate::validate::{Finding, Severity, Verdict};

/// One log with one run; every finding is a result at its file, with line and column where the file is text that was read, and its pointer as the logical place.
pub fn log<'a>(checked: impl Iterator<Item = (&'a str, &'a Verdict)>) -> Value {
    let found: Vec<(&str, &Finding)> =
        checked.flat_map(|(file, verdict)| verdict.findings.iter().map(move |finding| (file, finding))).collect();
    let results: Vec<Value> = found.iter().map(|(file, finding)| result(file, finding)).collect();
    let mut rules: Vec<&str> = found.iter().map(|(_, finding)| finding.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: Vec<Value> = rules.into_iter().map(|id| json!({"id": id})).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "klingai-mcp", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "results": results,
        }],
    })
}

fn result(file: &str, finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let mut physical = json!({"artifactLocation": {"uri": file}});
    if let (Some(place), Some(physical)) = (finding.place, physical.as_object_mut()) {
        physical.insert("region".to_owned(), json!({"startLine": place.line, "startColumn": place.column}));
    }
    json!({
        "ruleId": finding.rule,
        "level": level,
        "message": {"text": format!("{} {}", finding.message, finding.help).trim()},
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": finding.pointer}],
        }],
    })
}
