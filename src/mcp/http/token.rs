//! The bearer token: made once, kept in a file of its owner, compared without telling how far it was right.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::TryRng as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// Fewest characters of a token that an operator made.
const SHORTEST: usize = 32;
/// Most bytes of a token file.
const LARGEST: u64 = 4096;

/// Why a token file cannot be used. No message holds a character of the token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It cannot be made, opened or read.
    #[error("the token file {path} cannot be used ({source}): check its folder, owner and mode")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Others may use it, it is a link, or it belongs to somebody else.
    #[error("the token file {0} must be a regular file of this user with mode 0600: run chmod 600 on it, and name no link")]
    Unsafe(String),
    /// Too short, too long, or not of visible characters.
    #[error("the token file {0} must hold one line of 32 to 4096 visible ASCII characters: try `openssl rand -base64 33`")]
    Form(String),
}

/// What clients must show. Only its digest is kept.
#[derive(Clone)]
pub struct Token {
    digest: [u8; 32],
    state_key: [u8; 32],
}

impl std::fmt::Debug for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Token(..)")
    }
}

impl Token {
    /// The token of a file that must exist.
    ///
    /// # Errors
    /// When others could use the file, or it holds no token.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let name = || path.display().to_string();
        let io = |source| TokenError::Io { path: name(), source };
        let file = open(path).map_err(io)?;
        if !private(&file).map_err(io)? {
            return Err(TokenError::Unsafe(name()));
        }
        let mut text = String::new();
        file.take(LARGEST + 1).read_to_string(&mut text).map_err(io)?;
        let text = SecretString::from(text);
        let token = text.expose_secret().trim();
        let fits = (SHORTEST..=4096).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self::of(token)) } else { Err(TokenError::Form(name())) }
    }

    /// The token of a file that is made, with 256 random bits and mode 0600, when it is missing.
    ///
    /// # Errors
    /// As [`Token::read`], and when the file cannot be made.
    pub fn read_or_make(path: &Path) -> Result<Self, TokenError> {
        if fs::symlink_metadata(path).is_err() {
            make(path).map_err(|source| TokenError::Io { path: path.display().to_string(), source })?;
        }
        Self::read(path)
    }

    fn of(token: &str) -> Self {
        let state = Sha256::new().chain_update(b"klingai-mcp request state\0").chain_update(token);
        Self { digest: Sha256::digest(token).into(), state_key: state.finalize().into() }
    }

    /// Key that seals questions to a person; processes that share the token can open each other's.
    pub(super) fn state_key(&self) -> &[u8; 32] {
        &self.state_key
    }

    /// Whether an `Authorization` header shows this token. Digests are compared, all of their bytes every time.
    pub(super) fn opens(&self, header: &[u8]) -> bool {
        let Some((scheme, given)) = header.split_at_checked(7) else { return false };
        let given: [u8; 32] = Sha256::digest(given.trim_ascii()).into();
        let differing = self.digest.iter().zip(given).fold(0, |found, (left, right)| found | (left ^ right));
        scheme.eq_ignore_ascii_case(b"bearer ") && std::hint::black_box(differing) == 0
    }
}

/// Writes a new file aside and links it into place, so that nobody reads half a token and the first of two makers wins.
fn make(path: &Path) -> io::Result<()> {
    let mut bytes = [0; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    make_folder(path.parent().unwrap_or(Path::new(".")))?;
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.write(true).create_new(true).open(&aside).and_then(|mut file| {
        writeln!(file, "{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs::hard_link(&aside, path));
    let _ = fs::remove_file(&aside);
    match placed {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        placed => placed,
    }
}

/// The folders above get the usual rights, the last one only ours.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Opens without following a link and without waiting for a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether only this user can read and write the file.
#[cfg(unix)]
fn private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let about = file.metadata()?;
    // The low six bits are the rights of group and others.
    Ok(about.is_file() && about.mode().trailing_zeros() >= 6 && about.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn private(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_token_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/http-token");
        let made = Token::read_or_make(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!((text.trim().len(), fs::metadata(&path).unwrap().permissions().mode() & 0o777), (43, 0o600));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        let again = Token::read_or_make(&path).unwrap();
        assert_eq!((made.digest, made.state_key), (again.digest, again.state_key));
        assert_ne!(made.digest, made.state_key);
        assert!(made.opens(format!("Bearer {}", text.trim()).as_bytes()) && made.opens(format!("bearer {}", text.trim()).as_bytes()));
        for wrong in ["", "Bearer", "Bearer ", text.trim(), "Basic x", &format!("Bearer {}x", text.trim())] {
            assert!(!made.opens(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn what_others_can_read_links_and_short_tokens_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        fs::write(&path, "a".repeat(40)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Token::read(&path), Err(TokenError::Unsafe(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(Token::read(&path).is_ok());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(Token::read(&link), Err(TokenError::Io { .. })));
        for text in ["short", &format!("{} {}", "a".repeat(30), "b".repeat(30))] {
            fs::write(&path, text).unwrap();
            assert!(matches!(Token::read(&path), Err(TokenError::Form(_))), "{text}");
        }
    }
}
