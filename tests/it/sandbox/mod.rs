//! The local Kling API over real HTTP on loopback, with a clock that the tests move.

mod account;
mod callbacks;
mod client;
mod credentials;
mod life;
mod refusals;
mod scenarios;
mod verb;
