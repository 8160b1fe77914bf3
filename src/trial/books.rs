//! The ledger from async code: its functions block on the disk, so they run beside the protocol.

use std::sync::Arc;

use crate::kling::{CreateOutcome, Evidence, Task};
use crate::ledger::{Intent, Ledger, LedgerError, Outcome, Receipt, StoreError, Units};

/// Runs `work` on the ledger.
///
/// # Errors
/// What the ledger says; a panic in it is told as a ledger that cannot be used.
pub(super) async fn on_disk<T: Send + 'static>(
    ledger: &Arc<Ledger>,
    work: impl FnOnce(&Ledger) -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, LedgerError> {
    let ledger = Arc::clone(ledger);
    let done = tokio::task::spawn_blocking(move || work(&ledger)).await;
    done.unwrap_or_else(|_| Err(StoreError::Io("a step of the ledger ended inside".to_owned()).into()))
}

/// What is kept of an answer.
pub(super) fn receipt(evidence: &Evidence) -> Receipt {
    Receipt { http_status: evidence.http_status, service_code: evidence.service_code, request_id: evidence.request_id.clone() }
}

/// A create in the words of the ledger.
pub(super) fn outcome(create: &CreateOutcome) -> Outcome {
    match create {
        CreateOutcome::Created { task, evidence } => Outcome::Created { task_id: task.id.clone(), receipt: receipt(evidence) },
        CreateOutcome::NotCreated { evidence, .. } => Outcome::NotCreated(receipt(evidence)),
        CreateOutcome::MayExist { evidence, .. } => Outcome::MayExist(receipt(evidence)),
    }
}

/// Writes down that a task ended and what it cost; where the service does not say, a success counts as its estimate.
pub(super) fn ended(ledger: &Ledger, intent: &Intent, succeeded: bool, charged: Option<Units>) -> Result<Intent, LedgerError> {
    let end = if succeeded { Outcome::Succeeded } else { Outcome::Failed };
    ledger.record(&intent.external_id, &end)?;
    ledger.settle(&intent.external_id, charged.unwrap_or(if succeeded { intent.units } else { Units::ZERO }))
}

/// What a task cost, where it says so.
pub(super) fn charged(task: &Task) -> Option<Units> {
    task.billed_milli_units().and_then(Units::from_milli)
}

/// Units as a number for answers.
#[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52 thousandths")]
pub(super) fn number(units: Units) -> f64 {
    units.milli() as f64 / 1000.0
}
