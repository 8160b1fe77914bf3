//! The ledger over its stores.
