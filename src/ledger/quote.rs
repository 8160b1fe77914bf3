//! What a person agrees to, and how a request is bound to it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{QuoteError, Units};

/// Seconds that a quote is good for.
pub const GOOD_FOR_S: i64 = 300;
/// Seconds that the clock of another process may be behind.
const SKEW_S: i64 = 60;

/// SHA-256 of the canonical arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(String);

impl Digest {
    /// Of a JSON value: members sorted, no white space, numbers as they were read.
    pub fn of(arguments: &Value) -> Self {
        let mut text = String::new();
        canonical(arguments, &mut text);
        Self(hex(&Sha256::digest(text)))
    }

    /// In hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let sorted: std::collections::BTreeMap<&String, &Value> = members.iter().collect();
            out.push('{');
            for (at, (name, value)) in sorted.into_iter().enumerate() {
                let _ = write!(out, "{}{}:", if at > 0 { "," } else { "" }, Value::from(name.as_str()));
                canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                canonical(item, out);
            }
            out.push(']');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(in crate::ledger) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Everything a quote is bound to: who asks, which account pays, what is asked for, and the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// For whom; one fixed name where the transport knows nobody.
    pub principal: String,
    /// Fingerprint of the account that pays.
    pub account: String,
    /// Endpoint of the create.
    pub endpoint: String,
    /// The arguments, everything that shapes the request that is sent.
    pub digest: Digest,
    /// The price by the price table.
    pub units: Units,
}

/// A price that may be agreed to, once, for a short time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// 128 random bits.
    pub id: String,
    /// The price.
    pub units: Units,
    /// Until when it is good, in seconds since 1970.
    pub expires: i64,
}

/// A quote as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::ledger) struct QuoteRow {
    pub(in crate::ledger) id: String,
    pub(in crate::ledger) principal: String,
    pub(in crate::ledger) account: String,
    pub(in crate::ledger) endpoint: String,
    pub(in crate::ledger) digest: String,
    pub(in crate::ledger) units: Units,
    /// By the wall clock.
    pub(in crate::ledger) made: i64,
    /// By the wall clock.
    pub(in crate::ledger) expires: i64,
    /// The intent that used it.
    pub(in crate::ledger) intent: Option<String>,
}

impl QuoteRow {
    pub(in crate::ledger) fn new(id: String, terms: &Terms, now: i64) -> Self {
        let Terms { principal, account, endpoint, digest, units } = terms.clone();
        Self { id, principal, account, endpoint, digest: digest.0, units, made: now, expires: now + GOOD_FOR_S, intent: None }
    }

    /// Whether it is about the same request, whatever the price.
    pub(in crate::ledger) fn same_request(&self, terms: &Terms) -> bool {
        self.digest == terms.digest.0 && self.endpoint == terms.endpoint
    }

    /// Whether these terms may see it.
    pub(in crate::ledger) fn belongs_to(&self, terms: &Terms) -> Result<(), QuoteError> {
        if self.principal != terms.principal {
            return Err(QuoteError::Foreign);
        }
        if self.account != terms.account {
            return Err(QuoteError::OtherAccount);
        }
        Ok(())
    }

    /// Whether it allows this request at this time. The wall clock counts: a ledger whose last row is from the future must
    /// not keep quotes alive.
    pub(in crate::ledger) fn allows(&self, terms: &Terms, now: i64) -> Result<(), QuoteError> {
        if now >= self.expires || now < self.made - SKEW_S {
            return Err(QuoteError::Expired);
        }
        if !self.same_request(terms) {
            return Err(QuoteError::Edited);
        }
        if self.units != terms.units {
            return Err(QuoteError::PriceChanged { quoted: self.units, now: terms.units });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_members_does_not_matter_and_everything_else_does() {
        let digest = |text: &str| Digest::of(&serde_json::from_str(text).unwrap());
        assert_eq!(digest(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#), digest(r#"{ "b": {"d":null,"c":[1, 2]}, "a": 1 }"#));
        let different = [r#"{"a":1}"#, r#"{"a":"1"}"#, r#"{"a":[1]}"#, r#"{"a":null}"#, "{}", r#"{"a":1,"b":1}"#, r#"{"a":12}"#];
        let digests: std::collections::BTreeSet<String> = different.iter().map(|text| digest(text).0).collect();
        assert_eq!(digests.len(), different.len());
    }

    #[test]
    fn a_digest_is_the_sha_256_of_the_canonical_text() {
        // SHA-256 of the two bytes `{}`.
        assert_eq!(Digest::of(&json!({})).as_str(), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
}
