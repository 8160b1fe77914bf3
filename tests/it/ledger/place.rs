//! Folders and files that must not be trusted.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use klingai_mcp::ledger::{Ledger, StoreError, system_entropy};

use super::{NOON, caps, open, sent, state, trouble, try_open};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn unsafe_because(folder: &Path) -> String {
    match trouble(try_open(folder, "5")) {
        StoreError::Unsafe(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn folder_and_files_are_for_their_owner_alone() {
    let (_keep, folder) = state();
    let ledger = open(&folder.join("deep"), "5");
    sent(&ledger, "a", "1");
    assert_eq!(mode(&folder.join("deep")), 0o700);
    let files: Vec<_> = fs::read_dir(folder.join("deep")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_folder_or_file_that_others_may_use_is_refused() {
    let (_keep, folder) = state();
    drop(open(&folder, "5"));
    for wide in [0o777, 0o770, 0o755, 0o701] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(wide)).unwrap();
        assert!(unsafe_because(&folder).contains(&format!("mode 0{wide:o}")));
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(folder.join("ledger.db"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(unsafe_because(&folder).contains("ledger.db"));
}

#[test]
fn links_are_refused() {
    let (keep, folder) = state();
    drop(open(&folder, "5"));
    let link = keep.path().join("link");
    symlink(&folder, &link).unwrap();
    assert!(unsafe_because(&link).contains("is a link"));
    for name in ["ledger.db", "ledger.db-wal", "open.lock"] {
        let path = folder.join(name);
        let _ = fs::remove_file(&path);
        symlink(keep.path().join("elsewhere"), &path).unwrap();
        assert!(unsafe_because(&folder).contains(name));
        fs::remove_file(&path).unwrap();
    }
    assert!(!keep.path().join("elsewhere").exists());
}

#[test]
fn a_foreign_owner_is_refused() {
    let (_keep, folder) = state();
    drop(open(&folder, "5"));
    // Only root can give a folder away; elsewhere nothing can be tried.
    if std::os::unix::fs::chown(&folder, Some(12_345), None).is_ok() {
        assert!(unsafe_because(&folder).contains("another user"));
    }
}

#[test]
fn a_place_that_cannot_be_written_is_told_with_what_to_do() {
    let (keep, _) = state();
    let file = keep.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = try_open(&file.join("state"), "5").unwrap_err();
    assert!(error.to_string().contains("cannot be written") && error.to_string().contains("KLINGAI_STATE_DIR"), "{error}");
}

#[test]
fn a_newer_form_is_left_alone() {
    let (_keep, folder) = state();
    drop(open(&folder, "5"));
    let file = folder.join("ledger.db");
    let by_hand = rusqlite::Connection::open(&file).unwrap();
    by_hand.execute("UPDATE form SET version = 2", []).unwrap();
    drop(by_hand);
    let before = fs::read(&file).unwrap();
    assert_eq!(trouble(try_open(&folder, "5")), StoreError::Newer { found: 2, known: 1 });
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_file_that_is_no_ledger_is_left_alone() {
    for make in [
        |path: &Path| fs::write(path, "not a database ".repeat(400)).unwrap(),
        |path: &Path| {
            rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE other (a)").unwrap();
        },
    ] {
        let (_keep, folder) = state();
        drop(open(&folder, "5"));
        let file = folder.join("ledger.db");
        fs::remove_file(&file).unwrap();
        make(&file);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let before = fs::read(&file).unwrap();
        assert!(matches!(trouble(try_open(&folder, "5")), StoreError::Corrupt(_)));
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}

#[test]
fn the_file_itself_refuses_changed_amounts_and_lost_rows() {
    let (_keep, folder) = state();
    let ledger = open(&folder, "5");
    sent(&ledger, "a", "1");
    let by_hand = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
    for statement in [
        "UPDATE intents SET units = 1",
        "UPDATE intents SET account = 'other'",
        "UPDATE intents SET reserved_at = 0",
        "DELETE FROM intents",
        "UPDATE events SET \"row\" = '{}'",
        "DELETE FROM events",
        "UPDATE quotes SET units = 1",
        "UPDATE quotes SET intent = NULL",
        "DELETE FROM quotes",
    ] {
        let error = by_hand.execute(statement, []).unwrap_err().to_string();
        assert!(error.contains("never") || error.contains("once"), "{statement}: {error}");
    }
    ledger.verify().unwrap();
}

#[test]
fn hands_in_the_file_are_found() {
    for (statement, found) in [
        ("UPDATE intents SET units = 1", "is not what its entries say"),
        ("UPDATE intents SET state = 'rejected'", "is not what its entries say"),
        ("UPDATE events SET \"row\" = replace(\"row\", '1.0', '0.5') WHERE seq = 1", "entry 1 is changed"),
        ("UPDATE events SET at = at - 1 WHERE seq = 2", "entry 2 is changed"),
        ("DELETE FROM events WHERE seq = 1", "entry 2 is not the one that follows"),
        ("DELETE FROM events WHERE seq = 2", "is not what its entries say"),
        ("DELETE FROM events", "1 intents are stored and 0 have entries"),
    ] {
        let (_keep, folder) = state();
        sent(&open(&folder, "5"), "a", "1");
        let by_hand = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
        let triggers = "SELECT group_concat('DROP TRIGGER ' || name || ';', '') FROM sqlite_schema WHERE type = 'trigger'";
        let drop_all: String = by_hand.query_row(triggers, [], |row| row.get(0)).unwrap();
        by_hand.execute_batch(&drop_all).unwrap();
        by_hand.execute(statement, []).unwrap();
        drop(by_hand);
        let StoreError::Corrupt(why) = trouble(try_open(&folder, "5")) else { panic!("{statement}") };
        assert!(why.contains(found), "{statement}: {why}");
        let reading = Ledger::inspect(&folder, caps("5"), Box::new(|| NOON), system_entropy()).unwrap();
        assert!(matches!(trouble(reading.verify()), StoreError::Corrupt(_)), "it can still be read");
    }
}

#[test]
fn damaged_pages_are_found() {
    let (_keep, folder) = state();
    sent(&open(&folder, "5"), "a", "1");
    let file = folder.join("ledger.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xA5);
    fs::write(&file, bytes).unwrap();
    assert!(matches!(trouble(try_open(&folder, "5")), StoreError::Corrupt(_)));
}
