//! What the service would make of one request: its errors and its price, without corrections and proposals.
//!
//! The quick look of a server that judges every request it gets; people ask for a [`Verdict`](super::Verdict).

use crate::knowledge::Knowledge;

use super::plain::{self, Plain};
use super::{Cost, Finding, InputError, Parts, Severity, Validator, case, cost};

/// The errors of a request and the price of what would be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Id of the endpoint, if the path has one.
    pub endpoint: Option<String>,
    /// The model that applies: of the path, of the body, or the default.
    pub model: Option<String>,
    /// Findings of severity error, worst first.
    pub errors: Vec<Finding>,
    /// The price; none where no price or length is known.
    pub cost: Option<Cost>,
}

impl Validator {
    /// Judges a request that is given in parts, on the newest day that is known.
    ///
    /// # Errors
    /// The body is no JSON that can be read.
    pub fn judge(&self, knowledge: &Knowledge, parts: &Parts) -> Result<Judged, InputError> {
        let plain = Plain {
            method: parts.method.clone().unwrap_or_default(),
            url: parts.endpoint.clone().unwrap_or_default(),
            headers: parts.headers.clone(),
            body: parts.body.as_deref().map(plain::json).transpose()?,
            unread: false,
            spans: super::place::Spans::default(),
        };
        let seen = self.look(knowledge, &plain, &knowledge.as_of, false);
        let case = self.case(knowledge, &plain, &knowledge.as_of, &seen);
        let of_body = || plain.body.as_ref().and_then(|body| body.get("model_name")).and_then(case::text).map(str::to_owned);
        Ok(Judged {
            endpoint: seen.endpoint.map(|row| row.id.clone()),
            model: case.as_ref().and_then(|case| case.model.map(str::to_owned)).or_else(|| seen.model.clone()).or_else(of_body),
            cost: case.as_ref().and_then(cost::cost),
            errors: seen.findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(path: &str, body: &str) -> Judged {
        let knowledge = Knowledge::load().unwrap();
        let parts = Parts { method: Some("POST".into()), endpoint: Some(path.into()), body: Some(body.into()), ..Parts::default() };
        Validator::new().unwrap().judge(&knowledge, &parts).unwrap()
    }

    #[test]
    fn a_good_request_has_a_price_and_no_error() {
        let good = judged("/text-to-video/kling-3.0", r#"{"prompt":"a fox","settings":{"duration":5,"multi_shot":false}}"#);
        assert_eq!((good.endpoint.as_deref(), good.model.as_deref()), (Some("new.t2v.3.0"), Some("kling-3.0")));
        assert!(good.errors.is_empty() && good.cost.is_some(), "{good:?}");
    }

    #[test]
    fn a_wrong_value_is_an_error_at_its_place() {
        let bad = judged("/text-to-video/kling-3.0", r#"{"prompt":"a fox","settings":{"resolution":"9000p"}}"#);
        assert_eq!(bad.errors.first().unwrap().pointer, "/settings/resolution");
    }

    #[test]
    fn an_empty_object_is_a_request_too() {
        assert!(!judged("/text-to-video/kling-3.0", "{}").errors.is_empty());
    }
}
