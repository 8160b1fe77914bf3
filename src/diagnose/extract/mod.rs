//! One reader for each shape that a paste can have. Reading never fails: what is not understood is left out.

pub(super) mod credentials;
pub(super) mod http;
pub(super) mod json;
pub(super) mod jwt;
pub(super) mod numbers;
pub(super) mod parties;
pub(super) mod source;
pub(super) mod tasks;
pub(super) mod times;
pub(super) mod urls;
