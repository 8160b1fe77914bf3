//! From a reservation to its end.

use super::*;

fn stopped(result: Result<Reserved, LedgerError>) -> LedgerError {
    match result {
        Err(error) => error,
        Ok(other) => panic!("{other:?}"),
    }
}

#[test]
fn without_a_cap_nothing_is_reserved() {
    for (day, month, variable) in
        [(0, 0, "KLING_MCP_CAP_DAY_UNITS"), (9000, 0, "KLING_MCP_CAP_MONTH_UNITS"), (0, 9000, "KLING_MCP_CAP_DAY_UNITS")]
    {
        let caps = Caps { day: units(day), month: units(month), unattended: Units::ZERO };
        let ledger = Bench::over(Place::memory().store(), caps);
        assert_eq!(stopped(ledger.try_reserve(&terms(1, 1000))), LedgerError::LiveOff { variable });
        assert_eq!(stopped(ledger.try_reserve(&terms(2, 0))), LedgerError::LiveOff { variable }, "a call for nothing is a live call too");
    }
}

#[test]
fn the_last_thousandth_is_usable_and_nothing_above() {
    for place in Place::both() {
        let ledger = place.ledger(3000);
        let _first = ledger.reserved(&terms(1, 1999));
        let error = stopped(ledger.try_reserve(&terms(2, 1002)));
        let (window, cap, spent) = (Window::Day, units(3000), units(1999));
        assert_eq!(error, LedgerError::OverCap { window, cap, spent, left: units(1001), asked: units(1002) });
        let _last = ledger.reserved(&terms(3, 1001));
        assert_eq!(ledger.spent(), units(3000));
        assert!(matches!(stopped(ledger.try_reserve(&terms(4, 1))), LedgerError::OverCap { .. }));
    }
}

#[test]
fn accounts_have_their_own_balance() {
    let ledger = Place::memory().ledger(1000);
    let _mine = ledger.reserved(&terms(1, 1000));
    let other = Terms { account: "other".to_owned(), ..terms(1, 1000) };
    let _theirs = ledger.reserved(&other);
    assert_eq!(ledger.accounts().unwrap().into_iter().collect::<Vec<_>>(), ["account", "other"]);
}

#[test]
fn a_new_day_frees_the_day_and_not_the_month() {
    for place in Place::both() {
        let caps = Caps { day: units(1000), month: units(1500), unattended: Units::ZERO };
        let ledger = Bench::over(place.store(), caps);
        let _first = ledger.reserved(&terms(1, 1000));
        ledger.set_clock(NOON + 86_400);
        let error = stopped(ledger.try_reserve(&terms(2, 600)));
        assert!(matches!(error, LedgerError::OverCap { window: Window::Month, left, .. } if left == units(500)), "{error:?}");
        let _second = ledger.reserved(&terms(3, 500));
    }
}

#[test]
fn turning_the_clock_back_frees_nothing() {
    for place in Place::both() {
        let ledger = place.ledger(1000);
        let _first = ledger.reserved(&terms(1, 1000));
        for back in [1, 3600, 86_400, 40 * 86_400, NOON] {
            ledger.set_clock(NOON - back);
            assert!(matches!(stopped(ledger.try_reserve(&terms(2, 1))), LedgerError::OverCap { .. }), "{back}");
            assert_eq!(ledger.spent(), units(1000));
        }
    }
}

#[test]
fn a_whole_way_is_kept_with_what_the_service_said() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let id = ledger.sent(&terms(1, 1800));
        assert!(id.starts_with("kmcp-") && id.len() == 31, "{id}");
        ledger.record(&id, &created("t-1")).unwrap();
        ledger.record(&id, &Outcome::Succeeded).unwrap();
        let settled = ledger.settle(&id, units(1700)).unwrap();
        assert_eq!((settled.state, settled.counts(), settled.task_id.as_deref()), (State::Settled, units(1700), Some("t-1")));
        assert_eq!(ledger.spent(), units(1700), "the final amount counts");
        let kinds: Vec<String> = ledger.entries().unwrap().into_iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, ["reserved", "sending", "accepted", "succeeded", "settled"]);
        assert_eq!(ledger.verify().unwrap().entries, 5);
        assert_eq!(ledger.intent("local", &id).unwrap(), settled);
        assert_eq!(ledger.intent("somebody", &id), Err(LedgerError::NoIntent));
    }
}

#[test]
fn a_permit_is_given_once() {
    let ledger = Place::memory().ledger(10_000);
    let reservation = ledger.reserved(&terms(1, 1000));
    let _permit = ledger.sending(&reservation).unwrap();
    let (external_id, from, to) = (reservation.external_id().to_owned(), State::Sending, State::Sending);
    assert_eq!(ledger.sending(&reservation).unwrap_err(), LedgerError::Illegal { external_id, from, to });
    assert!(matches!(ledger.release(&reservation), Err(LedgerError::Illegal { .. })), "what may be sent is not released");
}

#[test]
fn a_refused_create_and_a_released_reservation_count_nothing() {
    for place in Place::both() {
        let ledger = place.ledger(1000);
        let id = ledger.sent(&terms(1, 1000));
        let intent = ledger.record(&id, &refused()).unwrap();
        assert_eq!((intent.state, intent.receipt.request_id.as_deref()), (State::Rejected, Some("r-1")));
        ledger.release(&ledger.reserved(&terms(2, 1000))).unwrap();
        assert_eq!(ledger.spent(), Units::ZERO);
    }
}

#[test]
fn a_lost_answer_counts_as_spent_until_it_is_decided() {
    for place in Place::both() {
        let ledger = place.ledger(1000);
        let id = ledger.sent(&terms(1, 1000));
        ledger.record(&id, &lost()).unwrap();
        ledger.record(&id, &Outcome::NeverFound).unwrap();
        ledger.set_clock(NOON + 3600);
        assert_eq!(ledger.open_intents().unwrap()[0].state, State::Held);
        assert!(matches!(stopped(ledger.try_reserve(&terms(1, 1000))), LedgerError::OverCap { .. }));
        assert_eq!(ledger.resolve(&id, false, None).unwrap().state, State::RejectedByReconcile);
        assert_eq!((ledger.spent(), ledger.open_intents().unwrap().len()), (Units::ZERO, 0));
    }
}

#[test]
fn a_held_create_that_the_user_knows_of_is_polled_or_settled() {
    let ledger = Place::memory().ledger(10_000);
    let held = |number| {
        let id = ledger.sent(&terms(number, 1000));
        ledger.record(&id, &lost()).unwrap();
        assert!(matches!(ledger.resolve(&id, true, None), Err(LedgerError::Illegal { .. })), "what is being looked for is not decided");
        ledger.record(&id, &Outcome::NeverFound).unwrap();
        id
    };
    let (known, unknown) = (held(1), held(2));
    assert_eq!(ledger.resolve(&known, true, Some("t-9")).unwrap().state, State::Accepted);
    let settled = ledger.resolve(&unknown, true, None).unwrap();
    assert_eq!((settled.state, settled.counts()), (State::Settled, units(1000)));
    ledger.verify().unwrap();
}

#[test]
fn to_tell_the_same_twice_changes_nothing_and_another_story_is_refused() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let id = ledger.sent(&terms(1, 1000));
        ledger.record(&id, &created("t-1")).unwrap();
        assert_eq!(ledger.record(&id, &created("t-1")).unwrap().state, State::Accepted);
        assert!(matches!(ledger.record(&id, &created("t-2")), Err(LedgerError::Contradiction { .. })));
        assert!(matches!(ledger.record(&id, &refused()), Err(LedgerError::Illegal { .. })));
        assert!(matches!(ledger.settle(&id, units(1)), Err(LedgerError::Illegal { .. })));
        ledger.record(&id, &Outcome::Succeeded).unwrap();
        ledger.settle(&id, units(1000)).unwrap();
        ledger.settle(&id, units(1000)).unwrap();
        assert!(matches!(ledger.settle(&id, units(999)), Err(LedgerError::Contradiction { .. })));
        assert_eq!(ledger.record("kmcp-none", &lost()), Err(LedgerError::NoIntent));
        assert_eq!(ledger.entries().unwrap().len(), 5);
    }
}

#[test]
fn a_price_more_than_a_tenth_above_the_quote_stops_until_it_is_acknowledged() {
    for place in Place::both() {
        let ledger = place.ledger(100_000);
        let settle = |number, charged| {
            let id = ledger.sent(&terms(number, 1000));
            ledger.record(&id, &created("t")).unwrap();
            ledger.record(&id, &Outcome::Succeeded).unwrap();
            ledger.settle(&id, units(charged)).unwrap();
            id
        };
        settle(1, 1100);
        let dear = settle(2, 1101);
        let stop = LedgerError::PriceStop { external_id: dear.clone(), quoted: units(1000), charged: units(1101) };
        assert_eq!(stopped(ledger.try_reserve(&terms(3, 1000))), stop);
        let seen = ledger.acknowledge().unwrap();
        assert_eq!(seen.iter().map(|intent| intent.external_id.as_str()).collect::<Vec<_>>(), [dear.as_str()]);
        assert!(matches!(ledger.try_reserve(&terms(3, 1000)), Ok(Reserved::Now(_))));
        assert_eq!(ledger.acknowledge().unwrap(), []);
        ledger.verify().unwrap();
    }
}

#[test]
fn a_charge_for_a_failed_task_is_a_surprise() {
    let ledger = Place::memory().ledger(10_000);
    let id = ledger.sent(&terms(1, 1000));
    ledger.record(&id, &created("t")).unwrap();
    ledger.record(&id, &Outcome::Failed).unwrap();
    assert_eq!(ledger.spent(), Units::ZERO);
    assert_eq!(ledger.settle(&id, units(1000)).unwrap().drift, Drift::Open);
    assert_eq!(ledger.spent(), units(1000));
}

#[test]
fn what_a_dead_process_left_is_put_right_and_what_a_living_one_does_is_left_alone() {
    for place in Place::both() {
        let (dead, alive) = (place.ledger(10_000), place.ledger(10_000));
        let (never, maybe) = (dead.reserved(&terms(1, 1000)).external_id().to_owned(), dead.sent(&terms(2, 1000)));
        let running = alive.sent(&terms(3, 1000));
        let waiting = alive.reserved(&terms(4, 1000));
        drop(dead);
        let third = place.ledger(10_000);
        let state = |id: &str| third.intent("local", id).unwrap().state;
        assert_eq!((state(&never), state(&maybe)), (State::Rejected, State::Unknown));
        assert_eq!((state(&running), state(waiting.external_id())), (State::Sending, State::Reserved));
        assert_eq!(third.spent(), units(3000));
        drop(alive);
        assert_eq!(third.open_intents().unwrap().iter().filter(|intent| intent.state == State::Unknown).count(), 2);
    }
}

#[test]
fn identifiers_of_the_service_are_kept_plain_and_short() {
    let ledger = Place::file().ledger(10_000);
    let id = ledger.sent(&terms(1, 1000));
    let task_id = format!("42\u{202e}\n<b>'; DROP TABLE intents;--{}", "x".repeat(500));
    let intent = ledger.record(&id, &created(&task_id)).unwrap();
    let kept = intent.task_id.unwrap();
    assert!(kept.starts_with("42bDROPTABLEintents--x") && kept.len() == 128, "{kept}");
}

#[test]
fn a_ledger_that_was_opened_to_be_read_cannot_spend() {
    let ledger = Bench::unchecked(Place::memory().store(), caps(10_000));
    assert!(matches!(ledger.quote(&terms(1, 1000)), Err(LedgerError::Unavailable { why: StoreError::Unchecked, .. })));
    assert_eq!((ledger.recent(1).unwrap(), ledger.spent()), (vec![], Units::ZERO));
}
