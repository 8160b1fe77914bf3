//! The token doctor: what a JWT says of itself, against the clock and against the form the legacy generation takes.
//!
//! Form (sample of the vendor's authentication page): header `HS256`/`JWT`, claims `iss` (the AccessKey), `exp`, `nbf`,
//! times in seconds. It never tells the issuer or the signature.

use serde_json::{Map, Value};

use crate::diagnose::evidence::{Evidence, readings as r};
use crate::redact::TokenText;
use crate::text::Span;

use super::times::{length, utc};

/// Larger numbers are milliseconds: as seconds they would lie beyond the year 5000.
const MILLISECONDS: i64 = 100_000_000_000;
/// Longer lifetimes are pointed out; no maximum is documented.
const LONG: i64 = 86_400;

/// Makes the readings of one token. `now` is the server's clock where an answer told it.
pub(crate) fn examine(evidence: &mut Evidence<'_>, token: &TokenText, span: Span, now: i64, clock: &str) {
    let faults_before = evidence.readings.len();
    let claims = parts(evidence, token, span);
    if let Some(claims) = &claims {
        issuer(evidence, claims, span);
        window(evidence, claims, span, now, clock);
    }
    let fault =
        evidence.readings.iter().skip(faults_before).any(|reading| reading.name.starts_with("jwt.") && reading.name != r::JWT_LONG_LIVED);
    if !fault && let Some(exp) = claims.and_then(|claims| seconds(claims.get("exp"))) {
        evidence.read(
            r::JWT_SOUND,
            span,
            Some(format!("the token has the right form and is valid until {} ({} left by {clock})", utc(exp), length(exp - now))),
        );
    }
}

fn parts(evidence: &mut Evidence<'_>, token: &TokenText, span: Span) -> Option<Map<String, Value>> {
    if token.parts != 3 {
        evidence.read(r::JWT_BROKEN, span, Some(format!("a token has 3 parts, this one has {}", token.parts)));
    }
    match token.header.as_deref().and_then(object) {
        Some(header) => algorithm(evidence, &header, span),
        None if token.parts == 3 => evidence.read(r::JWT_BROKEN, span, Some("the header part is not base64url of a JSON object".into())),
        None => {}
    }
    let claims = token.claims.as_deref().and_then(object);
    if claims.is_none() && token.parts == 3 {
        evidence.read(r::JWT_BROKEN, span, Some("the claims part is not base64url of a JSON object".into()));
    }
    claims
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

fn algorithm(evidence: &mut Evidence<'_>, header: &Map<String, Value>, span: Span) {
    match header.get("alg").and_then(Value::as_str) {
        Some("HS256") => {}
        Some(other) if ["HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "PS256", "EdDSA", "none", "None"].contains(&other) => {
            evidence.read(r::JWT_ALG_WRONG, span, Some(format!("alg is {other}, should be HS256: the signature cannot be verified")));
        }
        Some(_) => evidence.read(r::JWT_ALG_WRONG, span, Some("alg is none of the known names, should be HS256".into())),
        None => evidence.read(r::JWT_HEADER_WRONG, span, Some("the header has no alg, should be HS256".into())),
    }
}

fn issuer(evidence: &mut Evidence<'_>, claims: &Map<String, Value>, span: Span) {
    match claims.get("iss").map(|iss| iss.as_str().unwrap_or("")) {
        None => evidence.read(r::JWT_CLAIMS_MISSING, span, Some("iss is missing, should be the AccessKey".into())),
        Some(iss) if iss.trim().is_empty() => {
            evidence.read(r::JWT_ISS_WRONG, span, Some("iss is empty, should be the AccessKey (an unset variable?)".into()));
        }
        Some(iss) if iss.contains("://") || iss.contains('@') || iss.contains(char::is_whitespace) || iss.contains(['<', '{', '$']) => {
            evidence.read(r::JWT_ISS_WRONG, span, Some("iss has blanks or signs that no AccessKey has, should be the AccessKey".into()));
        }
        Some(_) => {}
    }
    for name in ["exp", "nbf"] {
        if claims.get(name).is_none() {
            evidence.read(r::JWT_CLAIMS_MISSING, span, Some(format!("{name} is missing; the vendor's sample sets it")));
        } else if seconds(claims.get(name)).is_none() {
            evidence.read(r::JWT_CLAIMS_MISSING, span, Some(format!("{name} is no whole number of seconds")));
        }
    }
}

fn seconds(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second does not matter; out of range saturates")]
    let whole = |number: f64| number as i64;
    value.as_i64().or_else(|| value.as_f64().map(whole))
}

fn window(evidence: &mut Evidence<'_>, claims: &Map<String, Value>, span: Span, now: i64, clock: &str) {
    let (exp, nbf) = (seconds(claims.get("exp")), seconds(claims.get("nbf")));
    for (name, value) in [("exp", exp), ("nbf", nbf)] {
        if let Some(value) = value.filter(|value| *value > MILLISECONDS) {
            evidence.read(
                r::JWT_MILLISECONDS,
                span,
                Some(format!("{name} is {value}, milliseconds; should be {} (seconds)", value / 1_000)),
            );
        }
    }
    if let Some(exp) = exp.filter(|exp| *exp <= now) {
        evidence.read(r::JWT_EXPIRED, span, Some(format!("exp is {}, {} before {clock} ({})", utc(exp), length(now - exp), utc(now))));
    }
    if let Some(nbf) = nbf.filter(|nbf| *nbf > now && *nbf <= MILLISECONDS) {
        evidence.read(
            r::JWT_NOT_YET_VALID,
            span,
            Some(format!("nbf is {}, {} after {clock} ({}): the clock that signed runs ahead", utc(nbf), length(nbf - now), utc(now))),
        );
    }
    let start = nbf.or_else(|| seconds(claims.get("iat")));
    if let (Some(exp), Some(start)) = (exp.filter(|exp| *exp <= MILLISECONDS), start)
        && exp - start > LONG
    {
        evidence.read(
            r::JWT_LONG_LIVED,
            span,
            Some(format!("the token lives {}; the vendor's sample is 30 min, no maximum is documented", length(exp - start))),
        );
    }
}
