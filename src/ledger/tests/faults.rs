//! Any one operation of the store fails; whatever it is, no create is sent twice, no cap is passed and no row is lost.

use std::collections::BTreeMap;

use super::super::store::Transaction;
use super::super::store::faulty::{Commit, FaultyStore, Fuse};
use super::*;

const CAP: i64 = 2500;

/// The service: which creates it saw, and which of them made a task.
#[derive(Debug, Default)]
struct Service {
    posts: BTreeMap<String, u32>,
    tasks: BTreeMap<String, String>,
}

impl Service {
    /// Only a permit sends.
    fn create(&mut self, permit: &Permit, makes_a_task: bool) -> String {
        let id = permit.external_id().to_owned();
        *self.posts.entry(id.clone()).or_default() += 1;
        if makes_a_task {
            self.tasks.insert(id.clone(), format!("t-{}", self.tasks.len()));
        }
        id
    }
}

type Flow = fn(&Bench, &mut Service) -> Result<(), LedgerError>;

fn begun(ledger: &Bench, number: u64) -> Result<Option<Reservation>, LedgerError> {
    Ok(match ledger.try_reserve(&terms(number, 1000))? {
        Reserved::Now(reservation) => Some(reservation),
        Reserved::Deduplicated(_) => None,
    })
}

fn posted(ledger: &Bench, service: &mut Service, makes_a_task: bool) -> Result<Option<String>, LedgerError> {
    let Some(reservation) = begun(ledger, 1)? else { return Ok(None) };
    Ok(Some(service.create(&ledger.sending(&reservation)?, makes_a_task)))
}

fn succeeds(ledger: &Bench, service: &mut Service) -> Result<(), LedgerError> {
    let Some(id) = posted(ledger, service, true)? else { return Ok(()) };
    ledger.record(&id, &created(&service.tasks[&id]))?;
    ledger.record(&id, &Outcome::Succeeded)?;
    ledger.settle(&id, units(1000)).map(|_| ())
}

fn is_refused(ledger: &Bench, service: &mut Service) -> Result<(), LedgerError> {
    let Some(id) = posted(ledger, service, false)? else { return Ok(()) };
    ledger.record(&id, &refused()).map(|_| ())
}

fn is_lost_and_found(ledger: &Bench, service: &mut Service) -> Result<(), LedgerError> {
    let Some(id) = posted(ledger, service, true)? else { return Ok(()) };
    ledger.record(&id, &lost())?;
    ledger.record(&id, &created(&service.tasks[&id]))?;
    ledger.record(&id, &Outcome::Failed)?;
    ledger.settle(&id, Units::ZERO).map(|_| ())
}

fn is_lost_for_good(ledger: &Bench, service: &mut Service) -> Result<(), LedgerError> {
    let Some(id) = posted(ledger, service, false)? else { return Ok(()) };
    ledger.record(&id, &lost())?;
    ledger.record(&id, &Outcome::NeverFound)?;
    ledger.resolve(&id, false, None).map(|_| ())
}

fn is_released(ledger: &Bench, _: &mut Service) -> Result<(), LedgerError> {
    let Some(reservation) = begun(ledger, 1)? else { return Ok(()) };
    ledger.release(&reservation).map(|_| ())
}

fn is_dearer_than_quoted(ledger: &Bench, service: &mut Service) -> Result<(), LedgerError> {
    let Some(id) = posted(ledger, service, true)? else { return Ok(()) };
    ledger.record(&id, &created(&service.tasks[&id]))?;
    ledger.record(&id, &Outcome::Succeeded)?;
    ledger.settle(&id, units(1200))?;
    ledger.acknowledge()?;
    begun(ledger, 2).map(|_| ())
}

const FLOWS: [(&str, Flow); 6] = [
    ("succeeds", succeeds),
    ("refused", is_refused),
    ("lost and found", is_lost_and_found),
    ("lost for good", is_lost_for_good),
    ("released", is_released),
    ("dearer", is_dearer_than_quoted),
];

/// What the caller does when the ledger fails.
#[derive(Debug, Clone, Copy)]
enum Reaction {
    /// The process ends; a new one opens the ledger and the call comes again.
    Dies,
    /// The process goes on and the call comes again.
    AsksAgain,
}

/// Runs a flow with a fault at operation `nth`; gives whether the fault happened.
fn one(place: &Place, flow: Flow, nth: i64, commit: Commit, reaction: Reaction) -> bool {
    let fuse = Fuse::at(nth, commit);
    let mut service = Service::default();
    let faulty = FaultyStore::new(Inner(place.store()), fuse.clone());
    let first = Bench::unchecked(Box::new(faulty), caps(CAP));
    let result = first.start().and_then(|()| flow(&first, &mut service));
    let blown = fuse.take_out();
    assert_eq!(result.is_err(), blown, "a fault is told: {result:?}");
    if let Err(error) = result {
        assert!(matches!(error, LedgerError::Unavailable { why: StoreError::Full, .. }), "{error:?}");
    }
    let last = match reaction {
        Reaction::Dies => {
            drop(first);
            place.ledger(CAP)
        }
        Reaction::AsksAgain => {
            first.start().unwrap();
            first
        }
    };
    hold(&last, &service);
    // The same call comes again, without a fault. It may be refused; it must not be sent twice.
    let _ = flow(&last, &mut service);
    hold(&last, &service);
    blown
}

/// I1 to I4 and I10 of the test plan.
fn hold(ledger: &Bench, service: &Service) {
    let rows: BTreeMap<String, Intent> = ledger.recent(100).unwrap().into_iter().map(|row| (row.external_id.clone(), row)).collect();
    assert!(service.posts.values().all(|count| *count == 1), "one create an intent: {:?}", service.posts);
    assert!(ledger.spent() <= units(CAP));
    for id in service.posts.keys() {
        assert!(rows.contains_key(id), "a create without a row");
        assert_ne!(rows[id].state, State::Reserved, "a create that was not written down first");
    }
    for id in service.tasks.keys() {
        assert!(rows[id].counts() > Units::ZERO || matches!(rows[id].state, State::Failed | State::Settled), "{:?}", rows[id]);
    }
    let reserved = ledger.entries().unwrap().into_iter().filter(|entry| entry.kind == "reserved").count();
    assert_eq!(reserved, rows.len(), "each intent has its consent in the chain");
    ledger.verify().unwrap();
}

/// A boxed store as a store.
struct Inner(Box<dyn Store>);

impl Store for Inner {
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        self.0.begin()
    }

    fn owner(&self) -> &str {
        self.0.owner()
    }

    fn check(&mut self, thorough: bool) -> Result<(), StoreError> {
        self.0.check(thorough)
    }
}

/// Every operation of a flow once; gives how many there were.
fn every_operation(place: fn() -> Place, flow: Flow, commit: Commit, reaction: Reaction) -> i64 {
    (1..10_000).find(|nth| !one(&place(), flow, *nth, commit, reaction)).unwrap() - 1
}

#[test]
fn no_single_fault_breaks_an_invariant_in_memory() {
    let mut all = 0;
    for (name, flow) in FLOWS {
        for (commit, reaction) in [
            (Commit::Lost, Reaction::Dies),
            (Commit::Kept, Reaction::Dies),
            (Commit::Lost, Reaction::AsksAgain),
            (Commit::Kept, Reaction::AsksAgain),
        ] {
            let points = every_operation(Place::memory, flow, commit, reaction);
            assert!(points > 20, "{name}: {points}");
            all += points;
        }
    }
    println!("{all} points of failure");
}

#[test]
fn no_single_fault_breaks_an_invariant_in_the_file() {
    for flow in [succeeds as Flow, is_lost_for_good] {
        assert!(every_operation(Place::file, flow, Commit::Lost, Reaction::Dies) > 20);
    }
    assert!(every_operation(Place::file, is_lost_and_found, Commit::Kept, Reaction::AsksAgain) > 20);
}
