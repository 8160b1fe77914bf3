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

/// A replaced secret may have hidden another one; after this many passes the text is taken as it is.
const PASSES: usize = 4;

/// Replaces every secret that can be told by its form, its name or its place, until a pass finds none.
pub fn redact(text: &str) -> Redacted {
    let mut done = pass(text);
    for _ in 1..PASSES {
        if done.secrets.is_empty() {
            break;
        }
        let (next, moves) = (pass(&done.text), find::secrets(&done.text));
        if next.secrets.is_empty() {
            break;
        }
        done = joined(done, next, &moves);
    }
    done
}

fn pass(text: &str) -> Redacted {
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

/// The secrets of two passes, with places in the text of the second; what the second replaced as a whole is gone.
fn joined(first: Redacted, second: Redacted, replaced: &[find::Candidate]) -> Redacted {
    let places: Vec<Span> = second.secrets.iter().map(|secret| secret.span).collect();
    let mut secrets = second.secrets;
    for mut secret in first.secrets {
        let inside = replaced.iter().any(|c| c.span.start <= secret.span.start && secret.span.end <= c.span.end);
        if inside {
            continue;
        }
        let before = replaced.iter().zip(&places).rfind(|(c, _)| c.span.end <= secret.span.start);
        if let Some((old, new)) = before {
            let length = secret.span.end - secret.span.start;
            secret.span.start = new.end + (secret.span.start - old.span.end);
            secret.span.end = secret.span.start + length;
        }
        secrets.push(secret);
    }
    secrets.sort_by_key(|secret| secret.span);
    Redacted { text: second.text, secrets }
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
        let hidden = redact(
            "Authorization: BeaR5cCI6IkpXVCJ9.eyJpc3MiOiJBS0VYQU1QTEUyMjIyMjIyMjIyIiwiZXhk5LCJuYmYi$P and api-key-kling-0123456789ab",
        );
        assert_eq!(clean(&hidden.text), hidden.text);
        assert!(hidden.secrets.iter().all(|secret| hidden.text.get(secret.span.start..secret.span.end) == Some(secret.form.stand_in())));
    }
}
