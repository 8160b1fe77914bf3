//! Replaces secrets in a text before anything else looks at it.
//!
//! What is left of a secret is its kind, its form, and (for a token) its decoded header and claims, which are no
//! secret by themselves. Every pass is linear in the text. It does not decide what a credential is worth.

mod find;
mod form;
mod markers;

pub use form::{Form, TokenText, form_of, is_placeholder};

use crate::text::Span;

/// A secret that was replaced.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Where its stand-in is in the redacted text.
    pub span: Span,
    /// Its form.
    pub form: Form,
    /// Whether it stood as the value of an `Authorization` header.
    pub in_header: bool,
}

/// A text without secrets.
#[derive(Debug)]
pub struct Redacted {
    /// The text with stand-ins such as `[api key]`.
    pub text: String,
    /// What was replaced, in order.
    pub secrets: Vec<Secret>,
}

/// Replaces every secret that can be told by its form, its name or its place.
pub fn redact(text: &str) -> Redacted {
    let found = find::secrets(text);
    let mut out = String::with_capacity(text.len());
    let mut secrets = Vec::with_capacity(found.len());
    let mut copied = 0;
    for candidate in found {
        let Some(value) = text.get(candidate.span.start..candidate.span.end) else { continue };
        out.push_str(text.get(copied..candidate.span.start).unwrap_or(""));
        copied = candidate.span.end;
        let form = form_of(value, candidate.role);
        let start = out.len();
        out.push_str(form.stand_in());
        secrets.push(Secret { span: Span::new(start, out.len()), form, in_header: candidate.in_header });
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Redacted { text: out, secrets }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        redact(text).text
    }

    #[test]
    fn keys_with_known_prefixes_vanish_wherever_they_stand() {
        for key in [
            "api-key-kling-0123456789abcdef0123456789",
            "sk-or-v1-0123456789abcdef0123",
            "r8_0123456789abcdef0123456789",
            "AKIAIOSFODNN7EXAMPLE",
        ] {
            let out = clean(&format!("used {key}, failed"));
            assert!(!out.contains(&key[8..]), "{out}");
            assert!(out.ends_with(", failed"), "{out}");
        }
    }

    #[test]
    fn values_of_secret_names_vanish_and_stand_ins_stay() {
        assert!(!clean("KLING_SECRET_KEY=abcd1234efgh5678").contains("abcd1234"));
        assert!(!clean(r#"{"secret_key": "abcd1234efgh5678"}"#).contains("abcd1234"));
        assert!(!clean(r#"{\"secret_key\": \"abcd1234efgh5678\"}"#).contains("abcd1234"));
        assert!(clean("KLING_SECRET_KEY=<your secret key>").contains("<your secret key>"));
        assert!(clean("Authorization: Bearer YOUR_API_KEY").contains("YOUR_API_KEY"));
        assert!(clean("max_tokens: 4096000000").contains("4096000000"));
    }

    #[test]
    fn a_token_keeps_its_claims_and_loses_its_text() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJBSyIsImV4cCI6MX0.c2lnbmF0dXJlc2lnbmF0dXJl";
        let out = redact(&format!("authorization: Bearer {token}\n"));
        assert_eq!(out.text, "authorization: Bearer [token]\n");
        let Form::Token(parts) = &out.secrets[0].form else { panic!("{:?}", out.secrets) };
        assert_eq!(parts.claims.as_deref(), Some(r#"{"iss":"AK","exp":1}"#));
        assert!(out.secrets[0].in_header);
    }

    #[test]
    fn credentials_in_addresses_and_cookies_vanish() {
        assert!(!clean("https://user:hunter2hunter2@host/x").contains("hunter2"));
        assert!(!clean("https://b/x?X-Amz-Signature=0123456789abcdef&y=1").contains("0123456789abcdef"));
        assert!(!clean("Cookie: session=0123456789abcdef; a=b").contains("0123456789abcdef"));
        assert!(!clean("-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----").contains("MIIabc"));
    }

    #[test]
    fn redacting_twice_changes_nothing() {
        let once = clean("Authorization: Bearer sk-0123456789abcdef0123456789 and secret_key='0123456789abcdef'");
        assert_eq!(clean(&once), once);
        let beside = clean("[token], twIjoxOTk5OTk5OTk5LCJuYmYiOjE3NjMwMDAwMDB9");
        assert_eq!(clean(&beside), beside);
        assert!(beside.contains("twIjox"), "a stand-in is no name: {beside}");
    }
}
