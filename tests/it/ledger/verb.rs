//! `klingai-mcp ledger`: what a person sees.

use std::path::Path;

use klingai_mcp::ledger::{Outcome, Receipt};
use serde_json::Value;

use super::{open, sent, state};
use crate::common::{program, run, stderr, stdout};

fn shown(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    shown_with(folder, &[], arguments)
}

fn shown_with(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    let mut command = program();
    command.env("KLINGAI_STATE_DIR", folder).envs(environment.iter().copied()).arg("ledger").args(arguments);
    let output = run(&mut command, b"");
    (output.status.code().unwrap(), stdout(&output), stderr(&output))
}

/// A ledger with one settled, one held and one accepted intent; gives their names.
fn filled(folder: &Path) -> [String; 3] {
    let ledger = open(folder, "100");
    let created = |id: &str| ledger.record(id, &Outcome::Created { task_id: "42".to_owned(), receipt: Receipt::default() }).unwrap();
    let ids = [sent(&ledger, "a", "1.8"), sent(&ledger, "b", "2"), sent(&ledger, "c", "1")];
    created(&ids[0]);
    ledger.record(&ids[0], &Outcome::Succeeded).unwrap();
    ledger.settle(&ids[0], "2".parse().unwrap()).unwrap();
    ledger.record(&ids[1], &Outcome::MayExist(Receipt::default())).unwrap();
    ledger.record(&ids[1], &Outcome::NeverFound).unwrap();
    created(&ids[2]);
    ids
}

#[test]
fn without_a_ledger_nothing_is_made() {
    let (_keep, folder) = state();
    let (code, out, err) = shown(&folder, &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("No ledger yet") && out.contains("Paid calls are off") && !folder.exists(), "{out}");
}

#[test]
fn what_is_open_comes_before_what_is_done() {
    let (_keep, folder) = state();
    let ids = filled(&folder);
    let caps = [("KLING_MCP_CAP_DAY_UNITS", "10"), ("KLING_MCP_CAP_MONTH_UNITS", "20")];
    let (code, out, _) = shown_with(&folder, &caps, &[]);
    let (open, newest) = out.split_once("\nNewest:").unwrap();
    assert_eq!(code, 0);
    assert!(
        open.contains(&ids[1]) && open.contains("never found; counts as spent until you --resolve it") && open.contains(&ids[2]),
        "{out}"
    );
    assert!(ids.iter().all(|id| newest.contains(id)), "{out}");
    assert!(out.contains("Paid calls are on. Caps: 10 units a day, 20 units a month") && out.contains("Paid calls are stopped"), "{out}");
}

#[test]
fn the_json_has_the_same() {
    let (_keep, folder) = state();
    let ids = filled(&folder);
    let (code, out, _) = shown(&folder, &["--json", "--last", "1"]);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, answer["open"].as_array().unwrap().len(), answer["intents"].as_array().unwrap().len()), (0, 2, 1));
    assert_eq!(answer["open"][0]["external_id"], ids[1].as_str());
    assert_eq!(answer["price_stops"][0]["final_units"], 2.0);
}

#[test]
fn the_csv_has_every_entry() {
    let (_keep, folder) = state();
    filled(&folder);
    let (_, out, _) = shown(&folder, &["--csv"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 1 + 12);
    let columns = lines[0].split(',').count();
    assert!(lines.iter().all(|line| line.split(',').count() == columns) && lines[1].starts_with("1,"), "{out}");
}

#[test]
fn a_held_create_is_resolved_once() {
    let (_keep, folder) = state();
    let ids = filled(&folder);
    let (code, out, _) = shown(&folder, &["--resolve", &ids[1], "not_created"]);
    assert!(code == 0 && out.contains("rejected_by_reconcile"), "{out}");
    let (code, _, err) = shown(&folder, &["--resolve", &ids[1], "created"]);
    assert!(code == 1 && err.contains("cannot follow"), "{err}");
    let (code, _, err) = shown(&folder, &["--resolve", &ids[1], "perhaps"]);
    assert!(code == 2 && err.contains("created or not_created"), "{err}");
    assert_eq!(shown(&folder, &["--resolve", "kmcp-none", "created"]).0, 1);
}

#[test]
fn a_price_is_acknowledged() {
    let (_keep, folder) = state();
    let ids = filled(&folder);
    assert!(shown(&folder, &["--acknowledge-price"]).1.contains(&ids[0]));
    assert!(shown(&folder, &["--acknowledge-price"]).1.contains("Nothing was waiting"));
    assert!(!shown(&folder, &[]).1.contains("Paid calls are stopped"));
}

#[test]
fn the_chain_is_verified_and_damage_ends_with_1() {
    let (_keep, folder) = state();
    filled(&folder);
    let (code, out, _) = shown(&folder, &["--verify"]);
    assert!(code == 0 && out.starts_with("12 entries and 3 intents agree. Last hash: "), "{out}");
    let by_hand = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
    by_hand.execute_batch("DROP TRIGGER events_are_never_changed; UPDATE events SET kind = 'x' WHERE seq = 3").unwrap();
    let (code, out, err) = shown(&folder, &["--verify"]);
    assert!(code == 1 && out.is_empty() && err.contains("entry 3 is changed"), "{err}");
}

#[test]
fn a_cap_that_is_no_amount_is_told_and_counts_as_zero() {
    let (_keep, folder) = state();
    let (code, out, err) = shown_with(&folder, &[("KLING_MCP_CAP_DAY_UNITS", "ten"), ("KLING_MCP_CAP_MONTH_UNITS", "10")], &[]);
    assert!(code == 0 && out.contains("Paid calls are off") && err.contains("KLING_MCP_CAP_DAY_UNITS"), "{out}{err}");
}

#[test]
fn without_a_home_the_setting_is_named() {
    let output = run(program().arg("ledger"), b"");
    assert!(output.status.code() == Some(1) && stderr(&output).contains("set KLINGAI_STATE_DIR"), "{}", stderr(&output));
}
