//! Scenarios that need no file: one for each service code, each answer without an envelope, each vendor text.

use super::{Scenario, Step};
use crate::knowledge::{Doc, Knowledge, MessageHead, Place, TaskState, VendorText};

const ACCEPTED: &str = "-accepted";
/// What a create may also have met that was answered by no envelope and 500 or more.
const LOST: &str = "network.answer_lost";

/// Names of all, in a fixed order.
pub(super) fn names(knowledge: &Knowledge) -> Vec<String> {
    let codes = knowledge.codes.iter().filter(|page| page.head.kling && page.head.code > 0);
    let codes = codes.flat_map(|page| {
        let plain = page.head.code.to_string();
        let accepted = (page.head.task_state == TaskState::MayExist).then(|| format!("{plain}{ACCEPTED}"));
        [Some(plain), accepted].into_iter().flatten()
    });
    let pages = knowledge.http.iter().map(|page| page.head.id.clone());
    codes.chain(pages).chain(texts(knowledge).map(|(name, ..)| name)).collect()
}

/// The scenario of a code, a page or a text.
pub(super) fn named(knowledge: &Knowledge, name: &str) -> Option<Scenario> {
    let (plain, accepted) = name.strip_suffix(ACCEPTED).map_or((name, false), |plain| (plain, true));
    let made = match plain.parse::<i64>() {
        Ok(code) => of_code(knowledge, code, accepted),
        Err(_) => of_page(knowledge, name).or_else(|| of_text(knowledge, name)),
    };
    made.map(|scenario| Scenario { name: name.to_owned(), ..scenario })
}

/// Where no credential is accepted no call passes; other refusals are those of a create.
fn of_code(knowledge: &Knowledge, code: i64, accepted: bool) -> Option<Scenario> {
    let page = knowledge.code(code).filter(|page| page.head.kling && page.head.code > 0)?;
    if accepted && page.head.task_state != TaskState::MayExist {
        return None;
    }
    let everywhere = page.head.http.contains(&401);
    let step = Step {
        on: (!everywhere).then(|| "create".to_owned()),
        answer: Some(code),
        accepted,
        first: accepted.then_some(1),
        ..Step::default()
    };
    let what = if accepted {
        "the first create is accepted and answered"
    } else if everywhere {
        "every call is answered"
    } else {
        "every create is answered"
    };
    Some(Scenario {
        title: format!("{}: {what} {code}", page.head.title),
        expect: page.head.causes.clone(),
        steps: vec![step],
        ..Scenario::default()
    })
}

fn of_page(knowledge: &Knowledge, id: &str) -> Option<Scenario> {
    let page = knowledge.http.iter().find(|page| page.head.id == id)?;
    let step = Step { on: Some("create".to_owned()), page: Some(id.to_owned()), ..Step::default() };
    let mut expect = page.head.causes.clone();
    if page.head.status.iter().any(|status| *status >= 500) {
        expect.push(LOST.to_owned());
    }
    Some(Scenario { title: page.head.title.clone(), expect, steps: vec![step], ..Scenario::default() })
}

/// A text of a failed task fails the task; one of a refusal refuses the create, one of a query the query.
fn of_text(knowledge: &Knowledge, name: &str) -> Option<Scenario> {
    let (_, page, text) = texts(knowledge).find(|(found, ..)| found == name)?;
    let cause = text.cause.as_ref().unwrap_or(&page.head.cause).clone();
    let words = words(page, text);
    let step = match page.head.place {
        Place::FailedTask => Step { on: Some("create".to_owned()), accepted: true, fail_task: Some(words), ..Step::default() },
        place => Step {
            on: Some(if place == Place::Query { "query" } else { "create" }.to_owned()),
            answer: parameter_code(knowledge),
            text: Some(words),
            ..Step::default()
        },
    };
    Some(Scenario { title: format!("{}: {}", page.head.title, text.text), expect: vec![cause], steps: vec![step], ..Scenario::default() })
}

/// The text of a page on tasks that fail without one is written there as JSON, because an empty text cannot be searched.
fn words(page: &Doc<MessageHead>, text: &VendorText) -> String {
    if page.head.cause == "task.failed_without_reason" && text.text.starts_with('"') {
        String::new()
    } else {
        text.text.replace("<x>", "1")
    }
}

/// Names, pages and texts that come from the service itself, and not from gateways or copied lists.
fn texts(knowledge: &Knowledge) -> impl Iterator<Item = (String, &Doc<MessageHead>, &VendorText)> {
    let pages = knowledge.messages.iter().filter(|page| page.head.place != Place::Gateway);
    let all = pages.flat_map(|page| page.head.texts.iter().enumerate().map(move |(at, text)| (numbered(page, at + 1), page, text)));
    all.filter(|(.., text)| !text.scope.as_deref().is_some_and(|scope| scope.contains("never seen from Kling")))
}

/// The first text of a page has the page's name, the others a number behind it.
fn numbered(page: &Doc<MessageHead>, at: usize) -> String {
    if at == 1 { page.head.id.clone() } else { format!("{}-{at}", page.head.id) }
}

fn parameter_code(knowledge: &Knowledge) -> Option<i64> {
    knowledge.codes.iter().find(|page| page.head.name == "parameter_invalid").map(|page| page.head.code)
}
