//! What every store must do; a new one is added to `Place`.

use super::super::chain::Event;
use super::super::quote::QuoteRow;
use super::super::store::{Select, Transaction};
use super::*;

fn intent(number: u64, state: State) -> Intent {
    Intent {
        external_id: format!("kmcp-{number}"),
        quote: format!("q-{number}"),
        principal: "local".to_owned(),
        account: "account".to_owned(),
        endpoint: "/e".to_owned(),
        digest: format!("d-{number}"),
        units: units(1000),
        final_units: (state == State::Settled).then(|| units(900)),
        state,
        consent: Consent::Asked,
        drift: Drift::None,
        owner: "o".to_owned(),
        reserved_at: NOON + i64::try_from(number).unwrap(),
        changed_at: NOON,
        task_id: Some("t".to_owned()),
        receipt: Receipt { http_status: Some(200), service_code: Some(-1), request_id: None },
    }
}

fn quote(number: u64) -> QuoteRow {
    QuoteRow::new(format!("q-{number}"), &terms(number, 1000), NOON)
}

/// Runs `work` in a transaction that is committed, on a fresh store of each kind.
fn on_each(work: impl Fn(&mut dyn Transaction)) {
    for place in Place::both() {
        let mut store = place.store();
        let mut rows = store.begin().unwrap();
        work(rows.as_mut());
        rows.commit().unwrap();
    }
}

fn ids(rows: &mut dyn Transaction, which: Select<'_>) -> Vec<String> {
    rows.intents(which).unwrap().into_iter().map(|row| row.external_id).collect()
}

#[test]
fn rows_come_back_as_they_were_stored() {
    on_each(|rows| {
        for (number, state) in (0..).zip(State::ALL) {
            let row = intent(number, state);
            rows.put_intent(&row).unwrap();
            assert_eq!(rows.intent(&row.external_id).unwrap(), Some(row));
        }
        rows.put_quote(&quote(1)).unwrap();
        assert_eq!(rows.quote("q-1").unwrap(), Some(quote(1)));
        assert_eq!((rows.quote("q-2").unwrap(), rows.intent("kmcp-99").unwrap()), (None, None));
        assert_eq!(rows.count().unwrap(), 10);
    });
}

#[test]
fn intents_are_found_by_each_property() {
    on_each(|rows| {
        for (number, state) in (0..).zip(State::ALL) {
            rows.put_intent(&intent(number, state)).unwrap();
        }
        let foreign = Intent { account: "other".to_owned(), drift: Drift::Open, ..intent(77, State::Rejected) };
        rows.put_intent(&foreign).unwrap();
        let unfinished: Vec<String> =
            (0..).zip(State::ALL).filter(|(_, state)| !state.is_final()).map(|(number, _): (u64, _)| format!("kmcp-{number}")).collect();
        assert_eq!(ids(rows, Select::Unfinished), unfinished);
        assert_eq!(ids(rows, Select::Since(NOON + 8)), ["kmcp-8", "kmcp-9", "kmcp-77"]);
        assert_eq!(ids(rows, Select::Account { account: "account", since: NOON + 9 }), ["kmcp-9"]);
        assert_eq!(ids(rows, Select::Drifting), ["kmcp-77"]);
        assert_eq!(ids(rows, Select::Recent(2)), ["kmcp-77", "kmcp-9"]);
        let same = |principal, digest, since| Select::Same { principal, account: "account", endpoint: "/e", digest, since };
        assert_eq!(ids(rows, same("local", "d-3", NOON + 3)), ["kmcp-3"]);
        for none in [same("local", "d-3", NOON + 4), same("else", "d-3", 0), same("local", "d-77", 0)] {
            assert!(ids(rows, none).is_empty(), "{none:?}");
        }
    });
}

#[test]
fn what_is_not_committed_never_was() {
    for place in Place::both() {
        let mut store = place.store();
        let mut rows = store.begin().unwrap();
        rows.put_intent(&intent(1, State::Reserved)).unwrap();
        drop(rows);
        assert_eq!(store.begin().unwrap().count().unwrap(), 0);
    }
}

#[test]
fn a_transaction_shuts_every_other_writer_out() {
    for place in Place::both() {
        let (mut first, mut second) = (place.store(), place.store());
        let mut rows = first.begin().unwrap();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| second.begin().unwrap().count().unwrap());
            std::thread::sleep(std::time::Duration::from_millis(50));
            rows.put_intent(&intent(1, State::Reserved)).unwrap();
            rows.commit().unwrap();
            assert_eq!(other.join().unwrap(), 1, "it began after the commit");
        });
    }
}

#[test]
fn names_and_numbers_are_used_once() {
    on_each(|rows| {
        rows.put_intent(&intent(1, State::Reserved)).unwrap();
        assert!(rows.put_intent(&intent(1, State::Reserved)).is_err());
        assert!(
            rows.put_intent(&Intent { external_id: "kmcp-2".to_owned(), ..intent(1, State::Reserved) }).is_err(),
            "one quote, one intent"
        );
        rows.put_quote(&quote(1)).unwrap();
        assert!(rows.put_quote(&quote(1)).is_err());
        let event = Event::after(None, NOON, "reserved", &intent(1, State::Reserved)).unwrap();
        rows.append(&event).unwrap();
        assert!(rows.append(&event).is_err());
    });
}

#[test]
fn a_quote_is_consumed_once_and_by_an_intent_that_exists() {
    on_each(|rows| {
        rows.put_quote(&quote(1)).unwrap();
        assert!(rows.consume("q-1", "kmcp-1").is_err() || rows.quote("q-1").unwrap().unwrap().intent.is_none());
        rows.put_intent(&intent(1, State::Reserved)).unwrap();
        rows.consume("q-1", "kmcp-1").unwrap();
        assert!(rows.consume("q-1", "kmcp-1").is_err());
        assert!(rows.consume("q-2", "kmcp-1").is_err());
    });
}

#[test]
fn only_unused_quotes_are_forgotten() {
    on_each(|rows| {
        rows.put_intent(&intent(1, State::Reserved)).unwrap();
        for number in [1, 2] {
            rows.put_quote(&quote(number)).unwrap();
        }
        rows.consume("q-1", "kmcp-1").unwrap();
        rows.prune(NOON + 300).unwrap();
        assert!(rows.quote("q-2").unwrap().is_some(), "not over yet");
        rows.prune(NOON + 301).unwrap();
        assert!(rows.quote("q-1").unwrap().is_some() && rows.quote("q-2").unwrap().is_none());
    });
}

#[test]
fn the_terms_of_an_intent_stay_and_a_final_amount_is_written_once() {
    on_each(|rows| {
        let first = intent(1, State::Succeeded);
        rows.put_intent(&first).unwrap();
        let settled = Intent { state: State::Settled, final_units: Some(units(5)), ..first.clone() };
        rows.change(&Intent { units: units(1), account: "other".to_owned(), ..settled.clone() }).unwrap();
        assert_eq!(rows.intent("kmcp-1").unwrap(), Some(settled.clone()), "a step does not touch the terms");
        assert!(rows.change(&Intent { final_units: Some(units(6)), ..settled }).is_err());
        assert!(rows.change(&intent(2, State::Reserved)).is_err());
    });
}

#[test]
fn events_are_read_in_order_from_any_number() {
    on_each(|rows| {
        let row = intent(1, State::Reserved);
        rows.put_intent(&row).unwrap();
        let mut last = None;
        for _ in 0..5 {
            let event = Event::after(last.as_ref(), NOON, "reserved", &row).unwrap();
            rows.append(&event).unwrap();
            last = Some(event);
        }
        let numbers: Vec<u64> = rows.events(2, 2).unwrap().into_iter().map(|event| event.seq).collect();
        assert_eq!((numbers, rows.last_event().unwrap()), (vec![3, 4], last));
    });
}

#[test]
fn an_opening_lives_until_it_is_dropped() {
    for place in Place::both() {
        let (first, mut second) = (place.store(), place.store());
        let (name, own) = (first.owner().to_owned(), second.owner().to_owned());
        assert!(second.begin().unwrap().is_alive(&name).unwrap());
        drop(first);
        let mut rows = second.begin().unwrap();
        assert!(!rows.is_alive(&name).unwrap() && rows.is_alive(&own).unwrap() && !rows.is_alive("never").unwrap());
    }
}
