//! The ledger of one user: an SQLite file that all processes of the user share.

mod folder;
mod owners;
mod rows;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use self::owners::Owner;
use super::{Store, StoreError, Transaction};

/// Form of the file that this version writes.
const FORM: i64 = 1;
/// How long a process waits for another.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pages (4 KiB each) up to which the file is looked through at every opening.
const SMALL: i64 = 4096;

/// The file.
pub(in crate::ledger) struct Sqlite {
    // Declared first, so that it is closed before the owner signs out.
    connection: Connection,
    owner: Owner,
}

impl Sqlite {
    /// Opens `ledger.db` in a folder; makes both if they are missing. `name` is the fresh name of this opening.
    pub(in crate::ledger) fn open(path: &Path, name: String) -> Result<Self, StoreError> {
        let folder = folder::prepare(path, &name)?;
        let door = owners::door(&folder)?;
        let file = folder.join("ledger.db");
        folder::prepare_file(&file)?;
        for beside in ["ledger.db-wal", "ledger.db-shm"] {
            folder::look_at(&folder.join(beside))?;
        }
        let owner = Owner::sign_in(&folder, name, &door)?;
        let mut connection = connect(&file)?;
        found_form(&connection)?;
        durable(&connection)?;
        found(&mut connection)?;
        Ok(Self { connection, owner })
    }
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// A commit returns when the bytes are on the disk.
fn durable(connection: &Connection) -> Result<(), StoreError> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Io(format!("the journal mode is {mode} and cannot be changed to wal")));
    }
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(())
}

/// The form of the file; `None` when it is empty.
fn found_form(connection: &Connection) -> Result<Option<i64>, StoreError> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(None);
    }
    let form = connection.query_row("SELECT version FROM form", [], |row| row.get(0));
    match form.map_err(StoreError::from) {
        Ok(found) if found > FORM => Err(StoreError::Newer { found, known: FORM }),
        Ok(found) => Ok(Some(found)),
        Err(StoreError::Locked) => Err(StoreError::Locked),
        Err(_) => Err(StoreError::Corrupt("the file is no ledger".to_owned())),
    }
}

/// Makes the tables of an empty file.
fn found(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if found_form(&transaction)?.is_none() {
        transaction.execute_batch(include_str!("schema.sql"))?;
    }
    Ok(transaction.commit()?)
}

impl Store for Sqlite {
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Box::new(rows::SqliteRows { transaction, owner: &self.owner }))
    }

    fn owner(&self) -> &str {
        self.owner.name()
    }

    fn check(&mut self, thorough: bool) -> Result<(), StoreError> {
        let pages: i64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        if !thorough && pages > SMALL {
            return Ok(());
        }
        let found: String = self.connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Corrupt(found)) }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly(text),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {
                Self::Corrupt(text)
            }
            Some(_) => Self::Io(text),
            // A row that does not read as what it should be.
            None => Self::Corrupt(text),
        }
    }
}
