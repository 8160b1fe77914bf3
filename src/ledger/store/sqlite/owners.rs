//! Which openings of the ledger still run. Each holds a lock on a small file of its own; the system takes the lock back when
//! the process dies, however it dies, so a number that is used again or a stopped clock cannot mislead.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::folder::{private, said};
use crate::ledger::store::StoreError;

/// Looks at a lock that is held until the wait is given up: 500 of 10 ms.
const LOOKS: usize = 500;

/// One opening.
#[derive(Debug)]
pub(super) struct Owner {
    name: String,
    folder: PathBuf,
    /// Held, never read: the lock is what counts.
    _lock: File,
}

/// The right to open or clean the folder; one process at a time.
pub(super) struct Door(#[expect(dead_code, reason = "the lock ends when the file is closed")] File);

/// Waits for the right to open.
pub(super) fn door(folder: &Path) -> Result<Door, StoreError> {
    let path = folder.join("open.lock");
    super::folder::prepare_file(&path)?;
    let file = File::options().write(true).open(&path).map_err(|error| said(&error, &path))?;
    for _ in 0..LOOKS {
        match file.try_lock() {
            Ok(()) => return Ok(Door(file)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(error)) => return Err(said(&error, &path)),
        }
    }
    Err(StoreError::Locked)
}

impl Owner {
    /// Signs in under a fresh name and clears away the files of the dead. The door keeps both apart from other openings.
    pub(super) fn sign_in(folder: &Path, name: String, _door: &Door) -> Result<Self, StoreError> {
        sweep(folder)?;
        let path = place(folder, &name);
        let lock = private(File::options().write(true).create_new(true)).open(&path).map_err(|error| said(&error, &path))?;
        lock.try_lock().map_err(|error| StoreError::Io(format!("{}: {error}", path.display())))?;
        Ok(Self { name, folder: folder.to_owned(), _lock: lock })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the opening of this name still runs.
    pub(super) fn is_alive(&self, name: &str) -> Result<bool, StoreError> {
        if name == self.name {
            return Ok(true);
        }
        let path = place(&self.folder, name);
        match File::options().write(true).open(&path) {
            Ok(file) => is_held(&file).map_err(|error| said(&error, &path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(said(&error, &path)),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = fs::remove_file(place(&self.folder, &self.name));
    }
}

fn place(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.owner"))
}

fn is_held(file: &File) -> Result<bool, std::io::Error> {
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn sweep(folder: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(folder).map_err(|error| said(&error, folder))?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "owner")
            && let Ok(file) = File::options().write(true).open(&path)
            && is_held(&file).is_ok_and(|held| !held)
        {
            let _ = fs::remove_file(&path);
        }
    }
    Ok(())
}
