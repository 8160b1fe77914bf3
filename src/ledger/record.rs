//! From a reservation to what it cost.

use super::book::Page;
use super::store::Select;
use super::{Drift, Intent, Ledger, LedgerError, Outcome, Permit, Receipt, Reservation, State, Units};

impl Ledger {
    /// Writes down that the create is being sent, and gives the permit to send it. When this returns it is on disk.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]: nothing may be sent; tell [`Outcome::NotCreated`] when the ledger can be written again.
    /// [`LedgerError::Illegal`] when this was done before.
    pub fn sending(&self, reservation: &Reservation) -> Result<Permit, LedgerError> {
        let sent = self.transact(|page| {
            let intent = page.intent(reservation.external_id())?;
            page.step(intent, State::Sending)
        })?;
        Ok(Permit::new(sent.external_id))
    }

    /// Gives a reservation back that is not wanted any more. Nothing was sent.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]; [`LedgerError::Illegal`] when a permit was given for it.
    pub fn release(&self, reservation: &Reservation) -> Result<Intent, LedgerError> {
        self.transact(|page| {
            let intent = page.intent(reservation.external_id())?;
            if intent.state == State::Reserved { page.step(intent, State::Rejected) } else { Err(illegal(intent, State::Rejected)) }
        })
    }

    /// Writes down what became of a create. To tell the same twice changes nothing.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] when it cannot follow, [`LedgerError::Contradiction`] when another task was told before,
    /// [`LedgerError::NoIntent`], [`LedgerError::Unavailable`]: the row stays as it was, and counts as spent.
    pub fn record(&self, external_id: &str, outcome: &Outcome) -> Result<Intent, LedgerError> {
        self.transact(|page| {
            let intent = page.intent(external_id)?;
            page.learn(intent, outcome)
        })
    }

    /// Writes down what a finished task cost. More than a tenth above the estimate stops further paid calls until it is
    /// acknowledged.
    ///
    /// # Errors
    /// As [`Ledger::record`].
    pub fn settle(&self, external_id: &str, charged: Units) -> Result<Intent, LedgerError> {
        self.transact(|page| {
            let intent = page.intent(external_id)?;
            page.settle(intent, charged)
        })
    }

    /// Lets paid calls go on after a price was not what it should be. Gives the intents that were waiting.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn acknowledge(&self) -> Result<Vec<Intent>, LedgerError> {
        self.transact(|page| {
            let waiting = page.rows.intents(Select::Drifting)?;
            waiting.into_iter().map(|intent| page.acknowledge(intent)).collect()
        })
    }

    /// The user's word on an intent that was looked for and never found. With a task id it goes on from there; a create without
    /// one is settled at its estimate, because nothing more can be learned of it.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] unless it is held.
    pub fn resolve(&self, external_id: &str, created: bool, task_id: Option<&str>) -> Result<Intent, LedgerError> {
        self.transact(|page| {
            let intent = page.intent(external_id)?;
            match (created, task_id) {
                _ if intent.state != State::Held => {
                    Err(illegal(intent, if created { State::Accepted } else { State::RejectedByReconcile }))
                }
                (false, _) => page.learn(intent, &Outcome::NotCreated(Receipt::default())),
                (true, Some(task_id)) => page.learn(intent, &Outcome::Created { task_id: task_id.to_owned(), receipt: Receipt::default() }),
                (true, None) => {
                    let units = intent.units;
                    let accepted = page.step(intent, State::Accepted)?;
                    let ended = page.step(accepted, State::Succeeded)?;
                    page.settle(ended, units)
                }
            }
        })
    }
}

impl Page<'_> {
    fn learn(&mut self, mut intent: Intent, outcome: &Outcome) -> Result<Intent, LedgerError> {
        let (before, to) = (intent.clone(), outcome.leads_to(intent.state));
        outcome.tell(&mut intent);
        if before.state != to {
            return self.step(intent, to);
        }
        if before.task_id == intent.task_id { Ok(before) } else { Err(contradiction(before)) }
    }

    fn settle(&mut self, mut intent: Intent, charged: Units) -> Result<Intent, LedgerError> {
        if intent.state == State::Settled {
            return if intent.final_units == Some(charged) { Ok(intent) } else { Err(contradiction(intent)) };
        }
        // A failed task is expected to cost nothing, so any charge for it is a surprise.
        let expected = if intent.state == State::Failed { Units::ZERO } else { intent.units };
        intent.final_units = Some(charged);
        intent.drift = if charged.drifted_from(expected) { Drift::Open } else { Drift::None };
        self.step(intent, State::Settled)
    }
}

fn illegal(intent: Intent, to: State) -> LedgerError {
    LedgerError::Illegal { external_id: intent.external_id, from: intent.state, to }
}

fn contradiction(intent: Intent) -> LedgerError {
    LedgerError::Contradiction { external_id: intent.external_id, state: intent.state }
}
