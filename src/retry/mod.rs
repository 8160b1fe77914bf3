//! Retry without paying twice: what may be sent again, after how long, and what is wrong with the retries a caller has.

pub mod lint;
