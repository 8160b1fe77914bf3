//! Tokens of the legacy generation: HS256 over AccessKey and SecretKey.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// Seconds that a token is valid (`guides/auth.md`: the vendor's sample).
pub const LIFETIME_S: i64 = 1800;
/// Seconds that the start of a token lies in the past (`guides/auth.md`: the vendor's sample).
pub const BACKDATED_S: i64 = 5;
/// Seconds before its end from which a token is not used any more.
pub const SPARE_S: i64 = 300;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// A token for this pair that is valid from five seconds before `now` (seconds since 1970) to 1800 s after it.
pub fn sign(access: &SecretString, secret: &SecretString, now: i64) -> SecretString {
    let claims = serde_json::json!({
        "iss": access.expose_secret(), "exp": now.saturating_add(LIFETIME_S), "nbf": now.saturating_sub(BACKDATED_S),
    });
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = hmac(secret.expose_secret().as_bytes(), signed.as_bytes());
    SecretString::from(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// HMAC-SHA256 takes a key of any length, so the empty answer is never given.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The last token, until it is about to end, and the one before it, which a late answer may still quote.
#[derive(Default)]
pub(super) struct Cache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    last: Option<(SecretString, i64)>,
    before: Option<SecretString>,
}

impl Cache {
    /// A token that is valid at `now` (seconds since 1970, by the clock of the service) and for five more minutes.
    pub(super) fn token(&self, access: &SecretString, secret: &SecretString, now: i64) -> SecretString {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, signed_at)) = &kept.last
            && usable(*signed_at, now)
        {
            return token.clone();
        }
        let token = sign(access, secret, now);
        let last = kept.last.replace((token.clone(), now));
        kept.before = last.map(|(token, _)| token);
        token
    }

    /// The tokens that an answer may quote.
    pub(super) fn sent(&self) -> Vec<SecretString> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last.iter().map(|(token, _)| token).chain(&kept.before).cloned().collect()
    }
}

/// A clock that was turned back, or a skew that was learned, may put `now` before the start of the token.
const fn usable(signed_at: i64, now: i64) -> bool {
    now >= signed_at.saturating_sub(BACKDATED_S) && now < signed_at.saturating_add(LIFETIME_S - SPARE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (SecretString, SecretString) {
        (SecretString::from("AK\"é"), SecretString::from("SK"))
    }

    #[test]
    fn a_token_has_the_documented_header_claims_and_signature() {
        let (access, secret) = pair();
        let token = sign(&access, &secret, 1_000_000);
        let parts: Vec<&str> = token.expose_secret().split('.').collect();
        let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(text(parts[0]), HEADER);
        let claims: serde_json::Value = serde_json::from_str(&text(parts[1])).unwrap();
        assert_eq!(claims, serde_json::json!({"iss": "AK\"é", "exp": 1_001_800, "nbf": 999_995}));
        let mut mac = Hmac::<Sha256>::new_from_slice(b"SK").unwrap();
        mac.update(format!("{}.{}", parts[0], parts[1]).as_bytes());
        mac.verify_slice(&URL_SAFE_NO_PAD.decode(parts[2]).unwrap()).unwrap();
    }

    #[test]
    fn a_token_is_kept_until_five_minutes_before_its_end() {
        let (access, secret) = pair();
        let cache = Cache::default();
        let at = |now| cache.token(&access, &secret, now).expose_secret().to_owned();
        let first = at(1000);
        assert_eq!(at(1000 + 1499), first);
        let second = at(1000 + 1500);
        assert_ne!(second, first);
        assert_eq!(at(2500), second);
    }

    #[test]
    fn a_clock_that_goes_back_gets_a_new_token() {
        let (access, secret) = pair();
        let cache = Cache::default();
        let first = cache.token(&access, &secret, 10_000).expose_secret().to_owned();
        assert_eq!(cache.token(&access, &secret, 9_996).expose_secret(), first);
        assert_ne!(cache.token(&access, &secret, 9_000).expose_secret(), first);
    }
}
