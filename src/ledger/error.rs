//! Why the ledger did not do what it was asked, for the person who must act.

use super::store::StoreError;
use super::window::Window;
use super::{State, Units};

/// Why a quote does not allow a paid call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// No quote of this id.
    #[error("find the quote: there is none of this id here; ask for a new one by calling live without confirm")]
    Unknown,
    /// It is another principal's. The text is the one of an unknown quote, so that nothing can be learned from it.
    #[error("find the quote: there is none of this id here; ask for a new one by calling live without confirm")]
    Foreign,
    /// It was made while other credentials were in use.
    #[error("use the quote: it was made for another Kling account than the one whose credentials are set now; ask for a new one")]
    OtherAccount,
    /// Its time is over, or the clock was turned back behind its beginning.
    #[error("use the quote: it was good for {} s and that time is over; ask for a new one", super::quote::GOOD_FOR_S)]
    Expired,
    /// It paid for another request already.
    #[error("use the quote: it was used already, for another request; ask for a new one")]
    Replayed,
    /// The request differs from the one that was quoted.
    #[error("use the quote: the request was changed after it was quoted; ask for a new one, or send the request that was quoted")]
    Edited,
    /// The price differs from the quoted one.
    #[error("use the quote: the price was {quoted} and is {now} now; ask for a new one and agree to the new price")]
    PriceChanged {
        /// As quoted.
        quoted: Units,
        /// As the price table says now.
        now: Units,
    },
}

/// Why the ledger did not do what it was asked. Nothing was reserved and nothing may be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be used. Paid calls are off until it can; everything else works.
    #[error("use the ledger: {why}; no paid call is made without it. {next}")]
    Unavailable {
        /// What is wrong.
        why: StoreError,
        /// What to do.
        next: &'static str,
    },
    /// The quote does not allow it.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// A cap is zero, as it is until the operator sets one.
    #[error(
        "make a paid call: live mode is off, because {variable} is not set; the operator sets it to the most that may be spent, in units"
    )]
    LiveOff {
        /// Variable that is zero.
        variable: &'static str,
    },
    /// The call would pass a cap.
    #[error(
        "make a paid call: it costs {asked} and {left} of the cap of {cap} a {window} are left ({spent} are spent or set aside); \
         wait for the next {window} (UTC) or let the operator raise {}", .window.variable()
    )]
    OverCap {
        /// Which cap.
        window: Window,
        /// The cap.
        cap: Units,
        /// What counts against it.
        spent: Units,
        /// What is left.
        left: Units,
        /// What was asked for.
        asked: Units,
    },
    /// Nobody was asked and the operator does not allow this price unattended.
    #[error(
        "make a paid call: nobody was asked, and {asked} is above the {allowed} that may be spent unattended; use a client that can ask, \
         or let the operator raise KLING_MCP_UNATTENDED_UNITS"
    )]
    NotAttended {
        /// The price.
        asked: Units,
        /// The allowance.
        allowed: Units,
    },
    /// A settled call cost more than a tenth above its estimate.
    #[error(
        "make a paid call: {external_id} was quoted at {quoted} and charged at {charged}, so the price table is not right; \
         look at it, then run klingai-mcp ledger --acknowledge-price"
    )]
    PriceStop {
        /// The call.
        external_id: String,
        /// Its estimate.
        quoted: Units,
        /// Its charge.
        charged: Units,
    },
    /// No intent of this id.
    #[error("find the intent: there is none of this id in the ledger")]
    NoIntent,
    /// The step does not follow from where the intent stands.
    #[error("record the step: {external_id} is {from}, and {to} cannot follow that")]
    Illegal {
        /// The intent.
        external_id: String,
        /// Where it stands.
        from: State,
        /// What was asked for.
        to: State,
    },
    /// A step that was recorded before is told again, with another task or amount.
    #[error("record the step: {external_id} is {state} already, with another task or amount")]
    Contradiction {
        /// The intent.
        external_id: String,
        /// Where it stands.
        state: State,
    },
}

impl From<StoreError> for LedgerError {
    fn from(why: StoreError) -> Self {
        let next = why.next();
        Self::Unavailable { why, next }
    }
}
