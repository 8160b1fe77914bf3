//! The program as an HTTP server, met with raw requests.

mod client;
mod guards;
mod limits;
mod protocol;
mod traces;
