//! The verdicts as rows: on the failure that was given, else on every class of failures.

use crate::knowledge::{Knowledge, Retry};

use super::classify::{Operation, Outcome, classify, general};
use super::policy::codes;
use super::report::VerdictRow;

/// The failure that was given, for the operation that was named and then for the other one that matters.
pub(super) fn of_failure(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> Vec<VerdictRow> {
    let other = if operation == Operation::Create { Operation::Query } else { Operation::Create };
    [operation, other].map(|operation| ruled(knowledge, operation, outcome)).to_vec()
}

fn ruled(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> VerdictRow {
    let ruling = classify(knowledge, operation, outcome);
    VerdictRow {
        matches: name(outcome),
        operation,
        verdict: ruling.verdict,
        reason: ruling.reason,
        after_s: ruling.after_s,
        reference: ruling.reference,
    }
}

fn name(outcome: &Outcome) -> String {
    match (outcome.code, outcome.status, outcome.transport, &outcome.cause) {
        (Some(code), Some(status), ..) => format!("{code} (HTTP {status})"),
        (Some(code), ..) => code.to_string(),
        (None, _, _, Some(cause)) => cause.clone(),
        (None, Some(status), ..) => format!("HTTP {status}"),
        (None, None, Some(how), None) => how.cause().to_owned(),
        (None, None, None, None) => "any failure that is not understood".to_owned(),
    }
}

/// Every class of failures, create, query and download apart; `full` with callbacks and pages.
pub(super) fn of_classes(knowledge: &Knowledge, full: bool) -> Vec<VerdictRow> {
    let create = |verdict, account, also| grouped(knowledge, Operation::Create, &codes(knowledge, verdict, account), also, verdict);
    let mut rows = vec![
        create(Retry::WaitForSlot, false, ""),
        create(Retry::Retry, false, "name not resolved, connection refused"),
        create(Retry::Reconcile, false, "timeout, reset, HTTP 5xx without a code"),
        create(Retry::FixFirst, true, ""),
        create(Retry::FixFirst, false, "TLS failed"),
        create(Retry::Never, false, ""),
    ];
    for verdict in [Retry::Retry, Retry::FixFirst] {
        let listed = queried(knowledge, verdict);
        let also = if verdict == Retry::Retry { "timeout, reset, HTTP 5xx" } else { "TLS failed" };
        rows.push(grouped(knowledge, Operation::Query, &listed, also, verdict));
    }
    let status = |status| Outcome { status: Some(status), ..Outcome::default() };
    rows.extend([404, 403].map(|code| ruled(knowledge, Operation::Download, &status(code))));
    if full {
        rows.push(ruled(knowledge, Operation::Download, &status(503)));
        rows.push(VerdictRow { matches: "any".to_owned(), ..ruled(knowledge, Operation::Callback, &Outcome::default()) });
    } else {
        // The codes of a row name their pages.
        for row in &mut rows {
            row.reference = None;
        }
    }
    rows
}

fn queried(knowledge: &Knowledge, verdict: Retry) -> Vec<i64> {
    let heads = knowledge.codes.iter().map(|doc| &doc.head);
    // Code 0 around a task is the task's own business.
    heads.filter(|head| head.kling && head.code != 0 && head.retry_query == verdict).map(|head| head.code).collect()
}

/// One row for several codes: the reason of the page where there is one code, else what the verdict means.
fn grouped(knowledge: &Knowledge, operation: Operation, codes: &[i64], also: &str, verdict: Retry) -> VerdictRow {
    let listed = ranges(codes).into_iter().chain((!also.is_empty()).then(|| also.to_owned()));
    let single = codes.first().filter(|_| codes.len() == 1).map(|&code| Outcome { code: Some(code), ..Outcome::default() });
    let ruling = single.map(|outcome| classify(knowledge, operation, &outcome));
    VerdictRow {
        matches: listed.collect::<Vec<_>>().join(", "),
        operation,
        verdict,
        after_s: ruling.as_ref().and_then(|ruling| ruling.after_s),
        reference: ruling.as_ref().and_then(|ruling| ruling.reference.clone()),
        reason: ruling.map_or_else(|| general(verdict).to_owned(), |ruling| ruling.reason),
    }
}

/// Ascending codes, three or more in a row as a range.
fn ranges(codes: &[i64]) -> Vec<String> {
    let runs = codes.chunk_by(|a, b| a + 1 == *b);
    let texts = runs.map(|run| match run {
        [first, _, .., last] if run.len() > 2 => vec![format!("{first}-{last}")],
        few => few.iter().map(ToString::to_string).collect(),
    });
    texts.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_codes_are_ranges_and_pairs_are_not() {
        assert_eq!(ranges(&[1000, 1001, 1002, 1103, 1200, 1201]), ["1000-1002", "1103", "1200", "1201"]);
    }

    #[test]
    fn every_class_of_failures_has_a_row_for_each_operation() {
        let knowledge = Knowledge::load().unwrap();
        let rows = of_classes(&knowledge, true);
        for operation in [Operation::Create, Operation::Query, Operation::Download, Operation::Callback] {
            assert!(rows.iter().any(|row| row.operation == operation), "{operation:?}");
        }
        assert!(rows.iter().all(|row| !row.reason.is_empty() && !row.matches.is_empty()));
    }
}
