//! A credentials file: only its owner may read it, and it is opened once.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use secrecy::SecretString;
use serde::Deserialize;

use super::Values;

/// Most bytes of a credentials file.
const LARGEST: u64 = 16 * 1024;

/// Why a credentials file is refused. No message holds a word of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It does not exist.
    #[error("the credentials file does not exist: check the path in KLING_CREDENTIALS_FILE")]
    Missing,
    /// It cannot be opened or read.
    #[error("the credentials file cannot be read ({0}): check its owner and mode")]
    Unreadable(std::io::ErrorKind),
    /// It is a symbolic link.
    #[error("the credentials file is a symbolic link: name the file itself")]
    Link,
    /// It is a folder, a pipe or a device.
    #[error("the credentials file is no regular file")]
    NotAFile,
    /// Others may read or write it.
    #[error("the credentials file has mode {0:04o}, so others may use it: run chmod 600 on it")]
    Open(u32),
    /// It belongs to somebody else.
    #[error("the credentials file belongs to another user: copy it, so that it is yours")]
    Foreign,
    /// It is larger than any credentials file is.
    #[error("the credentials file is larger than 16 KiB: it is not one")]
    TooLarge,
    /// It is no TOML of the expected form; the place is a line number.
    #[error("the credentials file is no TOML with api_key, access_key or secret_key as text (line {0})")]
    Malformed(usize),
    /// It holds no value.
    #[error("the credentials file holds no value: add api_key, or access_key and secret_key")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of the file")]
struct Form {
    api_key: Option<SecretText>,
    access_key: Option<SecretText>,
    secret_key: Option<SecretText>,
}

/// Text that is secret from the moment it is parsed.
struct SecretText(SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(SecretString::from(text)))
    }
}

/// Reads the values of a file that only its owner may use.
pub(super) fn read(path: &Path) -> Result<Values, FileError> {
    let file = open(path)?;
    let about = file.metadata().map_err(|error| FileError::Unreadable(error.kind()))?;
    if !about.is_file() {
        return Err(FileError::NotAFile);
    }
    guard(&about)?;
    if about.len() > LARGEST {
        return Err(FileError::TooLarge);
    }
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).map_err(|error| FileError::Unreadable(error.kind()))?;
    let text = SecretString::from(text);
    parse(secrecy::ExposeSecret::expose_secret(&text))
}

fn parse(text: &str) -> Result<Values, FileError> {
    let form: Form = toml::from_str(text).map_err(|error| FileError::Malformed(line(text, &error)))?;
    let plain = |value: Option<SecretText>| value.map(|text| text.0);
    Ok(Values { api: plain(form.api_key), access: plain(form.access_key), secret: plain(form.secret_key) })
}

fn line(text: &str, error: &toml::de::Error) -> usize {
    let at = error.span().map_or(0, |span| span.start);
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Opens without following a link and without waiting for a pipe.
#[cfg(unix)]
fn open(path: &Path) -> Result<File, FileError> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits();
    std::fs::OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path).map_err(|error| {
        let link = std::fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
        match error.kind() {
            _ if link => FileError::Link,
            std::io::ErrorKind::NotFound => FileError::Missing,
            kind => FileError::Unreadable(kind),
        }
    })
}

/// Where the system has no modes, the file is as safe as its folder.
#[cfg(not(unix))]
fn open(path: &Path) -> Result<File, FileError> {
    match std::fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => return Err(FileError::Link),
        _ => {}
    }
    File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => FileError::Missing,
        kind => FileError::Unreadable(kind),
    })
}

#[cfg(unix)]
fn guard(about: &std::fs::Metadata) -> Result<(), FileError> {
    use std::os::unix::fs::MetadataExt as _;
    owned(about.uid(), about.mode() & 0o777, rustix::process::geteuid().as_raw())
}

#[cfg(unix)]
const fn owned(owner: u32, mode: u32, user: u32) -> Result<(), FileError> {
    if owner != user {
        return Err(FileError::Foreign);
    }
    if mode & 0o077 != 0 { Err(FileError::Open(mode)) } else { Ok(()) }
}

#[cfg(not(unix))]
const fn guard(_about: &std::fs::Metadata) -> Result<(), FileError> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    fn refused(text: &str, mode: u32) -> FileError {
        let (_folder, path) = file(text, mode);
        read(&path).err().unwrap()
    }

    #[test]
    fn a_file_that_only_its_owner_reads_is_read() {
        let (_folder, path) = file("api_key = \"k\"\naccess_key = \"a\"\n", 0o600);
        let values = read(&path).unwrap();
        assert!(values.api.is_some() && values.access.is_some() && values.secret.is_none());
    }

    #[test]
    fn a_file_that_others_may_use_is_refused() {
        for mode in [0o640, 0o604, 0o660, 0o777, 0o610] {
            assert_eq!(refused("api_key = \"k\"", mode), FileError::Open(mode));
        }
        assert!(FileError::Open(0o640).to_string().contains("mode 0640"));
    }

    #[test]
    fn a_file_of_somebody_else_is_refused() {
        assert_eq!(owned(1000, 0o600, 1001), Err(FileError::Foreign));
        assert_eq!(owned(0, 0o600, 1001), Err(FileError::Foreign));
        assert_eq!(owned(1001, 0o400, 1001), Ok(()));
    }

    #[test]
    fn links_folders_pipes_and_missing_files_are_refused() {
        let (folder, path) = file("api_key = \"k\"", 0o600);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read(&link).err(), Some(FileError::Link));
        assert_eq!(read(folder.path()).err(), Some(FileError::NotAFile));
        assert_eq!(read(&folder.path().join("none")).err(), Some(FileError::Missing));
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0).unwrap();
        assert_eq!(read(&pipe).err(), Some(FileError::NotAFile));
    }

    #[test]
    fn a_malformed_file_names_the_line_and_no_word_of_it() {
        for text in ["# keys\napi_key = canary-secret", "# keys\napi_kee = \"canary-secret\"", "# keys\napi_key = 5"] {
            let error = refused(text, 0o600);
            assert_eq!(error, FileError::Malformed(2), "{text}");
            assert!(!error.to_string().contains("canary"));
        }
        assert_eq!(refused(&"#".repeat(20_000), 0o600), FileError::TooLarge);
    }
}
