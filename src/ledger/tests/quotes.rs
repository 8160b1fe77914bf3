//! What a quote allows, and what it does not.

use super::*;

fn refusal(result: Result<Reserved, LedgerError>) -> QuoteError {
    match result {
        Err(LedgerError::Quote(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_quote_is_good_for_five_minutes() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let quote = ledger.quote(&terms(1, 1800)).unwrap();
        assert_eq!((quote.expires, quote.id.len()), (NOON + 300, 26));
        ledger.set_clock(NOON + 300);
        assert_eq!(refusal(ledger.reserve(&quote.id, &terms(1, 1800), Consent::Asked)), QuoteError::Expired);
        ledger.set_clock(NOON + 299);
        assert!(matches!(ledger.reserve(&quote.id, &terms(1, 1800), Consent::Asked), Ok(Reserved::Now(_))));
    }
}

#[test]
fn a_clock_behind_the_beginning_of_a_quote_does_not_keep_it_alive() {
    let ledger = Place::memory().ledger(10_000);
    let quote = ledger.quote(&terms(1, 1000)).unwrap();
    ledger.set_clock(NOON - 3600);
    assert_eq!(refusal(ledger.reserve(&quote.id, &terms(1, 1000), Consent::Asked)), QuoteError::Expired);
}

#[test]
fn each_reason_has_its_error() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let quote = ledger.quote(&terms(1, 1800)).unwrap();
        let with = |change: fn(&mut Terms)| {
            let mut changed = terms(1, 1800);
            change(&mut changed);
            refusal(ledger.reserve(&quote.id, &changed, Consent::Asked))
        };
        assert_eq!(refusal(ledger.reserve("none", &terms(1, 1800), Consent::Asked)), QuoteError::Unknown);
        assert_eq!(with(|terms| terms.principal.push('2')), QuoteError::Foreign);
        assert_eq!(with(|terms| terms.account.push('2')), QuoteError::OtherAccount);
        assert_eq!(with(|terms| terms.digest = Digest::of(&json!({ "prompt": 2 }))), QuoteError::Edited);
        assert_eq!(with(|terms| terms.endpoint.push('s')), QuoteError::Edited);
        assert_eq!(with(|terms| terms.units = units(2000)), QuoteError::PriceChanged { quoted: units(1800), now: units(2000) });
        assert_eq!(ledger.spent(), Units::ZERO, "a refused quote sets nothing aside");
        assert!(matches!(ledger.reserve(&quote.id, &terms(1, 1800), Consent::Asked), Ok(Reserved::Now(_))));
    }
}

#[test]
fn a_foreign_quote_reads_like_an_unknown_one() {
    assert_eq!(QuoteError::Foreign.to_string(), QuoteError::Unknown.to_string());
}

#[test]
fn a_used_quote_leads_to_its_intent_and_to_no_other() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let quote = ledger.quote(&terms(1, 1000)).unwrap();
        let Reserved::Now(first) = ledger.reserve(&quote.id, &terms(1, 1000), Consent::Asked).unwrap() else { panic!() };
        for later in [0, 299, 300, 3600, 30 * 86_400] {
            ledger.set_clock(NOON + later);
            let again = ledger.reserve(&quote.id, &terms(1, 1000), Consent::Asked).unwrap();
            assert!(matches!(&again, Reserved::Deduplicated(intent) if intent.external_id == first.external_id()), "{later}: {again:?}");
        }
        assert_eq!(refusal(ledger.reserve(&quote.id, &terms(2, 1000), Consent::Asked)), QuoteError::Replayed);
        ledger.set_clock(NOON + 30 * 86_400 + 1);
        assert_eq!(refusal(ledger.reserve(&quote.id, &terms(1, 1000), Consent::Asked)), QuoteError::Expired);
        assert_eq!(ledger.recent(9).unwrap().len(), 1);
    }
}

#[test]
fn the_same_arguments_within_ten_minutes_are_the_same_intent() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let first = ledger.sent(&terms(1, 1000));
        ledger.set_clock(NOON + 600);
        let again = ledger.try_reserve(&terms(1, 1000)).unwrap();
        assert!(matches!(&again, Reserved::Deduplicated(intent) if intent.external_id == first), "{again:?}");
        assert!(matches!(ledger.try_reserve(&terms(2, 1000)), Ok(Reserved::Now(_))), "other arguments are another intent");
        ledger.set_clock(NOON + 601);
        assert!(matches!(ledger.try_reserve(&terms(1, 1000)), Ok(Reserved::Now(_))));
    }
}

#[test]
fn what_ended_without_a_charge_may_be_tried_again_with_a_new_quote() {
    let ledger = Place::memory().ledger(10_000);
    let first = ledger.sent(&terms(1, 1000));
    ledger.record(&first, &refused()).unwrap();
    let second = ledger.sent(&terms(1, 1000));
    ledger.record(&second, &created("t-1")).unwrap();
    ledger.record(&second, &Outcome::Failed).unwrap();
    ledger.settle(&second, Units::ZERO).unwrap();
    assert!(matches!(ledger.try_reserve(&terms(1, 1000)), Ok(Reserved::Now(_))));
}

#[test]
fn sixty_four_submits_of_one_quote_make_one_intent() {
    for place in Place::both() {
        let ledger = place.ledger(1_000_000);
        let quote = ledger.quote(&terms(1, 1000)).unwrap();
        let made = std::thread::scope(|scope| {
            let submit = || matches!(ledger.reserve(&quote.id, &terms(1, 1000), Consent::Asked).unwrap(), Reserved::Now(_));
            let threads: Vec<_> = (0..64).map(|_| scope.spawn(submit)).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap().then_some(())).count()
        });
        assert_eq!((made, ledger.spent()), (1, units(1000)));
    }
}

#[test]
fn without_a_person_only_what_the_operator_allows() {
    let caps = Caps { unattended: units(1000), ..caps(10_000) };
    let ledger = Bench::over(Place::memory().store(), caps);
    let unattended = |number, milli| {
        let quote = ledger.quote(&terms(number, milli)).unwrap();
        ledger.reserve(&quote.id, &terms(number, milli), Consent::Unattended)
    };
    let error = unattended(1, 1001).unwrap_err();
    assert_eq!(error, LedgerError::NotAttended { asked: units(1001), allowed: units(1000) });
    assert!(matches!(unattended(2, 1000), Ok(Reserved::Now(_))));
    assert_eq!(ledger.recent(1).unwrap()[0].consent, Consent::Unattended);
}

#[test]
fn forgotten_quotes_do_not_pile_up() {
    for place in Place::both() {
        let ledger = place.ledger(10_000);
        let old = ledger.quote(&terms(1, 1000)).unwrap();
        ledger.set_clock(NOON + 90_000);
        ledger.quote(&terms(2, 1000)).unwrap();
        assert_eq!(refusal(ledger.reserve(&old.id, &terms(1, 1000), Consent::Asked)), QuoteError::Unknown);
    }
}
