//! Real processes: this test binary runs itself with a role.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use klingai_mcp::ledger::{LedgerError, Outcome, Receipt, State, StoreError};

use super::{open, sent, state, terms, trouble, try_open, try_reserve, units};

const ROLE: &str = "KLINGAI_TEST_ROLE";
const FOLDER: &str = "KLINGAI_TEST_FOLDER";

/// Runs the role of this process, if it has one. As a test of its own it has none and does nothing.
#[test]
fn role() {
    #[expect(clippy::disallowed_methods, reason = "the role of a process that a test started")]
    let (role, folder) = (std::env::var(ROLE), std::env::var(FOLDER));
    let (Ok(role), Ok(folder)) = (role, folder) else { return };
    let folder = Path::new(&folder);
    match role.as_str() {
        "spend" => spend(folder),
        "write" => write(folder),
        "fill" => fill(folder),
        "read" => say(&format!("{:?}", trouble(try_open(folder, "5")))),
        other => panic!("{other}"),
    }
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n> {text}").unwrap();
    out.flush().unwrap();
}

fn worker(role: &str, folder: &Path, before: &[&str]) -> Child {
    let own = std::env::current_exe().unwrap();
    let own = own.to_str().unwrap();
    let words: Vec<&str> = before.iter().copied().chain([own, "--exact", "ledger::processes::role", "--nocapture"]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env(ROLE, role).env(FOLDER, folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// What a process said, line by line, until its output ends.
fn said(out: ChildStdout) -> Vec<String> {
    let lines = BufReader::new(out).lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("> ").map(str::to_owned)).collect()
}

fn all_said(mut child: Child) -> Vec<String> {
    let lines = said(child.stdout.take().unwrap());
    assert!(child.wait().unwrap().success(), "{lines:?}");
    lines
}

/// Tries again while others hold the file: on a busy machine 64 processes may keep one waiting for more than five seconds.
fn patiently<T>(mut step: impl FnMut() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
    for _ in 0..10 {
        match step() {
            Err(LedgerError::Unavailable { why: StoreError::Locked, .. }) => {}
            done => return done,
        }
    }
    step()
}

/// Reserves and writes down until the cap is reached; then says what it reserved, in thousandths.
fn spend(folder: &Path) {
    let ledger = patiently(|| try_open(folder, "40")).unwrap();
    let mut sum = 0;
    for (turn, price) in (0..).zip(["1", "0.5"].into_iter().cycle()) {
        let terms = terms(&format!("{} {turn}", std::process::id()), price);
        match patiently(|| try_reserve(&ledger, &terms)) {
            Ok(reservation) => {
                drop(patiently(|| ledger.sending(&reservation)).unwrap());
                sum += reservation.units().milli();
            }
            Err(LedgerError::OverCap { .. }) if price == "0.5" => break,
            Err(LedgerError::OverCap { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    say(&sum.to_string());
}

#[test]
fn sixty_four_processes_spend_exactly_the_cap() {
    let (_keep, folder) = state();
    let children: Vec<Child> = (0..64).map(|_| worker("spend", &folder, &[])).collect();
    let sums: Vec<i64> = children.into_iter().map(|child| all_said(child)[0].parse().unwrap()).collect();
    assert_eq!(sums.iter().sum::<i64>(), 40_000);
    let ledger = open(&folder, "40");
    assert_eq!(ledger.balance("account").unwrap()[0].spent, units("40"), "what the dead were sending counts");
    assert!(ledger.unfinished().unwrap().iter().all(|intent| intent.state == State::Unknown));
    ledger.verify().unwrap();
}

/// Writes until it is killed, and says each step after it is on disk.
fn write(folder: &Path) {
    let ledger = open(folder, "1000000");
    for turn in 0.. {
        let id = sent(&ledger, &format!("{} {turn}", std::process::id()), "1");
        say(&format!("sent {id}"));
        ledger.record(&id, &Outcome::Created { task_id: format!("t-{turn}"), receipt: Receipt::default() }).unwrap();
        say(&format!("accepted {id}"));
    }
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    let (_keep, folder) = state();
    let mut acknowledged = Vec::new();
    for kill in 0..30_u64 {
        let mut child = worker("write", &folder, &[]);
        let out = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || said(out));
        std::thread::sleep(std::time::Duration::from_millis(60 + kill * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(reader.join().unwrap());
    }
    assert!(acknowledged.len() > 100, "{} steps", acknowledged.len());
    let ledger = open(&folder, "1000000");
    for step in &acknowledged {
        let (what, id) = step.split_once(' ').unwrap();
        let state = ledger.intent("local", id).unwrap().state;
        // What was being sent may have been accepted before the kill without a word about it.
        assert!(
            state == State::Accepted || (what == "sent" && state == State::Unknown && !acknowledged.contains(&format!("accepted {id}"))),
            "{step}: {state}"
        );
    }
    assert!(ledger.unfinished().unwrap().iter().all(|intent| matches!(intent.state, State::Accepted | State::Unknown)));
    ledger.verify().unwrap();
}

#[test]
fn openings_in_threads_of_one_process_share_the_cap() {
    let (_keep, folder) = state();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                let ledger = open(folder, "10");
                (0..4).for_each(|turn| drop(try_reserve(&ledger, &terms(&format!("{thread} {turn}"), "1"))));
            });
        }
    });
    let ledger = open(&folder, "10");
    let made = ledger.recent(100).unwrap();
    assert!(made.len() >= 10 && made.iter().all(|intent| intent.state == State::Rejected), "{made:?}");
    assert_eq!(ledger.balance("account").unwrap()[0].spent, units("0"), "what was never sent is released");
}

#[test]
fn a_ledger_that_another_process_keeps_locked_fails_closed() {
    let (_keep, folder) = state();
    let ledger = open(&folder, "10");
    let quote = ledger.quote(&terms("a", "1")).unwrap();
    let other = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let result = ledger.reserve(&quote.id, &terms("a", "1"), klingai_mcp::ledger::Consent::Asked);
    assert_eq!(trouble(result), StoreError::Locked);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(ledger.recent(9).unwrap(), []);
}

/// Quotes until the disk is full; then nothing can be reserved, and what was there is still in order.
fn fill(folder: &Path) {
    let ledger = open(folder, "1000");
    sent(&ledger, "first", "1");
    let full = (0..100_000).find_map(|turn| ledger.quote(&terms(&turn.to_string(), "1")).err()).unwrap();
    say(&format!("{:?}", trouble::<()>(Err(full))));
    assert!(matches!(try_reserve(&ledger, &terms("next", "1")), Err(LedgerError::Unavailable { .. })));
    say(&format!("{:?}", ledger.verify().map(|found| found.entries)));
}

/// Runs a role where a disk of its own was mounted on `folder` for it alone; `None` where that is not allowed.
fn on_a_disk_of_its_own(role: &str, folder: &Path, then: &str) -> Option<Vec<String>> {
    let script = format!("mount -t tmpfs -o size=400k,mode=700 tmpfs {0} && {then} exec \"$@\"", folder.display());
    let tried = Command::new("unshare").args(["-m", "sh", "-c", &script, "sh", "true"]).output();
    tried.is_ok_and(|output| output.status.success()).then(|| all_said(worker(role, folder, &["unshare", "-m", "sh", "-c", &script, "sh"])))
}

#[test]
fn a_full_disk_fails_closed_and_loses_nothing() {
    let (_keep, folder) = state();
    std::fs::create_dir(&folder).unwrap();
    let Some(lines) = on_a_disk_of_its_own("fill", &folder, "") else { return };
    assert_eq!(lines, ["Full", "Ok(2)"]);
}

#[test]
fn a_read_only_disk_is_told_as_such() {
    let (_keep, folder) = state();
    std::fs::create_dir(&folder).unwrap();
    let then = format!("mount -o remount,ro {} &&", folder.display());
    let Some(lines) = on_a_disk_of_its_own("read", &folder, &then) else { return };
    assert!(lines[0].starts_with("ReadOnly("), "{lines:?}");
}
