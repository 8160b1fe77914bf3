//! Every paid create: quoted, reserved under the operator's caps, written down before the first byte is sent, settled after it.
//!
//! Only this module makes a [`Permit`], and only a permit lets the client send a live create. The way to one:
//!
//! | Step | Function | Result |
//! |---|---|---|
//! | 1 | [`Ledger::quote`] | [`Quote`]: a price, bound to the request, the account and the principal, for five minutes |
//! | 2 | a person agrees | [`Consent`] |
//! | 3 | [`Ledger::reserve`] | [`Reservation`] under the caps, or the intent that the same request made before |
//! | 4 | [`Ledger::sending`] | [`Permit`]: on disk that the create may have been seen from now on |
//! | 5 | the client sends, once | [`Outcome`] |
//! | 6 | [`Ledger::record`], [`Ledger::settle`] | the task, its end, and what it cost |
//!
//! Whatever stops between two steps is found by the next opening: what was never sent is released, what may have been sent is
//! [`State::Unknown`], counts as spent, and is never sent again. It contacts nothing and does not know what a create looks like.

mod book;
mod chain;
mod error;
mod ids;
mod intent;
mod permit;
mod quote;
mod read;
mod record;
mod reserve;
mod state;
mod store;
mod units;
mod window;

#[cfg(test)]
mod tests;

pub use book::{Clock, Ledger};
pub use chain::Verified;
pub use error::{LedgerError, QuoteError};
pub use ids::{Entropy, system_entropy};
pub use intent::{Consent, Drift, Intent, Outcome, Receipt};
pub use permit::{Permit, Reservation};
pub use quote::{Digest, GOOD_FOR_S, Quote, Terms};
pub use read::Entry;
pub use reserve::Reserved;
pub use state::State;
pub use store::StoreError;
pub use units::{NotUnits, Units};
pub use window::{Balance, Caps, Window};
