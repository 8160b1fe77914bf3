//! Rows as SQL.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, ToSql, named_params, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::owners::Owner;
use crate::ledger::chain::Event;
use crate::ledger::quote::QuoteRow;
use crate::ledger::store::{Rows, Select, StoreError, Transaction};
use crate::ledger::{Intent, Receipt, State, Units};

const INTENT: &str = "SELECT external_id, quote, principal, account, endpoint, digest, units, final_units, state, consent, drift, owner, \
     reserved_at, changed_at, task_id, http_status, service_code, request_id FROM intents";
const EVENT: &str = "SELECT seq, at, intent, kind, \"row\", hash FROM events";

pub(super) struct SqliteRows<'a> {
    pub(super) transaction: rusqlite::Transaction<'a>,
    pub(super) owner: &'a Owner,
}

impl SqliteRows<'_> {
    fn all<T>(&self, sql: &str, values: &[&dyn ToSql], read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, StoreError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map(values, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn one<T>(&self, sql: &str, values: &[&dyn ToSql], read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>, StoreError> {
        Ok(self.transaction.prepare_cached(sql)?.query_row(values, read).optional()?)
    }

    /// Runs a statement that must touch exactly one row.
    fn touch(&self, sql: &str, values: &[(&str, &dyn ToSql)]) -> Result<(), StoreError> {
        match self.transaction.prepare_cached(sql)?.execute(values)? {
            1 => Ok(()),
            count => Err(StoreError::Corrupt(format!("{count} rows where one was expected"))),
        }
    }
}

impl Rows for SqliteRows<'_> {
    fn quote(&mut self, id: &str) -> Result<Option<QuoteRow>, StoreError> {
        let sql = "SELECT id, principal, account, endpoint, digest, units, made, expires, intent FROM quotes WHERE id = ?";
        self.one(sql, &[&id], quote)
    }

    fn put_quote(&mut self, quote: &QuoteRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO quotes (id, principal, account, endpoint, digest, units, made, expires, intent)
                   VALUES (:id, :principal, :account, :endpoint, :digest, :units, :made, :expires, :intent)";
        self.touch(
            sql,
            named_params! {
                ":id": quote.id, ":principal": quote.principal, ":account": quote.account, ":endpoint": quote.endpoint,
                ":digest": quote.digest, ":units": quote.units.milli(), ":made": quote.made, ":expires": quote.expires,
                ":intent": quote.intent,
            },
        )
    }

    fn consume(&mut self, quote: &str, intent: &str) -> Result<(), StoreError> {
        self.touch("UPDATE quotes SET intent = :intent WHERE id = :id", named_params! { ":id": quote, ":intent": intent })
    }

    fn prune(&mut self, before: i64) -> Result<(), StoreError> {
        self.transaction.prepare_cached("DELETE FROM quotes WHERE intent IS NULL AND expires < ?")?.execute([before])?;
        Ok(())
    }

    fn intent(&mut self, external_id: &str) -> Result<Option<Intent>, StoreError> {
        self.one(&format!("{INTENT} WHERE external_id = ?"), &[&external_id], intent)
    }

    fn put_intent(&mut self, new: &Intent) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO intents (external_id, quote, principal, account, endpoint, digest, units, final_units, state, consent, drift,
                     owner, reserved_at, changed_at, task_id, http_status, service_code, request_id)
                   VALUES (:external_id, :quote, :principal, :account, :endpoint, :digest, :units, :final_units, :state, :consent, :drift,
                     :owner, :reserved_at, :changed_at, :task_id, :http_status, :service_code, :request_id)";
        self.touch(
            sql,
            named_params! {
                ":external_id": new.external_id, ":quote": new.quote, ":principal": new.principal, ":account": new.account,
                ":endpoint": new.endpoint, ":digest": new.digest, ":units": new.units.milli(),
                ":final_units": new.final_units.map(Units::milli), ":state": new.state.name(), ":consent": word(&new.consent)?,
                ":drift": word(&new.drift)?, ":owner": new.owner, ":reserved_at": new.reserved_at, ":changed_at": new.changed_at,
                ":task_id": new.task_id, ":http_status": new.receipt.http_status, ":service_code": new.receipt.service_code,
                ":request_id": new.receipt.request_id,
            },
        )
    }

    fn change(&mut self, new: &Intent) -> Result<(), StoreError> {
        let sql = "UPDATE intents SET final_units = :final_units, state = :state, drift = :drift, changed_at = :changed_at,
                     task_id = :task_id, http_status = :http_status, service_code = :service_code, request_id = :request_id
                   WHERE external_id = :external_id";
        self.touch(
            sql,
            named_params! {
                ":external_id": new.external_id, ":final_units": new.final_units.map(Units::milli), ":state": new.state.name(),
                ":drift": word(&new.drift)?, ":changed_at": new.changed_at, ":task_id": new.task_id,
                ":http_status": new.receipt.http_status, ":service_code": new.receipt.service_code, ":request_id": new.receipt.request_id,
            },
        )
    }

    fn intents(&mut self, which: Select<'_>) -> Result<Vec<Intent>, StoreError> {
        let find = |rest: &str, values: &[&dyn ToSql]| self.all(&format!("{INTENT} {rest}"), values, intent);
        match which {
            Select::Since(since) => find("WHERE reserved_at >= ? ORDER BY rowid", &[&since]),
            Select::Account { account, since } => find("WHERE account = ? AND reserved_at >= ? ORDER BY rowid", &[&account, &since]),
            Select::Same { principal, account, endpoint, digest, since } => find(
                "WHERE digest = ? AND reserved_at >= ? AND principal = ? AND account = ? AND endpoint = ? ORDER BY rowid",
                &[&digest, &since, &principal, &account, &endpoint],
            ),
            Select::Unfinished => find("WHERE state NOT IN ('rejected', 'rejected_by_reconcile', 'settled') ORDER BY rowid", &[]),
            Select::Drifting => find("WHERE drift = 'open' ORDER BY rowid", &[]),
            Select::Recent(most) => find("ORDER BY rowid DESC LIMIT ?", &[&i64::try_from(most).unwrap_or(i64::MAX)]),
        }
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        let count: i64 = self.transaction.query_row("SELECT count(*) FROM intents", params![], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn last_event(&mut self) -> Result<Option<Event>, StoreError> {
        self.one(&format!("{EVENT} ORDER BY seq DESC LIMIT 1"), &[], event)
    }

    fn append(&mut self, event: &Event) -> Result<(), StoreError> {
        let sql = "INSERT INTO events (seq, at, intent, kind, \"row\", hash) VALUES (:seq, :at, :intent, :kind, :row, :hash)";
        self.touch(
            sql,
            named_params! {
                ":seq": signed(event.seq), ":at": event.at, ":intent": event.intent, ":kind": event.kind, ":row": event.row,
                ":hash": event.hash,
            },
        )
    }

    fn events(&mut self, after: u64, most: usize) -> Result<Vec<Event>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.all(&format!("{EVENT} WHERE seq > ? ORDER BY seq LIMIT ?"), &[&signed(after), &most], event)
    }

    fn is_alive(&mut self, owner: &str) -> Result<bool, StoreError> {
        self.owner.is_alive(owner)
    }
}

impl Transaction for SqliteRows<'_> {
    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }
}

fn quote(row: &Row<'_>) -> rusqlite::Result<QuoteRow> {
    Ok(QuoteRow {
        id: row.get(0)?,
        principal: row.get(1)?,
        account: row.get(2)?,
        endpoint: row.get(3)?,
        digest: row.get(4)?,
        units: units(row, 5)?,
        made: row.get(6)?,
        expires: row.get(7)?,
        intent: row.get(8)?,
    })
}

fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    Ok(Intent {
        external_id: row.get(0)?,
        quote: row.get(1)?,
        principal: row.get(2)?,
        account: row.get(3)?,
        endpoint: row.get(4)?,
        digest: row.get(5)?,
        units: units(row, 6)?,
        final_units: if row.get::<_, Option<i64>>(7)?.is_some() { Some(units(row, 7)?) } else { None },
        state: State::named(&row.get::<_, String>(8)?).ok_or_else(|| unreadable(8))?,
        consent: meaning(row, 9)?,
        drift: meaning(row, 10)?,
        owner: row.get(11)?,
        reserved_at: row.get(12)?,
        changed_at: row.get(13)?,
        task_id: row.get(14)?,
        receipt: Receipt { http_status: row.get(15)?, service_code: row.get(16)?, request_id: row.get(17)? },
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let seq: i64 = row.get(0)?;
    Ok(Event {
        seq: u64::try_from(seq).map_err(|_| unreadable(0))?,
        at: row.get(1)?,
        intent: row.get(2)?,
        kind: row.get(3)?,
        row: row.get(4)?,
        hash: row.get(5)?,
    })
}

fn units(row: &Row<'_>, column: usize) -> rusqlite::Result<Units> {
    Units::from_milli(row.get(column)?).ok_or_else(|| unreadable(column))
}

/// A unit variant as its word.
fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::Corrupt("a value without a word".to_owned())),
    }
}

/// A word as its unit variant.
fn meaning<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let word: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(word)).map_err(|_| unreadable(column))
}

fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, "a value that this version does not know".into())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
