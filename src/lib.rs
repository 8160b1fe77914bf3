//! Finds out why a Kling AI (klingai.com) integration fails, with proof.
//!
//! A pure core inside an I/O shell: [`knowledge`], [`redact`], [`text`] and [`diagnose`] take values and return values;
//! [`mcp`] and [`cli`] read, write and convert. `ARCHITECTURE.md` has the map.

pub mod catalog;
pub mod cli;
pub mod config;
pub mod diagnose;
pub mod docs;
pub mod joint;
pub mod kling;
pub mod knowledge;
pub mod ledger;
pub mod mcp;
pub mod media;
pub mod present;
pub mod redact;
pub mod request;
pub mod retry;
pub mod sandbox;
pub mod sarif;
pub mod skill;
pub mod text;
pub mod trial;
pub mod validate;
