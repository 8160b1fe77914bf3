//! Queries, lists, packs and ledgers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::account::{DAY, Entry, Pack};
use super::answer::Answer;
use super::handle::Call;
use super::state::State;
use super::task::{Task, units};
use crate::knowledge::Endpoint;
use crate::knowledge::sandbox::Product;

/// Ids that one query may name.
const MOST_IDS: usize = 20;
/// Rows of a page: the usual number for `/v1`, for a cursor, and the most.
const USUAL_PAGE: usize = 30;
const USUAL_LIMIT: usize = 100;
const MOST_ROWS: usize = 500;

impl Call<'_> {
    /// One task by its id or external id, of the product in the path.
    pub(super) fn query_one(&self, endpoint: &Endpoint) -> Answer {
        let id = percent_decoded(self.request.path.rsplit('/').next().unwrap_or_default());
        let product = endpoint.id.trim_end_matches(".get");
        let state = self.shared.state();
        let found = state.by_id(&id).or_else(|| state.by_external(&id)).filter(|task| task.endpoint == product);
        match found {
            Some(task) => Answer::accepted(self.world(), &self.request_id, &task.legacy_shape(self.now, self.site())),
            None => self.refused("task_unknown", &[&id.chars().take(100).collect::<String>()]),
        }
    }

    /// Tasks by their ids; what is not found is left out.
    pub(super) fn query_some(&self, endpoint: &Endpoint) -> Answer {
        let ids = |name: &str| -> Vec<String> {
            let values = self.request.query.iter().filter(|(key, _)| key == name);
            values.flat_map(|(_, value)| value.split(',').map(|id| id.trim().to_owned())).filter(|id| !id.is_empty()).collect()
        };
        let (by_id, by_external) = (ids("task_ids"), ids("external_task_ids"));
        match by_id.len() + by_external.len() {
            0 => return self.refused("no_ids", &[]),
            count if count > MOST_IDS => return self.refused("too_many_ids", &[]),
            _ => {}
        }
        let state = self.shared.state();
        let found = by_id.iter().filter_map(|id| state.by_id(id)).chain(by_external.iter().filter_map(|id| state.by_external(id)));
        let shown: Vec<Value> = found.filter(|task| served(endpoint, task)).map(|task| task.new_shape(self.now, self.site())).collect();
        Answer::accepted(self.world(), &self.request_id, &json!(shown))
    }

    /// A page of `/v1`, newest first.
    pub(super) fn list_page(&self, endpoint: &Endpoint) -> Answer {
        if let Err(refusal) = self.judged(endpoint) {
            return *refusal;
        }
        let number = |name: &str, usual: usize| self.request.query_value(name).and_then(|value| value.parse().ok()).unwrap_or(usual);
        let (page, size) = (number("pageNum", 1).max(1), number("pageSize", USUAL_PAGE).clamp(1, MOST_ROWS));
        let product = endpoint.id.trim_end_matches(".list");
        let state = self.shared.state();
        let tasks = state.newest().filter(|task| task.endpoint == product).skip((page - 1).saturating_mul(size)).take(size);
        let shown: Vec<Value> = tasks.map(|task| task.legacy_shape(self.now, self.site())).collect();
        Answer::accepted(self.world(), &self.request_id, &json!(shown))
    }

    /// A stretch of tasks with a cursor, newest first.
    pub(super) fn list_stretch(&self, endpoint: &Endpoint) -> Answer {
        let body = match self.judged(endpoint) {
            Ok((_, body)) => body,
            Err(refusal) => return *refusal,
        };
        let Ok(cursor) = cursor(&body) else { return self.refused("parameter", &[]) };
        let state = self.shared.state();
        let (from, until) = window(&body, self.now);
        let open = cursor.is_some();
        let fits =
            |task: &&Task| served(endpoint, task) && (open || (from..=until).contains(&task.created)) && wanted(&body, task, self.now);
        let limit = limit(&body, USUAL_LIMIT);
        let mut found: Vec<&Task> = state.before(cursor.unwrap_or(u64::MAX)).filter(fits).take(limit + 1).collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|task| URL_SAFE_NO_PAD.encode(task.seq.to_string()));
        let shown: Vec<Value> = found.iter().map(|task| task.new_shape(self.now, self.site())).collect();
        let data = json!({"count": shown.len(), "result": shown, "next_cursor": next.unwrap_or_default(), "has_more": more});
        Answer::accepted(self.world(), &self.request_id, &data)
    }

    /// Packs and what is left in them, as it was some hours ago.
    pub(super) fn costs(&self, endpoint: &Endpoint) -> Answer {
        if let Err(refusal) = self.judged(endpoint) {
            return *refusal;
        }
        let name = self.request.query_value("resource_pack_name");
        let mut state = self.shared.state();
        state.account.settle(self.now);
        let seen = self.now - self.world().table.costs_lag_h * (DAY / 24);
        let packs = state.account.packs().filter(|(_, pack)| name.is_none_or(|name| name == pack.name));
        let rows: Vec<Value> = packs.map(|(product, pack)| pack_row(pack, state.account.taken_by(product, seen), self.now)).collect();
        let mut data = json!({"code": 0, "msg": "success"});
        if let (Some(members), false) = (data.as_object_mut(), rows.is_empty()) {
            members.insert("resource_pack_subscribe_infos".into(), json!(rows));
        }
        Answer::accepted(self.world(), &self.request_id, &data)
    }

    /// What ended tasks took from packs; the ledger of money is empty, because a sandbox has none.
    pub(super) fn ledger(&self, endpoint: &Endpoint) -> Answer {
        let body = match self.judged(endpoint) {
            Ok((_, body)) => body,
            Err(refusal) => return *refusal,
        };
        let Ok(cursor) = cursor(&body) else { return self.refused("parameter", &[]) };
        let mut state = self.shared.state();
        state.account.settle(self.now);
        let first = usize::try_from(cursor.unwrap_or(0)).unwrap_or(usize::MAX);
        let (from, until) = window(&body, self.now);
        let package = endpoint.path.ends_with("/package");
        let open = cursor.is_some();
        let fits = |(_, entry): &(usize, &Entry)| package && (open || (from..=until).contains(&entry.time));
        let limit = limit(&body, MOST_ROWS);
        let mut found: Vec<(usize, &Entry)> = state.account.ledger.iter().enumerate().skip(first).filter(fits).take(limit + 1).collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(at, _)| URL_SAFE_NO_PAD.encode((at + 1).to_string()));
        let rows: Vec<Value> = found.iter().map(|(_, entry)| ledger_row(entry, &state)).collect();
        let data = json!({"count": rows.len(), "result": rows, "next_cursor": next.unwrap_or_default(), "has_more": more});
        Answer::accepted(self.world(), &self.request_id, &data)
    }
}

/// `/solutions` serves its own tasks, `/tasks` all others.
fn served(endpoint: &Endpoint, task: &Task) -> bool {
    (endpoint.generation == "solutions") == (task.generation == "solutions")
}

/// Whether a task passes the filters of a list.
fn wanted(body: &Value, task: &Task, now: i64) -> bool {
    let filters = body.get("filters").and_then(Value::as_array).into_iter().flatten();
    filters.into_iter().all(|filter| {
        let has = |word: &str| filter.get("values").and_then(Value::as_array).is_none_or(|values| values.iter().any(|value| value == word));
        match filter.get("key").and_then(Value::as_str) {
            Some("status") => has(task.state(now).word(false)),
            Some("product_type") => has(task.product.word()),
            _ => true,
        }
    })
}

/// From and until, in milliseconds; the last 30 days where nothing is said.
fn window(body: &Value, now: i64) -> (i64, i64) {
    let time = |name: &str| body.get(name).and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
    let until = time("end_time").unwrap_or(now);
    (time("start_time").unwrap_or(until - 30 * DAY), until)
}

fn limit(body: &Value, usual: usize) -> usize {
    let given = body.get("limit").and_then(Value::as_i64);
    given.map_or(usual, |given| usize::try_from(given).unwrap_or(1).clamp(1, MOST_ROWS))
}

/// The place where a list goes on; an error if it is none of ours.
fn cursor(body: &Value) -> Result<Option<u64>, ()> {
    let Some(cursor) = body.get("cursor").and_then(Value::as_str).filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| ())?;
    std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok()).map(Some).ok_or(())
}

fn pack_row(pack: &Pack, taken: i64, now: i64) -> Value {
    let left = (pack.total_milli - taken).max(0);
    let status = match () {
        () if now >= pack.until => "expired",
        () if left == 0 => "runOut",
        () => "online",
    };
    json!({
        "resource_pack_name": pack.name, "resource_pack_id": pack.id, "resource_pack_type": "decreasing_total",
        "total_quantity": number(pack.total_milli), "remaining_quantity": number(left),
        "purchase_time": pack.from, "effective_time": pack.from, "invalid_time": pack.until, "status": status,
    })
}

fn ledger_row(entry: &Entry, state: &State) -> Value {
    let pack = state.account.packs().find(|(product, _): &(Product, &Pack)| *product == entry.product).map(|(_, pack)| pack);
    json!({
        "task_id": entry.task, "product_type": entry.product.word(), "amount": units(entry.milli), "time": entry.time,
        "package_name": pack.map(|pack| pack.name.as_str()), "package_id": pack.map(|pack| pack.id.as_str()),
    })
}

/// Thousandths as a JSON number.
fn number(milli: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "units of a pack")]
    let units = milli as f64 / 1000.0;
    units
}

/// `%41` as `A`; what is no such code stays.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code =
            (*first == b'%').then(|| after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())).flatten();
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
