//! Embeds every file under `references/` and trains the text model on the phrasings, so that the program
//! starts without reading a file.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    unreachable_pub,
    reason = "a build script stops the build with a message, and its numbers are small"
)]

#[path = "build/embed.rs"]
mod embed;
#[path = "src/diagnose/text_model/features.rs"]
mod features;
#[path = "build/train.rs"]
mod train;

use std::{env, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=references");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/diagnose/text_model/features.rs");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let files = embed::list(&Path::new(&root).join("references"));
    embed::write(&files, &Path::new(&out).join("embedded.rs"));
    train::write(&files, Path::new(&out));
    train::write_likeness(&files, Path::new(&out));
}
