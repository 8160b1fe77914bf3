//! Resource packs of the account: what is left of them. The service updates the figures up to 12 hours late.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::answer::number;
use super::client::Client;
use super::facts::ACCEPTED;
use super::reads::{Read, ReadError};
use super::scrub::Scrub;
use super::task::milli;

/// Most packs that are read.
const MOST: usize = 200;

/// State of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PackStatus {
    /// It starts later.
    NotYet,
    /// It is in use.
    Online,
    /// Its time is over.
    Expired,
    /// It is used up.
    RunOut,
    /// A word that is not known.
    Other(String),
}

/// A pack of units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// Its name. Untrusted.
    #[serde(skip)]
    pub name: String,
    /// Its state.
    pub status: PackStatus,
    /// Thousandths of the units it began with.
    pub total_milli: Option<i64>,
    /// Thousandths of the units that are left, up to 12 hours late.
    pub remaining_milli: Option<i64>,
    /// When it ends, in milliseconds since 1970.
    pub ends_ms: Option<i64>,
}

impl<K> Client<K> {
    /// The packs of a window of time, in milliseconds since 1970. Free; the service asks for at most one call a second.
    ///
    /// # Errors
    /// When the service cannot be reached, refuses, or does not answer in its envelopes.
    pub async fn packs(&self, from_ms: i64, to_ms: i64, timeout: Duration) -> Result<Vec<Pack>, ReadError> {
        let window = vec![("start_time", from_ms.to_string()), ("end_time", to_ms.to_string())];
        let data = self.read(Read::get("/account/costs", window, timeout)).await?;
        inner(&data, &self.scrub())
    }
}

/// The inner envelope has `code` and `msg`; without a pack the list is missing.
fn inner(data: &Value, scrub: &Scrub) -> Result<Vec<Pack>, ReadError> {
    let code = data.get("code").and_then(number).unwrap_or(ACCEPTED);
    if code != ACCEPTED {
        let message = scrub.clean(data.get("msg").and_then(Value::as_str).unwrap_or_default());
        let evidence = super::Evidence { http_status: Some(200), service_code: Some(code), message, ..super::Evidence::default() };
        return Err(ReadError::Refused { evidence, retry: None });
    }
    let rows = data.get("resource_pack_subscribe_infos").and_then(Value::as_array).into_iter().flatten();
    Ok(rows.take(MOST).map(|row| pack(row, scrub)).collect())
}

fn pack(row: &Value, scrub: &Scrub) -> Pack {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    Pack {
        name: scrub.clean(text("resource_pack_name")),
        status: match text("status") {
            "toBeOnline" => PackStatus::NotYet,
            "online" => PackStatus::Online,
            "expired" => PackStatus::Expired,
            "runOut" => PackStatus::RunOut,
            other => PackStatus::Other(scrub.clean(other)),
        },
        total_milli: row.get("total_quantity").and_then(milli),
        remaining_milli: row.get("remaining_quantity").and_then(milli),
        ends_ms: row.get("invalid_time").and_then(number),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_inner_envelope_is_read_and_a_missing_list_is_no_pack() {
        let rows = json!({"code": 0, "msg": "success", "resource_pack_subscribe_infos": [
            {"resource_pack_name": "Trial", "total_quantity": 100.0, "remaining_quantity": 97.6, "status": "online", "invalid_time": 5}]});
        let packs = inner(&rows, &Scrub::default()).unwrap();
        assert_eq!((packs[0].total_milli, packs[0].remaining_milli, packs[0].ends_ms), (Some(100_000), Some(97_600), Some(5)));
        assert_eq!(inner(&json!({"code": 0, "msg": "success"}), &Scrub::default()).unwrap(), []);
        let refused = inner(&json!({"code": 7, "msg": "no"}), &Scrub::default()).unwrap_err();
        assert_eq!(refused.evidence().and_then(|told| told.service_code), Some(7));
    }
}
