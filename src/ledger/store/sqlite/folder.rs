//! The folder of the ledger: made with narrow rights, or refused.
//!
//! Once the folder is the user's own and closed to others, nobody else can change what lies in it between a look and a use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::ledger::store::StoreError;

/// File systems across a network, whose locks or whose writes cannot be relied on.
const REMOTE: &[&str] = &["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs"];

/// Makes the folder if it is missing, and gives its real path when it is safe to keep money in. `name` is a fresh name.
pub(super) fn prepare(folder: &Path, name: &str) -> Result<PathBuf, StoreError> {
    make(folder).map_err(|error| said(&error, folder))?;
    let seen = fs::symlink_metadata(folder).map_err(|error| said(&error, folder))?;
    if seen.is_symlink() || !seen.is_dir() {
        return Err(StoreError::Unsafe(format!("{} is a link or no folder", folder.display())));
    }
    let real = folder.canonicalize().map_err(|error| said(&error, folder))?;
    if let Some(kind) = fs::read_to_string("/proc/self/mountinfo").ok().and_then(|mounts| remote(&mounts, &real)) {
        return Err(StoreError::Unsafe(format!("{} lies on a network file system ({kind})", real.display())));
    }
    narrow(&real)?;
    mine(&real, name)?;
    Ok(real)
}

/// Makes the file with narrow rights if it is missing; refuses links and what others can read.
pub(super) fn prepare_file(file: &Path) -> Result<(), StoreError> {
    match private(fs::OpenOptions::new().write(true).create_new(true)).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => look_at(file),
        Err(error) => Err(said(&error, file)),
    }
}

/// Refuses a link, a file that others can read, and one of somebody else. A missing file is none of these.
pub(super) fn look_at(file: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(file) {
        Ok(seen) if seen.is_file() => {
            narrow(file)?;
            same_owner(file)
        }
        Ok(_) => Err(StoreError::Unsafe(format!("{} is a link or no file", file.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(said(&error, file)),
    }
}

/// What the system said, as a kind of trouble.
pub(super) fn said(error: &io::Error, path: &Path) -> StoreError {
    use io::ErrorKind::{AlreadyExists, NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => StoreError::Full,
        AlreadyExists | PermissionDenied | ReadOnlyFilesystem | NotADirectory => {
            StoreError::ReadOnly(format!("{}: {error}", path.display()))
        }
        _ => StoreError::Io(format!("{}: {error}", path.display())),
    }
}

/// The folders above get the usual rights, the last one only ours.
fn make(folder: &Path) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Ok(()) => {
            // The name must survive a power cut too; SQLite sees to the names inside. Some systems cannot do this for folders.
            let _ = folder.parent().map(|parent| fs::File::open(parent).and_then(|parent| parent.sync_all()));
            Ok(())
        }
        failed => failed,
    }
}

/// Options that make a file for its owner alone.
pub(super) fn private(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Refuses what others can read or write.
fn narrow(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::symlink_metadata(path).map_err(|error| said(&error, path))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(StoreError::Unsafe(format!("others may use {} (mode {mode:04o})", path.display())));
        }
    }
    Ok(())
}

/// Refuses a folder of somebody else, and one that cannot be written. A file made in it shows whose process this is.
fn mine(folder: &Path, name: &str) -> Result<(), StoreError> {
    let probe = folder.join(format!("{name}.probe"));
    private(fs::OpenOptions::new().write(true).create_new(true)).open(&probe).map_err(|error| said(&error, folder))?;
    let same = same_owner(&probe);
    let _ = fs::remove_file(&probe);
    same
}

/// Refuses a file that does not belong to the owner of its folder.
fn same_owner(file: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let owner = |path: &Path| fs::symlink_metadata(path).map(|seen| seen.uid()).map_err(|error| said(&error, path));
        let folder = file.parent().unwrap_or(file);
        if owner(file)? != owner(folder)? {
            return Err(StoreError::Unsafe(format!("{} belongs to another user", folder.display())));
        }
    }
    Ok(())
}

/// The file system of the deepest mount above a path, when it is a remote one. `mounts` has the form of `/proc/self/mountinfo`.
fn remote(mounts: &str, path: &Path) -> Option<String> {
    let mount = |line: &str| {
        let (left, right) = line.split_once(" - ")?;
        let place = PathBuf::from(left.split(' ').nth(4)?.replace("\\040", " "));
        path.starts_with(&place).then(|| (place.components().count(), right.split(' ').next().unwrap_or_default().to_owned()))
    };
    // Of several mounts on one place the last is on top.
    let (_, kind) = mounts.lines().filter_map(mount).max_by_key(|(depth, _)| *depth)?;
    REMOTE.contains(&kind.as_str()).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_decides() {
        let mounts = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / /home rw shared:1 - nfs4 host:/home rw\n31 30 8:2 / /home/a\\040b rw - xfs /dev/sdb rw\n";
        assert_eq!(remote(mounts, Path::new("/home/me/.local")).as_deref(), Some("nfs4"));
        assert_eq!(remote(mounts, Path::new("/home/a b/x")), None);
        assert_eq!(remote(mounts, Path::new("/homes")), None);
    }
}
