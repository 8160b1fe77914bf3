//! The address of a chart: the whole workload stands in it, so that any process can draw the same picture again.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::retry::form::Form;
use crate::retry::workload::InputError;

/// The address of the chart of the usual workload; others follow behind a question mark.
pub const CHART: &str = "kling://charts/retry";
/// Longer ones are not handed out: a trace does not fit.
const LONGEST: usize = 1_000;
/// All but letters, digits and a few marks.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The address under which the chart of a workload is found; none when the workload is too long for one.
pub fn chart_address(form: &Form) -> Option<String> {
    let Value::Object(members) = serde_json::to_value(form).ok()? else { return None };
    let pairs: Vec<String> = members.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(&word(value), ESCAPED))).collect();
    let address = if pairs.is_empty() { CHART.to_owned() } else { format!("{CHART}?{}", pairs.join("&")) };
    (address.len() <= LONGEST).then_some(address)
}

/// A value without brackets: numbers with `_` between them, an outage as `600:300`.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join("_"),
        Value::Object(outage) => ["start_s", "length_s"].map(|name| outage.get(name).map(word).unwrap_or_default()).join(":"),
        other => other.to_string(),
    }
}

/// The workload of an address; none when it is no address of a chart.
///
/// # Errors
/// Says which part of the address cannot be used.
pub fn chart_workload(address: &str) -> Option<Result<Form, InputError>> {
    let rest = address.strip_prefix(CHART)?;
    let query = if rest.is_empty() { "" } else { rest.strip_prefix('?')? };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let members: Map<String, Value> = pairs.map(|pair| member(pair.split_once('=').unwrap_or((pair, "")))).collect();
    Some(Form::read(&Value::Object(members)))
}

fn member((name, text): (&str, &str)) -> (String, Value) {
    let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
    let value = match name {
        "model" => Value::String(text),
        "arrivals_s" => Value::Array(text.split('_').map(number).collect()),
        "job_seconds" if text.contains('_') => Value::Array(text.split('_').map(number).collect()),
        "outages" => Value::Array(text.split('_').map(outage).collect()),
        _ => number(&text),
    };
    (name.to_owned(), value)
}

fn outage(text: &str) -> Value {
    let (start, length) = text.split_once(':').unwrap_or((text, ""));
    Value::Object([("start_s".to_owned(), number(start)), ("length_s".to_owned(), number(length))].into_iter().collect())
}

/// A number, else the text, which the form then refuses by name.
fn number(text: &str) -> Value {
    let trimmed = text.trim();
    serde_json::from_str::<serde_json::Number>(trimmed).map_or_else(|_| Value::String(trimmed.to_owned()), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::form::{Outage, Seconds};

    #[test]
    fn an_address_holds_the_whole_workload() {
        let form = Form {
            jobs: Some(86),
            slots: Some(5),
            job_seconds: Some(Seconds::Observed(vec![150.0, 170.5])),
            model: Some("a model & more".to_owned()),
            outages: vec![Outage { start_s: 600.0, length_s: 300.0 }],
            arrivals_s: vec![0.0, 2.5],
            ..Form::default()
        };
        let address = chart_address(&form).unwrap();
        assert!(address.starts_with("kling://charts/retry?") && !address.contains(' '), "{address}");
        assert_eq!(chart_workload(&address).unwrap().unwrap(), form);
        assert_eq!(chart_workload(CHART).unwrap().unwrap(), Form::default());
        assert_eq!(chart_address(&Form::default()).unwrap(), CHART);
    }

    #[test]
    fn another_address_is_none_and_a_wrong_one_names_its_part() {
        assert!(chart_workload("kling://charts/retryx").is_none() && chart_workload("kling://codes").is_none());
        for (query, name) in [("slots=five", "five"), ("workers=3", "workers"), ("outages=1", "length_s"), ("jobs", "jobs")] {
            let refused = chart_workload(&format!("{CHART}?{query}")).unwrap();
            assert!(refused.is_err(), "{query} {name}");
        }
        let long = Form { arrivals_s: (0..1_000).map(f64::from).collect(), ..Form::default() };
        assert!(chart_address(&long).is_none());
    }
}
