//! Holds the reference pages to their word: form, two-way check, and every executable fence.

use crate::diagnose::{CODE_READINGS, Engine, Input, PHRASE_READINGS, Report, Verdict};
use crate::knowledge::page::{Fence, Page};
use crate::knowledge::{check, tables_doc};

/// The clock of the examples: 2026-11-22T12:00:00Z.
pub const EXAMPLES_NOW: i64 = 1_795_348_800;

/// Everything that is wrong with the pages, one line each.
pub fn faults(engine: &Engine) -> Vec<String> {
    let mut faults = check::faults(&engine.knowledge, CODE_READINGS, PHRASE_READINGS);
    faults.extend(tables_doc::stale(&engine.knowledge));
    faults.extend(fences(engine));
    faults
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
    pages.extend(k.guides.iter().map(|d| &d.page));
    pages
}

fn fences(engine: &Engine) -> Vec<String> {
    let mut faults = Vec::new();
    for page in pages(engine) {
        for fence in page.fences().into_iter().filter(|fence| fence.info.contains('=')) {
            faults.extend(run(engine, &fence).map(|fault| format!("{}: line {}: {fault}", page.path, fence.line)));
        }
    }
    faults
}

fn run(engine: &Engine, fence: &Fence) -> Option<String> {
    let input = Input { report: &fence.text, now: EXAMPLES_NOW, ..Input::default() };
    let report = match engine.diagnose(&input) {
        Ok(report) => report,
        Err(error) => return Some(error.to_string()),
    };
    first(fence, &report).or_else(|| absent(fence, &report)).or_else(|| surface(fence, &report))
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
