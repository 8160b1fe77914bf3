//! Every paid create: quoted, reserved under the operator's caps, written down before the first byte is sent, settled after it.
//!
//! Only this module makes a [`Permit`], and only a permit lets the client send a live create.

mod permit;

pub use permit::Permit;
