//! Signatures of callbacks: Standard Webhooks, HMAC-SHA256 over `id.timestamp.body`, as the vendor's callback page describes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The header value `v1,<base64>` for a body. The secret is `whsec_` and the Base64 of the key; none if that is no Base64.
pub fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.trim().strip_prefix("whsec_").unwrap_or(secret.trim())).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_is_met() {
        let body = r#"{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}"#;
        let signed = signature("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=", "9876543210", 1_781_080_794, body);
        assert_eq!(signed.as_deref(), Some("v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="));
    }

    #[test]
    fn a_secret_that_is_no_base64_signs_nothing() {
        assert_eq!(signature("whsec_???", "1", 1, "{}"), None);
    }
}
