use super::*;

#[test]
fn every_name_gives_a_scenario_that_says_what_it_does() {
    let knowledge = Knowledge::load().unwrap();
    let names = Scenario::names(&knowledge);
    assert!(names.len() > 60, "{}", names.len());
    for name in names {
        let scenario = Scenario::named(&knowledge, &name).unwrap();
        assert!(!scenario.title.is_empty(), "{name}");
        for cause in &scenario.expect {
            assert!(knowledge.cause(cause).is_some(), "{name}: {cause}");
        }
    }
}

#[test]
fn every_service_code_and_every_failure_text_has_one() {
    let knowledge = Knowledge::load().unwrap();
    for page in knowledge.codes.iter().filter(|page| page.head.kling && page.head.code > 0) {
        assert!(Scenario::named(&knowledge, &page.head.code.to_string()).is_ok(), "{}", page.head.code);
    }
    let failed = knowledge.messages.iter().filter(|page| page.head.place == crate::knowledge::Place::FailedTask);
    for page in failed.filter(|page| page.head.id != "task-unverified-copies") {
        assert!(Scenario::named(&knowledge, &page.head.id).is_ok(), "{}", page.head.id);
    }
}

#[test]
fn a_typo_is_told_the_near_names() {
    let knowledge = Knowledge::load().unwrap();
    let error = Scenario::named(&knowledge, "slot-strom").unwrap_err().to_string();
    assert!(error.contains("slot-storm"), "{error}");
    let error = Scenario::named(&knowledge, "130").unwrap_err().to_string();
    assert!(error.contains("1303"), "{error}");
}

#[test]
fn a_member_that_is_not_known_is_named() {
    let error = Scenario::parse("mine", "[[step]]\nrest = true").unwrap_err().to_string();
    assert!(error.contains("rest"), "{error}");
    let error = Scenario::parse("mine", "[[step]]\non = \"creates\"").unwrap_err().to_string();
    assert!(error.contains("creates"), "{error}");
}
