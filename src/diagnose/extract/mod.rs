//! One reader for each shape that a paste can have. Reading never fails: what is not understood is left out.

pub mod credentials;
pub mod http;
pub mod json;
pub mod jwt;
pub mod numbers;
pub mod parties;
pub mod source;
pub mod tasks;
pub mod times;
pub mod urls;
