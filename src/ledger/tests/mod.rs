//! The ledger over both stores.

mod conformance;
mod faults;
mod histories;
mod quotes;
mod steps;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde_json::json;

use super::ids::base32;
use super::store::Store;
use super::store::memory::{Memory, Tables};
use super::store::sqlite::Sqlite;
use super::*;

/// 2026-11-26T12:00:00Z.
const NOON: i64 = 1_795_694_400;

/// Where the rows of one test lie.
enum Place {
    Memory(Tables),
    File(tempfile::TempDir),
}

impl Place {
    fn memory() -> Self {
        Self::Memory(Tables::default())
    }

    fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// One of each.
    fn both() -> [Self; 2] {
        [Self::memory(), Self::file()]
    }

    /// One more opening.
    fn store(&self) -> Box<dyn Store> {
        let name = base32(fresh());
        match self {
            Self::Memory(tables) => Box::new(Memory::open(tables, &name)),
            Self::File(folder) => Box::new(Sqlite::open(&folder.path().join("state"), name).unwrap()),
        }
    }

    fn ledger(&self, cap: i64) -> Bench {
        Bench::over(self.store(), caps(cap))
    }
}

/// Numbers that no other test has.
fn fresh() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::SeqCst))
}

fn units(milli: i64) -> Units {
    Units::from_milli(milli).unwrap()
}

fn caps(milli: i64) -> Caps {
    Caps { day: units(milli), month: units(milli), unattended: Units::ZERO }
}

/// A ledger and its clock.
struct Bench {
    ledger: Ledger,
    clock: Arc<AtomicI64>,
}

impl std::ops::Deref for Bench {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

impl Bench {
    /// Opened with its checks.
    fn over(store: Box<dyn Store>, caps: Caps) -> Self {
        let bench = Self::unchecked(store, caps);
        bench.start().unwrap();
        bench
    }

    fn unchecked(store: Box<dyn Store>, caps: Caps) -> Self {
        let clock = Arc::new(AtomicI64::new(NOON));
        let hand = Arc::clone(&clock);
        let ledger = Ledger::over(store, caps, Box::new(move || hand.load(Ordering::SeqCst)), Box::new(|| Ok(fresh())));
        Self { ledger, clock }
    }

    fn set_clock(&self, to: i64) {
        self.clock.store(to, Ordering::SeqCst);
    }

    /// Quotes and reserves with a person's consent.
    fn try_reserve(&self, terms: &Terms) -> Result<Reserved, LedgerError> {
        let quote = self.quote(terms)?;
        self.reserve(&quote.id, terms, Consent::Asked)
    }

    fn reserved(&self, terms: &Terms) -> Reservation {
        match self.try_reserve(terms).unwrap() {
            Reserved::Now(reservation) => reservation,
            Reserved::Deduplicated(intent) => panic!("{intent:?}"),
        }
    }

    /// An intent on its way; gives its name.
    fn sent(&self, terms: &Terms) -> String {
        let reservation = self.reserved(terms);
        self.sending(&reservation).unwrap().external_id().to_owned()
    }

    fn spent(&self) -> Units {
        self.balance("account").unwrap()[0].spent
    }
}

/// A request that differs from those of other numbers.
fn terms(number: u64, milli: i64) -> Terms {
    Terms {
        principal: "local".to_owned(),
        account: "account".to_owned(),
        endpoint: "/v1/videos/text2video".to_owned(),
        digest: Digest::of(&json!({ "prompt": number })),
        units: units(milli),
    }
}

fn created(task_id: &str) -> Outcome {
    Outcome::Created { task_id: task_id.to_owned(), receipt: Receipt { http_status: Some(200), ..Receipt::default() } }
}

fn refused() -> Outcome {
    Outcome::NotCreated(Receipt { http_status: Some(429), service_code: Some(7), request_id: Some("r-1".to_owned()) })
}

fn lost() -> Outcome {
    Outcome::MayExist(Receipt::default())
}
