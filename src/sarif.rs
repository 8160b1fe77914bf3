//! Findings as SARIF 2.1.0, for code scanning in CI.

use serde_json::{Value, json};

use crate::validate::{Finding, Severity, Verdict};

/// One log with one run; every finding is a result at its file, with its pointer as the logical place.
pub fn log(checked: &[(String, Verdict)]) -> Value {
    let results: Vec<Value> =
        checked.iter().flat_map(|(file, verdict)| verdict.findings.iter().map(move |finding| result(file, finding))).collect();
    let mut rules: Vec<&str> =
        checked.iter().flat_map(|(_, verdict)| verdict.findings.iter().map(|finding| finding.rule.as_str())).collect();
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
    json!({
        "ruleId": finding.rule,
        "level": level,
        "message": {"text": format!("{} {}", finding.message, finding.help).trim()},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": file}},
            "logicalLocations": [{"fullyQualifiedName": finding.pointer}],
        }],
    })
}
