//! The ledger as a file: many processes, kills, bad places, hands in the file, and the verb that shows it.

mod place;
mod processes;
mod verb;

use std::path::{Path, PathBuf};

use klingai_mcp::ledger::{Caps, Consent, Digest, Ledger, LedgerError, Reservation, Reserved, StoreError, Terms, Units, system_entropy};

/// 2026-11-26T12:00:00Z.
const NOON: i64 = 1_795_694_400;

fn units(text: &str) -> Units {
    text.parse().unwrap()
}

fn caps(text: &str) -> Caps {
    Caps { day: units(text), month: units(text), unattended: Units::ZERO }
}

fn try_open(folder: &Path, cap: &str) -> Result<Ledger, LedgerError> {
    Ledger::open(folder, caps(cap), Box::new(|| NOON), system_entropy())
}

fn open(folder: &Path, cap: &str) -> Ledger {
    try_open(folder, cap).unwrap()
}

/// A request that differs from those of other names.
fn terms(name: &str, price: &str) -> Terms {
    Terms {
        principal: "local".to_owned(),
        account: "account".to_owned(),
        endpoint: "/v1/videos/text2video".to_owned(),
        digest: Digest::of(&serde_json::json!({ "prompt": name })),
        units: units(price),
    }
}

fn try_reserve(ledger: &Ledger, terms: &Terms) -> Result<Reservation, LedgerError> {
    let quote = ledger.quote(terms)?;
    match ledger.reserve(&quote.id, terms, Consent::Asked)? {
        Reserved::Now(reservation) => Ok(reservation),
        Reserved::Deduplicated(intent) => panic!("{intent:?}"),
    }
}

fn sent(ledger: &Ledger, name: &str, price: &str) -> String {
    let reservation = try_reserve(ledger, &terms(name, price)).unwrap();
    ledger.sending(&reservation).unwrap().external_id().to_owned()
}

/// Why the ledger could not be used.
fn trouble<T: std::fmt::Debug>(result: Result<T, LedgerError>) -> StoreError {
    match result {
        Err(LedgerError::Unavailable { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

/// A folder of one test, and the path of the ledger in it.
fn state() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    (folder, path)
}
