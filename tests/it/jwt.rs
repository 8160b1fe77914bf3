//! Tokens for `tests/pyjwt.py`, which holds them against another implementation.

use std::fmt::Write as _;

use klingai_mcp::kling::jwt;
use rand::{RngExt as _, SeedableRng as _};
use secrecy::{ExposeSecret as _, SecretString};

/// Printable text of 1 to 64 characters; one in four holds letters outside ASCII, quotes and backslashes.
fn text(random: &mut rand_pcg::Pcg64) -> String {
    let wide = random.random_ratio(1, 4);
    let letters: Vec<char> = if wide { ('!'..='~').chain("äß中🎬\"\\".chars()).collect() } else { ('0'..='z').collect() };
    (0..random.random_range(1..=64)).map(|_| letters[random.random_range(0..letters.len())]).collect()
}

#[test]
#[ignore = "writes the tokens that tests/pyjwt.py checks"]
fn a_thousand_tokens_for_another_implementation() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(20_260_920);
    let mut rows = String::new();
    for _ in 0..1000 {
        let (access, secret, now) = (text(&mut random), text(&mut random), random.random_range(1_000_000_000..4_000_000_000_i64));
        let token = jwt::sign(&SecretString::from(access.as_str()), &SecretString::from(secret.as_str()), now);
        let row = serde_json::json!({"access": access, "secret": secret, "now": now, "token": token.expose_secret()});
        writeln!(rows, "{row}").unwrap();
    }
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/tokens.jsonl"), rows).unwrap();
}
