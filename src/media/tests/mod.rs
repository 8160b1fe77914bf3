//! Tests over whole texts; the files are built by hand, byte by byte.

mod address;
mod container;
mod files;
mod form;
mod picture;
mod text;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Media, inspect};

/// The standard Base64 of some bytes.
fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What a file looks like when it is given as Base64 with a head.
fn of(bytes: &[u8]) -> Media {
    inspect(&format!("data:;base64,{}", encoded(bytes)))
}
