//! What the client must know of the pages: hosts, codes, and texts that decide an outcome.

use std::collections::BTreeMap;

use crate::knowledge::{Knowledge, Retry, TaskState};

/// Causes whose vendor texts the client listens for.
const UNKNOWN_TASK: &str = "resource.task_unknown";
const ALREADY_THERE: &str = "request.duplicate_external_id";
/// Code of acceptance, in both envelopes.
pub(super) const ACCEPTED: i64 = 0;

/// What a service code means for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CodeFact {
    pub(super) task_state: TaskState,
    pub(super) retry_create: Retry,
    pub(super) retry_read: Retry,
}

/// The part of the knowledge that the client uses, copied so that it outlives the engine it came from.
#[derive(Debug, Clone)]
pub struct Facts {
    hosts: Vec<(String, String)>,
    codes: BTreeMap<i64, CodeFact>,
    harmless: BTreeMap<u16, bool>,
    unknown_task: Vec<String>,
    already_there: Vec<String>,
}

impl Facts {
    /// Takes the facts out of the pages.
    pub fn of(knowledge: &Knowledge) -> Self {
        Self {
            hosts: knowledge.hosts.iter().map(|host| (host.name.clone(), host.role.clone())).collect(),
            codes: codes(knowledge),
            harmless: harmless(knowledge),
            unknown_task: texts(knowledge, UNKNOWN_TASK),
            already_there: texts(knowledge, ALREADY_THERE),
        }
    }

    /// What a code of Kling's means; `None` for an unknown number and for numbers that are not Kling's.
    pub(super) fn code(&self, code: i64) -> Option<CodeFact> {
        self.codes.get(&code).copied()
    }

    /// Whether every page on this status says that an answer without an envelope leaves no task behind.
    pub(super) fn harmless(&self, status: u16) -> bool {
        self.harmless.get(&status).copied().unwrap_or(false)
    }

    /// Whether a message says that a task is not known.
    pub(super) fn says_unknown_task(&self, message: &str) -> bool {
        self.unknown_task.iter().any(|text| says(message, text))
    }

    /// Whether a message says that a task with this external id exists already.
    pub(super) fn says_already_there(&self, message: &str) -> bool {
        self.already_there.iter().any(|text| says(message, text))
    }

    /// The host of the API that serves most accounts.
    pub fn default_host(&self) -> &str {
        self.with_role("singapore").unwrap_or_default()
    }

    /// Whether a host is one of the API's own.
    pub fn is_api_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|(name, role)| name == host && matches!(role.as_str(), "singapore" | "beijing" | "old"))
    }

    /// Whether a host is on the list of known ones, whatever it serves.
    pub(super) fn knows_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|(name, _)| name == host)
    }

    /// The API host of the other region.
    pub(super) fn other_region(&self, host: &str) -> Option<&str> {
        let role = self.hosts.iter().find(|(name, _)| name == host)?.1.as_str();
        match role {
            "singapore" | "old" => self.with_role("beijing"),
            "beijing" => self.with_role("singapore"),
            _ => None,
        }
    }

    /// Whether results are served from a host: a name of the list, alone or behind a label or a prefix with a hyphen.
    pub(super) fn serves_results(&self, host: &str) -> bool {
        let ends = |name: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '-']));
        self.hosts.iter().any(|(name, role)| role == "result" && name.matches('.').count() >= 2 && ends(name))
    }

    fn with_role(&self, wanted: &str) -> Option<&str> {
        self.hosts.iter().find(|(_, role)| role == wanted).map(|(name, _)| name.as_str())
    }
}

fn codes(knowledge: &Knowledge) -> BTreeMap<i64, CodeFact> {
    let heads = knowledge.codes.iter().map(|doc| &doc.head).filter(|head| head.kling);
    heads
        .map(|head| {
            let fact = CodeFact { task_state: head.task_state, retry_create: head.retry, retry_read: head.retry_query };
            (head.code, fact)
        })
        .collect()
}

/// For each status with pages, whether all causes on all of them say that nothing was created.
fn harmless(knowledge: &Knowledge) -> BTreeMap<u16, bool> {
    let nothing = |id: &String| knowledge.cause(id).is_some_and(|doc| doc.head.task_state == TaskState::NotCreated);
    let mut table = BTreeMap::new();
    for head in knowledge.http.iter().map(|doc| &doc.head) {
        let all = head.causes.iter().all(nothing);
        for status in &head.status {
            table.entry(*status).and_modify(|so_far| *so_far &= all).or_insert(all);
        }
    }
    table
}

fn texts(knowledge: &Knowledge, cause: &str) -> Vec<String> {
    let pages = knowledge.messages.iter().map(|doc| &doc.head);
    let rows = pages.flat_map(|head| head.texts.iter().map(|row| (row.cause.as_ref().unwrap_or(&head.cause), &row.text)));
    rows.filter(|(of, _)| *of == cause).map(|(_, text)| text.to_ascii_lowercase()).collect()
}

/// Whether the fixed parts of a vendor text occur in order; `<x>` stands for anything.
fn says(message: &str, text: &str) -> bool {
    let lower = message.to_ascii_lowercase();
    let mut rest = lower.as_str();
    for part in text.split(['<', '>']).step_by(2) {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts::of(&Knowledge::load().unwrap())
    }

    #[test]
    fn vendor_texts_are_recognised_with_their_gaps() {
        let facts = facts();
        assert!(facts.says_unknown_task("Task not found by id/external id: 884422003"));
        assert!(facts.says_already_there("External_task_id shot-19 already exists"));
        assert!(!facts.says_already_there("model is not supported") && !facts.says_unknown_task(""));
    }

    #[test]
    fn results_come_only_from_hosts_of_the_list() {
        let facts = facts();
        for host in ["cdn.klingai.com", "v15-kling-fdl.klingai.com", "a.cdn.klingai.com"] {
            assert!(facts.serves_results(host), "{host}");
        }
        for host in ["klingai.com", "evil.com", "cdn.klingai.com.evil.com", "xcdn.klingai.com", "api-singapore.klingai.com"] {
            assert!(!facts.serves_results(host), "{host}");
        }
    }

    #[test]
    fn a_status_is_harmless_only_if_every_cause_on_its_pages_is() {
        let facts = facts();
        assert!(facts.harmless(404) && facts.harmless(413) && facts.harmless(401));
        for status in [200, 302, 403, 408, 499, 500, 502, 503, 504, 520] {
            assert!(!facts.harmless(status), "{status}");
        }
    }

    #[test]
    fn each_region_names_the_other() {
        let facts = facts();
        let one = facts.default_host();
        let other = facts.other_region(one).unwrap();
        assert_eq!(facts.other_region(other), Some(one));
        assert!(facts.is_api_host(one) && facts.is_api_host(other) && !facts.is_api_host("kling.ai"));
    }
}
