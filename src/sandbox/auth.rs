//! Credentials, checked for real: which kind each generation takes, the key, the token's signature and its window.
//!
//! The words and codes of refusals are ids of `references/sandbox.toml`; which of them were observed and which are
//! inferred stands there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sha2::Sha256;

/// Credentials that a sandbox accepts. They open nothing else.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// API key.
    pub api_key: SecretString,
    /// AccessKey.
    pub access_key: String,
    /// SecretKey.
    pub secret_key: SecretString,
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            api_key: "api-key-kling-sandbox-000000000000000000000000000000000000".into(),
            access_key: "sandbox-access-key-0000000000000".to_owned(),
            secret_key: "sandbox-secret-key-0000000000000".into(),
        }
    }
}

/// The kind of an accepted credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Key,
    Token,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Token => "token",
        }
    }
}

/// Why a credential is refused: the id of the words, and what stands for `<x>` in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) text: &'static str,
    pub(super) fill: String,
}

fn refused(text: &'static str) -> Refused {
    Refused { text, fill: String::new() }
}

/// Where and when a credential is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate<'a> {
    /// Generation of the path.
    pub(super) generation: &'a str,
    /// Seconds since 1970 by the server's clock.
    pub(super) now: i64,
    /// What an API key begins with.
    pub(super) key_prefix: &'a str,
}

/// A window that ends later than this after now is taken for milliseconds. Inferred: no longest window is documented.
const LONGEST_WINDOW_S: i64 = 100 * 365 * 86_400;

/// Judges an `Authorization` header.
pub(super) fn check(known: &Credentials, header: Option<&str>, gate: Gate<'_>) -> Result<Kind, Refused> {
    let key_only = matches!(gate.generation, "new" | "solutions");
    let Some(header) = header.filter(|header| !header.trim().is_empty()) else {
        return Err(refused(if key_only { "api_key_only" } else { "no_header" }));
    };
    let value = header.strip_prefix("Bearer ").unwrap_or(header);
    let bearer = value.len() < header.len();
    if bearer && same(value.as_bytes(), known.api_key.expose_secret().as_bytes()) {
        return Ok(Kind::Key);
    }
    if bearer && value.starts_with(gate.key_prefix) && !value.contains(['.', ' ']) {
        return Err(refused("key_unknown"));
    }
    if key_only {
        return Err(refused("api_key_only"));
    }
    token(known, value, gate.now).map(|()| Kind::Token)
}

/// A token of the legacy generation: HS256, issuer, signature, window.
fn token(known: &Credentials, value: &str, now: i64) -> Result<(), Refused> {
    let parts: Vec<&str> = value.split('.').collect();
    let &[head, claims, signature] = parts.as_slice() else {
        return Err(Refused { text: "not_a_token", fill: counted(parts.len()) });
    };
    let (Some(head), Some(body), Ok(signature)) = (json(head), json(claims), URL_SAFE_NO_PAD.decode(signature)) else {
        return Err(refused("token_refused"));
    };
    if head.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(refused("token_refused"));
    }
    if body.get("iss").and_then(Value::as_str) != Some(known.access_key.as_str()) {
        return Err(refused("issuer_unknown"));
    }
    let signed = value.rsplit_once('.').map_or("", |(signed, _)| signed);
    if !signed_by(known.secret_key.expose_secret().as_bytes(), signed.as_bytes(), &signature) {
        return Err(refused("token_refused"));
    }
    window(&body, now)
}

/// `nbf` and `exp`, in seconds.
fn window(claims: &Value, now: i64) -> Result<(), Refused> {
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    if time("nbf").is_some_and(|begins| begins > now) {
        return Err(refused("not_yet_valid"));
    }
    match time("exp") {
        Some(ends) if ends <= now => Err(refused("expired")),
        Some(ends) if ends - now <= LONGEST_WINDOW_S => Ok(()),
        _ => Err(refused("token_refused")),
    }
}

/// How the library behind the service counts parts.
fn counted(parts: usize) -> String {
    match parts {
        0 | 1 => "0".to_owned(),
        2 => "2".to_owned(),
        _ => "> 3".to_owned(),
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// HMAC-SHA256, compared in constant time.
fn signed_by(key: &[u8], text: &[u8], signature: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(key).is_ok_and(|mut mac| {
        mac.update(text);
        mac.verify_slice(signature).is_ok()
    })
}

/// Equality that takes as long for every wrong text of a length.
fn same(given: &[u8], known: &[u8]) -> bool {
    given.len() == known.len() && given.iter().zip(known).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn signed(head: &str, claims: &str, key: &str) -> String {
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        format!("Bearer {text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn with(nbf: i64, exp: i64) -> String {
        let known = Credentials::default();
        let claims = format!(r#"{{"iss":"{}","exp":{exp},"nbf":{nbf}}}"#, known.access_key);
        signed(r#"{"alg":"HS256","typ":"JWT"}"#, &claims, known.secret_key.expose_secret())
    }

    fn on(generation: &str, header: &str) -> Result<Kind, &'static str> {
        let gate = Gate { generation, now: NOW, key_prefix: "api-key-kling-" };
        check(&Credentials::default(), Some(header).filter(|header| !header.is_empty()), gate).map_err(|refused| refused.text)
    }

    #[test]
    fn a_key_opens_every_generation_and_a_token_only_the_legacy_one() {
        let key = format!("Bearer {}", Credentials::default().api_key.expose_secret());
        let token = with(NOW - 5, NOW + 1800);
        for generation in ["new", "legacy", "account", "solutions"] {
            assert_eq!(on(generation, &key), Ok(Kind::Key));
        }
        assert_eq!((on("legacy", &token), on("account", &token)), (Ok(Kind::Token), Ok(Kind::Token)));
        assert_eq!((on("new", &token), on("solutions", &token)), (Err("api_key_only"), Err("api_key_only")));
    }

    #[test]
    fn no_header_is_told_in_the_words_of_each_generation() {
        assert_eq!((on("legacy", ""), on("new", "")), (Err("no_header"), Err("api_key_only")));
    }

    #[test]
    fn a_window_in_the_future_in_the_past_or_in_milliseconds_is_refused() {
        assert_eq!(on("legacy", &with(NOW + 60, NOW + 1800)), Err("not_yet_valid"));
        assert_eq!(on("legacy", &with(NOW * 1000, NOW * 1000)), Err("not_yet_valid"));
        assert_eq!(on("legacy", &with(NOW - 1900, NOW)), Err("expired"));
        assert_eq!(on("legacy", &with(NOW - 5, NOW * 1000)), Err("token_refused"));
    }

    #[test]
    fn a_wrong_signature_an_unknown_issuer_and_another_method_are_refused() {
        let known = Credentials::default();
        let claims = format!(r#"{{"iss":"{}","exp":{}}}"#, known.access_key, NOW + 1800);
        let secret = known.secret_key.expose_secret();
        assert_eq!(on("legacy", &signed(r#"{"alg":"HS256"}"#, &claims, "another")), Err("token_refused"));
        assert_eq!(on("legacy", &signed(r#"{"alg":"none"}"#, &claims, secret)), Err("token_refused"));
        let other = format!(r#"{{"iss":"other","exp":{}}}"#, NOW + 1800);
        assert_eq!(on("legacy", &signed(r#"{"alg":"HS256"}"#, &other, secret)), Err("issuer_unknown"));
    }

    #[test]
    fn what_is_neither_key_nor_token_is_counted_in_parts() {
        for (header, fill) in [("Bearer garbage", "0"), ("Bearer a.b", "2"), ("Bearer a.b.c.d", "> 3"), ("garbage", "0"), ("Bearer ", "0")]
        {
            let gate = Gate { generation: "legacy", now: NOW, key_prefix: "api-key-kling-" };
            let refused = check(&Credentials::default(), Some(header), gate).unwrap_err();
            assert_eq!((refused.text, refused.fill.as_str()), ("not_a_token", fill), "{header:?}");
        }
    }

    #[test]
    fn a_key_of_the_right_form_is_unknown_and_a_key_without_bearer_is_no_key() {
        assert_eq!(on("new", "Bearer api-key-kling-nobody"), Err("key_unknown"));
        assert_eq!(on("new", "Bearer garbage"), Err("api_key_only"));
        let key = Credentials::default().api_key.expose_secret().to_owned();
        assert_eq!(on("new", &key), Err("api_key_only"));
        assert_eq!(on("legacy", &format!("Bearer Bearer {key}")), Err("not_a_token"));
    }
}
