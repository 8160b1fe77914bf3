//! The program as an HTTP server, met with raw requests.

mod client;
mod consent;
mod guards;
mod limits;
mod malformed;
mod protocol;
mod traces;
