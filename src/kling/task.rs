//! A task of either generation in one form. Members that are not known are ignored; states that are not known are kept.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::answer::{id_of, number};
use super::scrub::Scrub;

/// Thousandths of one.
pub(super) const MILLI: i64 = 1_000;
/// Most outputs of one task that are read.
const MOST_OUTPUTS: usize = 256;

/// Where a task is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It waits.
    Submitted,
    /// It runs.
    Processing,
    /// It ended with a result.
    Succeeded,
    /// It ended without one.
    Failed,
    /// A word that is not known.
    Other(String),
}

impl Status {
    fn of(word: &str, scrub: &Scrub) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "submitted" => Self::Submitted,
            "processing" => Self::Processing,
            "succeed" | "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            other => Self::Other(scrub.clean(other)),
        }
    }

    /// Whether the task will not change any more.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// One result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// What it is, as the service says: `video`, `image`, `audio`, `element`, `voice`, `series_image` ...
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The address of the copy with a watermark.
    pub watermark_url: Option<String>,
    /// Length in seconds as the service writes it.
    pub duration: Option<String>,
    /// Further addresses by their member, such as `mp3_url`.
    pub more_urls: BTreeMap<String, String>,
}

/// What a task cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    /// `unit` or `cash`.
    pub kind: String,
    /// Thousandths of a unit, or of the currency.
    pub milli: i64,
    /// Currency of cash.
    pub currency: Option<String>,
}

/// A task as a query, a list or a create shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// The id that the caller gave it.
    pub external_id: Option<String>,
    /// Where it is.
    pub status: Status,
    /// Why it failed. Untrusted.
    #[serde(skip)]
    pub message: String,
    /// Its results.
    pub outputs: Vec<Output>,
    /// When it was created, in milliseconds since 1970.
    pub created_ms: Option<i64>,
    /// When it changed last, in milliseconds since 1970.
    pub updated_ms: Option<i64>,
    /// What it cost so far; empty when the answer says nothing about it.
    pub charges: Vec<Charge>,
}

impl Task {
    /// Reads a task; `None` when it has no id. The generation is told by the name of the id.
    pub(super) fn read(value: &Value, scrub: &Scrub) -> Option<Self> {
        let id = value.get("task_id").or_else(|| value.get("id")).and_then(|id| own(id, scrub))?;
        let text = |names: [&str; 2]| names.iter().find_map(|name| value.get(*name)?.as_str()).unwrap_or_default();
        let time = |names: [&str; 2]| names.iter().find_map(|name| value.get(*name).and_then(number));
        Some(Self {
            id,
            external_id: external_id(value, scrub),
            status: Status::of(text(["task_status", "status"]), scrub),
            message: scrub.clean(text(["task_status_msg", "message"])),
            outputs: outputs(value, scrub),
            created_ms: time(["created_at", "create_time"]),
            updated_ms: time(["updated_at", "update_time"]),
            charges: charges(value),
        })
    }

    /// Units that were taken, in thousandths; `None` when the answer says nothing about units.
    pub fn billed_milli_units(&self) -> Option<i64> {
        let units = self.charges.iter().filter(|charge| charge.kind == "unit").map(|charge| charge.milli);
        units.fold(None, |sum, milli| Some(sum.unwrap_or(0_i64).saturating_add(milli)))
    }
}

/// An id that holds none of our secrets.
fn own(value: &Value, scrub: &Scrub) -> Option<String> {
    scrub.passed(id_of(value)?)
}

fn external_id(value: &Value, scrub: &Scrub) -> Option<String> {
    let places = [value.get("external_id"), value.get("external_task_id"), value.pointer("/task_info/external_task_id")];
    places.into_iter().flatten().find_map(|id| own(id, scrub))
}

/// `outputs[]` names the kind of each; `task_result` has a list for each kind.
fn outputs(value: &Value, scrub: &Scrub) -> Vec<Output> {
    let new = value.get("outputs").and_then(Value::as_array).into_iter().flatten();
    let new = new.map(|item| (item.get("type").and_then(Value::as_str).unwrap_or("unknown"), item));
    let lists = value.get("task_result").and_then(Value::as_object).into_iter().flatten();
    let old = lists.flat_map(|(name, list)| {
        let kind = name.strip_suffix('s').unwrap_or(name);
        list.as_array().into_iter().flatten().map(move |item| (kind, item))
    });
    new.chain(old).take(MOST_OUTPUTS).map(|(kind, item)| output(kind, item, scrub)).collect()
}

fn output(kind: &str, item: &Value, scrub: &Scrub) -> Output {
    let mut urls: BTreeMap<String, String> = item
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.contains("url"))
        .filter_map(|(name, value)| Some((scrub.clean(name), scrub.passed(address(value.as_str()?)?)?)))
        .take(16)
        .collect();
    let length = ["duration", "mp3_duration", "wav_duration"].iter().find_map(|name| item.get(*name));
    Output {
        kind: scrub.clean(kind),
        id: ["id", "element_id", "voice_id", "group_id", "index"].iter().find_map(|name| item.get(*name).and_then(|id| own(id, scrub))),
        url: urls.remove("url"),
        watermark_url: urls.remove("watermark_url"),
        duration: length.and_then(|length| own(length, scrub)),
        more_urls: urls,
    }
}

/// An address as text; whether it may be fetched is judged when it is.
fn address(text: &str) -> Option<String> {
    let plain = text.len() <= 4096 && text.bytes().all(|byte| byte.is_ascii_graphic());
    (plain && text.starts_with("http")).then(|| text.to_owned())
}

fn charges(value: &Value) -> Vec<Charge> {
    let new = value.get("billing").and_then(Value::as_array).into_iter().flatten().take(64).filter_map(|row| {
        let word = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_ascii_lowercase).filter(|word| word.len() <= 16);
        Some(Charge {
            kind: word("charge_type")?,
            milli: milli(row.get("amount")?)?,
            currency: word("currency").map(|w| w.to_ascii_uppercase()),
        })
    });
    let units = value.get("final_unit_deduction").and_then(milli);
    let cash = value.pointer("/final_balance_deduction/quota").and_then(milli);
    let old = [("unit", units), ("cash", cash)];
    new.chain(old.into_iter().filter_map(|(kind, milli)| Some(Charge { kind: kind.to_owned(), milli: milli?, currency: None }))).collect()
}

/// Thousandths of a decimal number, written as number or text. More than three decimals are rounded up: a cost is never
/// told too low.
pub(super) fn milli(value: &Value) -> Option<i64> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) {
        return None;
    }
    let (kept, rest) = decimals.split_at_checked(3).unwrap_or((decimals, ""));
    let up = i64::from(rest.bytes().any(|digit| digit != b'0'));
    let thousandths: i64 = format!("{kept:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(MILLI)?.checked_add(thousandths)?.checked_add(up)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task(value: &Value) -> Task {
        Task::read(value, &Scrub::default()).unwrap()
    }

    #[test]
    fn both_generations_give_the_same_task() {
        let new = task(&json!({
            "id": "77", "external_id": "shot-1", "status": "succeeded", "message": "", "create_time": 1_000, "update_time": 2_000,
            "outputs": [{"type": "video", "id": "v", "url": "https://a/v.mp4", "watermark_url": "https://a/w.mp4", "duration": "5.1"}],
            "billing": [{"charge_type": "unit", "amount": "2.4"}], "unheard_of": {"x": [1]}
        }));
        let legacy = task(&json!({
            "task_id": "77", "task_info": {"external_task_id": "shot-1"}, "task_status": "succeed", "task_status_msg": "",
            "created_at": 1_000, "updated_at": 2_000, "final_unit_deduction": "2.4",
            "task_result": {"videos": [{"id": "v", "url": "https://a/v.mp4", "watermark_url": "https://a/w.mp4", "duration": "5.1"}]}
        }));
        assert_eq!(new, legacy);
        assert_eq!(new.billed_milli_units(), Some(2400));
        assert!(new.status.is_final());
    }

    #[test]
    fn an_unknown_state_is_kept_and_is_not_final() {
        let odd = task(&json!({"id": 5, "status": "Paused"}));
        assert_eq!((odd.id.as_str(), &odd.status, odd.billed_milli_units()), ("5", &Status::Other("paused".to_owned()), None));
        assert!(!odd.status.is_final());
    }

    #[test]
    fn sounds_and_series_keep_all_their_addresses() {
        let sound = task(
            &json!({"id": "1", "outputs": [{"type": "audio", "mp3_url": "https://a/1", "wav_url": "https://a/2", "mp3_duration": "3"}]}),
        );
        assert_eq!(sound.outputs[0].more_urls.len(), 2);
        assert_eq!(sound.outputs[0].duration.as_deref(), Some("3"));
        let shots =
            task(&json!({"task_id": "1", "task_result": {"images": [{"index": 0, "url_1": "https://a/1", "url_2": "https://a/2"}]}}));
        assert_eq!((shots.outputs[0].kind.as_str(), shots.outputs[0].more_urls.len()), ("image", 2));
    }

    #[test]
    fn amounts_are_thousandths_and_never_told_too_low() {
        for (text, expected) in [
            ("2.4", Some(2400)),
            ("0.05", Some(50)),
            ("3", Some(3000)),
            ("0.0005", Some(1)),
            ("1.2340", Some(1234)),
            ("-1", None),
            ("x", None),
            ("", None),
            (".5", None),
        ] {
            assert_eq!(milli(&json!(text)), expected, "{text}");
        }
        assert_eq!((milli(&json!(1.8)), milli(&json!(4)), milli(&json!("99999999999999999999"))), (Some(1800), Some(4000), None));
    }
}
