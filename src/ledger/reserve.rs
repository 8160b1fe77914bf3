//! From a quote to a reservation: consent, caps, and one intent for one request.

use super::book::Page;
use super::quote::QuoteRow;
use super::store::Select;
use super::{
    Balance, Caps, Consent, Drift, Intent, Ledger, LedgerError, Quote, QuoteError, Receipt, Reservation, State, Terms, Units, Window,
};

/// Seconds during which the same arguments are the same intent.
const SAME_FOR_S: i64 = 600;
/// Seconds during which a used quote still leads to its intent: as long as the service keeps results.
const REMEMBERED_S: i64 = 30 * 86_400;
/// Seconds after which an unused quote is forgotten.
const FORGOTTEN_S: i64 = 86_400;
/// Prefix of the ids that the ledger gives to creates.
const PREFIX: &str = "kmcp-";

/// What a request for a reservation led to.
#[derive(Debug)]
#[must_use = "a reserved amount counts as spent until it is sent or released"]
pub enum Reserved {
    /// The amount is set aside.
    Now(Reservation),
    /// The same call, or the same arguments within ten minutes, made this intent before. Nothing more may be sent for it.
    Deduplicated(Box<Intent>),
}

impl Ledger {
    /// Makes a quote. It costs nothing and sets nothing aside.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn quote(&self, terms: &Terms) -> Result<Quote, LedgerError> {
        let id = self.name()?;
        self.transact(|page| {
            let row = QuoteRow::new(id, terms, page.wall);
            page.rows.prune(page.wall - FORGOTTEN_S)?;
            page.rows.put_quote(&row)?;
            Ok(Quote { id: row.id, units: row.units, expires: row.expires })
        })
    }

    /// Sets the price of a quote aside, in one transaction with every check: whose quote it is, that it is unused, in time and about
    /// this very request at this price, that no price is waiting to be acknowledged, that consent is given, and that both caps hold.
    ///
    /// The same quote with the same arguments leads to the same intent for 30 days, and so do the same arguments within ten
    /// minutes unless the earlier intent ended without a charge.
    ///
    /// # Errors
    /// Each reason has its variant of [`LedgerError`]; nothing is set aside then, and the quote stays unused.
    pub fn reserve(&self, quote_id: &str, terms: &Terms, consent: Consent) -> Result<Reserved, LedgerError> {
        let external_id = format!("{PREFIX}{}", self.name()?);
        let caps = self.caps;
        self.transact(|page| page.reserve(quote_id, terms, consent, &caps, external_id))
    }

    /// What the caps of an account still allow, the day first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn balance(&self, account: &str) -> Result<[Balance; 2], LedgerError> {
        let caps = self.caps;
        self.read(|page| {
            let month = page.month(account)?;
            Ok(Window::ALL.map(|window| {
                let (cap, spent) = (window.cap(&caps), page.spent(&month, window));
                Balance { window, cap, spent, left: cap.less(spent) }
            }))
        })
    }
}

impl Page<'_> {
    fn reserve(
        &mut self,
        quote_id: &str,
        terms: &Terms,
        consent: Consent,
        caps: &Caps,
        external_id: String,
    ) -> Result<Reserved, LedgerError> {
        let quote = self.rows.quote(quote_id)?.ok_or(QuoteError::Unknown)?;
        quote.belongs_to(terms)?;
        if let Some(used) = &quote.intent {
            return self.again(&quote, used, terms);
        }
        quote.allows(terms, self.wall)?;
        if let Some(earlier) = self.same(terms)? {
            self.rows.consume(quote_id, &earlier.external_id)?;
            return Ok(Reserved::Deduplicated(Box::new(earlier)));
        }
        self.no_price_waits()?;
        attended(terms.units, consent, caps)?;
        let month = self.month(&terms.account)?;
        for window in Window::ALL {
            window.admits(caps, self.spent(&month, window), terms.units)?;
        }
        let intent = self.drafted(external_id, &quote, consent);
        self.begin(&intent)?;
        self.rows.consume(quote_id, &intent.external_id)?;
        Ok(Reserved::Now(Reservation::new(intent.external_id, intent.units)))
    }

    /// The call of a used quote is told again.
    fn again(&mut self, quote: &QuoteRow, used: &str, terms: &Terms) -> Result<Reserved, LedgerError> {
        if !quote.same_request(terms) {
            return Err(QuoteError::Replayed.into());
        }
        let intent = self.intent(used)?;
        if self.at - intent.reserved_at > REMEMBERED_S {
            return Err(QuoteError::Expired.into());
        }
        Ok(Reserved::Deduplicated(Box::new(intent)))
    }

    /// The newest intent for the same arguments that may have been charged.
    fn same(&mut self, terms: &Terms) -> Result<Option<Intent>, LedgerError> {
        let Terms { principal, account, endpoint, digest, .. } = terms;
        let which = Select::Same { principal, account, endpoint, digest: digest.as_str(), since: self.at - SAME_FOR_S };
        Ok(self.rows.intents(which)?.into_iter().rfind(|intent| !intent.ended_free()))
    }

    fn no_price_waits(&mut self) -> Result<(), LedgerError> {
        match self.rows.intents(Select::Drifting)?.into_iter().next() {
            None => Ok(()),
            Some(intent) => Err(LedgerError::PriceStop { charged: intent.counts(), quoted: intent.units, external_id: intent.external_id }),
        }
    }

    /// The intents of an account in the month of the ledger's time.
    fn month(&mut self, account: &str) -> Result<Vec<Intent>, LedgerError> {
        Ok(self.rows.intents(Select::Account { account, since: Window::Month.start(self.at) })?)
    }

    /// What counts in a window, summed over rows: a counter could drift.
    fn spent(&self, month: &[Intent], window: Window) -> Units {
        let start = window.start(self.at);
        month.iter().filter(|intent| intent.reserved_at >= start).map(Intent::counts).sum()
    }

    fn drafted(&self, external_id: String, quote: &QuoteRow, consent: Consent) -> Intent {
        let QuoteRow { id, principal, account, endpoint, digest, units, .. } = quote.clone();
        Intent {
            external_id,
            quote: id,
            principal,
            account,
            endpoint,
            digest,
            units,
            final_units: None,
            state: State::Reserved,
            consent,
            drift: Drift::None,
            owner: self.owner.clone(),
            reserved_at: self.at,
            changed_at: self.at,
            task_id: None,
            receipt: Receipt::default(),
        }
    }
}

/// Without a person, only what the operator allows.
fn attended(asked: Units, consent: Consent, caps: &Caps) -> Result<(), LedgerError> {
    if consent == Consent::Unattended && asked > caps.unattended {
        return Err(LedgerError::NotAttended { asked, allowed: caps.unattended });
    }
    Ok(())
}
