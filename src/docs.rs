//! Holds the reference pages to their word: form, two-way check, and every executable fence.

use crate::diagnose::{CODE_READINGS, Engine, Input as Paste, PHRASE_READINGS, Report, Verdict};
use crate::joint;
use crate::knowledge::page::{Fence, Page};
use crate::knowledge::{check, tables_doc};
use crate::retry::Operation;
use crate::retry::classify::classify;
use crate::retry::named::baselines;
use crate::validate::{Input, Parts, Validator};

/// The clock of the examples: 2026-11-22T12:00:00Z.
pub const EXAMPLES_NOW: i64 = 1_795_348_800;
const EXAMPLES_DAY: &str = "2026-11-22";

/// Everything that is wrong with the pages, one line each.
pub fn faults(engine: &Engine) -> Vec<String> {
    let mut faults = check::faults(&engine.knowledge, CODE_READINGS, PHRASE_READINGS);
    faults.extend(tables_doc::stale(&engine.knowledge));
    faults.extend(policies(engine));
    faults.extend(fences(engine));
    faults
}

/// Where the table of policies begins in its guide.
pub const POLICIES_BEGIN: &str = "<!-- policies:begin -->";
/// Where it ends.
pub const POLICIES_END: &str = "<!-- policies:end -->";
const POLICIES: &str = "guides/retry-policies.md";

/// The published table of policies must name those that the simulator plays; its figures are held by the test that computes them.
fn policies(engine: &Engine) -> Option<String> {
    let block = || engine.knowledge.file(POLICIES)?.split_once(POLICIES_BEGIN)?.1.split_once(POLICIES_END).map(|(block, _)| block);
    let Some(block) = block() else { return Some(format!("{POLICIES}: the marks of the table are missing")) };
    let listed: Vec<&str> = block.trim().lines().skip(2).filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    let mut played = vec!["suggestion".to_owned()];
    played.extend(baselines().into_iter().map(|strategy| strategy.name));
    (listed != played).then(|| {
        format!("{POLICIES}: the table is not of the policies that are played: run `UPDATE=1 cargo --config tests/retry_reference/optimised.toml test --test retry_reference no_policy`")
    })
}

/// Number of fences that are executed.
pub fn executed(engine: &Engine) -> usize {
    pages(engine).iter().flat_map(|page| page.fences()).filter(|fence| fence.info.contains('=')).count()
}

fn pages(engine: &Engine) -> Vec<&Page> {
    let k = &engine.knowledge;
    let mut pages: Vec<&Page> = k.causes.iter().map(|d| &d.page).collect();
    pages.extend(k.codes.iter().map(|d| &d.page));
    pages.extend(k.http.iter().map(|d| &d.page));
    pages.extend(k.messages.iter().map(|d| &d.page));
    pages.extend(k.gateways.iter().map(|d| &d.page));
    pages.extend(k.myths.iter().map(|d| &d.page));
    pages.extend(k.rules.iter().map(|d| &d.page));
    pages.extend(k.guides.iter().map(|d| &d.page));
    pages
}

fn fences(engine: &Engine) -> Vec<String> {
    let validator = match Validator::new() {
        Ok(validator) => validator,
        Err(error) => return vec![error.to_string()],
    };
    let mut faults = Vec::new();
    for page in pages(engine) {
        for fence in page.fences().into_iter().filter(|fence| fence.info.contains('=')) {
            let fault = match fence.value("endpoint") {
                Some(endpoint) => request(engine, &validator, &fence, endpoint),
                None => run(engine, &fence),
            };
            faults.extend(fault.map(|fault| format!("{}: line {}: {fault}", page.path, fence.line)));
        }
    }
    faults
}

/// `fails=RULE` must be found in the body, `passes` must have no error. `endpoint=POST:/path` says where it goes.
fn request(engine: &Engine, validator: &Validator, fence: &Fence, endpoint: &str) -> Option<String> {
    let (method, path) = endpoint.split_once(':')?;
    let parts =
        Parts { method: Some(method.to_owned()), endpoint: Some(path.to_owned()), headers: Vec::new(), body: Some(fence.text.clone()) };
    let input = Input { request: None, parts, strict: false, as_of: Some(EXAMPLES_DAY.to_owned()), full: true };
    let verdict = match validator.validate(&engine.knowledge, &input) {
        Ok(verdict) => verdict,
        Err(error) => return Some(error.to_string()),
    };
    let found: Vec<String> = verdict.findings.iter().map(|f| format!("{} {}", f.rule, f.pointer)).collect();
    // What the tables check is found under the table's own name.
    let by_tables = |rule: &str| {
        engine.knowledge.rules.iter().any(|doc| doc.head.id == rule && doc.head.checked != "code") && !verdict.findings.is_empty()
    };
    let missed = fence.value("fails").filter(|rule| !verdict.findings.iter().any(|f| f.rule == *rule) && !by_tables(rule));
    if let Some(rule) = missed {
        return Some(format!("should fail {rule}, found {found:?}"));
    }
    let passes = fence.info.split_whitespace().any(|word| word == "passes");
    (passes && !verdict.valid).then(|| format!("should pass, found {found:?}"))
}

fn run(engine: &Engine, fence: &Fence) -> Option<String> {
    let input = Paste { report: &fence.text, now: EXAMPLES_NOW, ..Paste::default() };
    let report = match engine.diagnose(&input) {
        Ok(report) => report,
        Err(error) => return Some(error.to_string()),
    };
    first(fence, &report).or_else(|| absent(fence, &report)).or_else(|| surface(fence, &report)).or_else(|| policy(engine, fence))
}

/// `policy=VERDICT` is what the retry classifier must say; an example that begins with GET is a query.
fn policy(engine: &Engine, fence: &Fence) -> Option<String> {
    let wanted = fence.value("policy")?;
    let operation = if fence.text.trim_start().starts_with("GET ") { Operation::Query } else { Operation::Create };
    let read = joint::reading(engine, &fence.text, operation, EXAMPLES_NOW);
    let found = classify(&engine.knowledge, operation, &read.outcome).verdict;
    (found.word() != wanted).then(|| format!("the verdict should be {wanted}, is {found}"))
}

fn first(fence: &Fence, report: &Report) -> Option<String> {
    let wanted = fence.value("diagnose")?;
    let found: Vec<String> = report.diagnoses.iter().map(|d| format!("{} {:.2}", d.cause, d.probability)).collect();
    let good = report.diagnoses.first().is_some_and(|d| d.cause == wanted) && report.verdict != Verdict::NotKling;
    (!good).then(|| format!("should be {wanted}, is {found:?}"))
}

fn absent(fence: &Fence, report: &Report) -> Option<String> {
    let unwanted = fence.value("not")?;
    let at = report.diagnoses.iter().position(|d| d.cause == unwanted)?;
    Some(format!("{unwanted} must not be listed, is number {}", at + 1))
}

fn surface(fence: &Fence, report: &Report) -> Option<String> {
    let wanted = fence.value("surface")?;
    (report.surface != wanted).then(|| format!("surface should be {wanted}, is {}", report.surface))
}
