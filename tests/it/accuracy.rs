//! How often the engine is right on the project's own corpus. The committed table shows what a change moved.
//!
//! `UPDATE=1 cargo test --test it accuracy` writes the table anew; read its diff before committing it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use klingai_mcp::diagnose::{Report, Verdict};
use serde::Deserialize;

use crate::common::{confident, diagnose, repository};

const TABLE: &str = "tests/corpus/accuracy.csv";

/// A paste and what a careful reader says about it.
#[derive(Deserialize)]
struct Case {
    id: String,
    paste: String,
    category: String,
    also_ok: Vec<String>,
    cause: String,
    retry: Vec<String>,
    kling: bool,
}

/// A case and what was found.
struct Row {
    case: Case,
    report: Report,
}

impl Row {
    fn accepted(&self, category: &str) -> bool {
        self.case.category == category || self.case.also_ok.iter().any(|other| other == category)
    }

    /// Place of the first accepted category, from 1; 0 when it is not listed.
    fn rank(&self) -> usize {
        if !self.case.kling {
            return usize::from(self.kept());
        }
        self.report.diagnoses.iter().position(|d| self.accepted(&d.category.to_string())).map_or(0, |at| at + 1)
    }

    /// A paste that is not Kling's stays without a claim about Kling.
    fn kept(&self) -> bool {
        self.report.verdict == Verdict::NotKling || (self.report.verdict == Verdict::NeedMore && !confident(&self.report))
    }

    fn found(&self) -> String {
        match (self.report.verdict, self.report.diagnoses.first()) {
            (Verdict::NotKling, _) => "not_kling".to_owned(),
            (_, Some(first)) => first.category.to_string(),
            (_, None) => "need_more".to_owned(),
        }
    }

    fn line(&self) -> String {
        let (probability, confidence) = self
            .report
            .diagnoses
            .first()
            .map_or((0.0, "-".to_owned()), |first| (first.probability, format!("{:?}", first.confidence).to_lowercase()));
        format!("{},{},{},{},{probability:.2},{confidence}", self.case.id, self.case.category, self.found(), self.rank())
    }
}

fn rows() -> Vec<Row> {
    let mut files: Vec<_> = std::fs::read_dir(repository("tests/corpus")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    let texts: Vec<String> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let cases = texts
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str::<Case>(line).unwrap());
    cases.map(|case| Row { report: diagnose(&case.paste), case }).collect()
}

fn share<'r>(rows: impl Iterator<Item = &'r Row>, holds: impl Fn(&Row) -> bool) -> f64 {
    let all: Vec<&Row> = rows.collect();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred cases")]
    let share = all.iter().filter(|row| holds(row)).count() as f64 / all.len().max(1) as f64;
    share
}

/// Every figure by name.
fn figures(rows: &[Row]) -> BTreeMap<&'static str, f64> {
    let kling = || rows.iter().filter(|row| row.case.kling);
    let strangers = || rows.iter().filter(|row| !row.case.kling);
    let first = |row: &Row| row.report.diagnoses.first().cloned();
    let wrong = |row: &Row| confident(&row.report) && row.rank() != 1;
    BTreeMap::from([
        ("top1", share(kling(), |row| row.rank() == 1)),
        ("top3", share(kling(), |row| (1..=3).contains(&row.rank()))),
        ("cause1", share(kling().filter(|row| !row.case.cause.is_empty()), |row| first(row).is_some_and(|d| d.cause == row.case.cause))),
        ("retry", share(kling(), |row| first(row).is_some_and(|d| row.case.retry.iter().any(|word| word == d.retry.verdict.word())))),
        ("confident", share(kling(), |row| confident(&row.report))),
        ("confident_and_wrong", share(rows.iter(), wrong)),
        ("negatives_kept", share(strangers(), Row::kept)),
    ])
}

fn table(rows: &[Row]) -> String {
    let mut text = "id,wanted,found,rank,probability,confidence\n".to_owned();
    for row in rows {
        writeln!(text, "{}", row.line()).unwrap();
    }
    text
}

/// Compares with the committed table, or writes it.
fn settle(text: &str) {
    let path = repository(TABLE);
    #[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the program")]
    let update = std::env::var("UPDATE").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let moved: Vec<String> = text.lines().filter(|line| !committed.lines().any(|old| old == *line)).map(str::to_owned).collect();
    assert!(committed == text, "{TABLE} is not what the engine finds; UPDATE=1 writes it anew. New rows:\n{}", moved.join("\n"));
}

#[test]
fn the_corpus_is_answered_as_the_committed_table_says_and_well_enough() {
    let rows = rows();
    let figures = figures(&rows);
    for (name, value) in &figures {
        println!("{name:20} {value:.3}");
    }
    for row in rows.iter().filter(|row| row.rank() != 1) {
        println!("{} {}", if confident(&row.report) { "WRONG" } else { "miss " }, row.line());
    }
    assert!(figures["top1"] >= 0.92, "top1 {}", figures["top1"]);
    assert!(figures["confident_and_wrong"] <= 0.012, "confident and wrong {}", figures["confident_and_wrong"]);
    assert!(figures["negatives_kept"] >= 0.9, "negatives kept {}", figures["negatives_kept"]);
    settle(&table(&rows));
}

#[test]
fn the_cases_have_names_of_their_own_and_real_categories() {
    let rows = rows();
    let mut ids: Vec<&str> = rows.iter().map(|row| row.case.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.len());
    for row in rows.iter().filter(|row| row.case.kling) {
        assert!(klingai_mcp::knowledge::Category::of(&row.case.category).is_some(), "{}: {}", row.case.id, row.case.category);
    }
}
