//! The Authorization header for Kling, from an API key or from an AccessKey and a SecretKey.
//! An API key works on every path; a JWT only on legacy `/v1` and `/account` paths (elsewhere it is refused with 1002).
//! Its times are seconds, and it is renewed 5 minutes before it ends: a token kept to its last second meets 1004.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The vendor's sample value; no maximum is documented.
const LIFETIME_S: u64 = 1800;
/// `nbf` lies a little in the past, so that a clock slightly ahead does no harm.
const BACKDATE_S: u64 = 5;
const RENEW_S: u64 = 300;

/// One `Bearer`, one space, the key. `None`: the key is empty, stands in quotes, or already carries `Bearer`.
pub fn api_key_header(api_key: &str) -> Option<String> {
    let key = api_key.trim(); // files and secrets often end with a line break
    let usable = !key.is_empty() && !key.contains(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    usable.then(|| format!("Bearer {key}"))
}

/// Keeps one token and signs a new one in time. Ask [`JwtAuth::header`] before every call, polls included.
pub struct JwtAuth {
    access_key: String,
    mac: Hmac<Sha256>,
    token: String,
    exp: u64,
}

impl JwtAuth {
    /// `None`: a key is empty. The secret is used as plain text.
    pub fn new(access_key: &str, secret_key: &str) -> Option<Self> {
        let (access_key, secret_key) = (access_key.trim(), secret_key.trim());
        let mac = Hmac::new_from_slice(secret_key.as_bytes()).ok()?;
        let complete = !access_key.is_empty() && !secret_key.is_empty();
        complete.then(|| Self { access_key: access_key.to_owned(), mac, token: String::new(), exp: 0 })
    }

    /// `now_s`: seconds since 1970. Milliseconds here give 1003, or a refused token.
    pub fn header(&mut self, now_s: u64) -> String {
        if now_s + RENEW_S >= self.exp {
            self.exp = now_s + LIFETIME_S;
            let claims = serde_json::json!({ "iss": self.access_key, "exp": self.exp, "nbf": now_s.saturating_sub(BACKDATE_S) });
            self.token = self.sign(&claims.to_string());
        }
        format!("Bearer {}", self.token)
    }

    fn sign(&self, claims: &str) -> String {
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.mac.clone().chain_update(&text).finalize().into_bytes();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
