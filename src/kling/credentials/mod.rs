//! Credentials: where they come from, and what may be known about them.
//!
//! They are read from a file, the keyring (feature `keyring`) or the environment, never from arguments. Nothing here shows
//! one: `Debug` names the kind, and an account is told apart by a keyed hash.

mod file;
mod form;
#[cfg(feature = "keyring")]
mod keyring;
mod store;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

pub use file::FileError;
pub use form::form;
pub use store::{Asked, load};

/// What a call is signed with.
#[derive(Clone)]
pub enum Credential {
    /// A key of the console; serves both generations.
    ApiKey(SecretString),
    /// AccessKey and SecretKey; a token made of them serves the legacy generation only.
    Pair {
        /// Names the account.
        access: SecretString,
        /// Signs.
        secret: SecretString,
    },
}

impl Credential {
    /// An API key.
    pub fn api_key(key: &str) -> Self {
        Self::ApiKey(SecretString::from(key))
    }

    /// An AK/SK pair.
    pub fn pair(access: &str, secret: &str) -> Self {
        Self::Pair { access: SecretString::from(access), secret: SecretString::from(secret) }
    }

    /// Whether paths of the new generation take it.
    pub const fn serves_new(&self) -> bool {
        matches!(self, Self::ApiKey(_))
    }

    /// The account as 16 hexadecimal characters: HMAC-SHA256 over the key, or over the AccessKey of a pair, under the `salt` of
    /// this installation. The same account gives the same text, and the text does not give the key away.
    pub fn fingerprint(&self, salt: &[u8]) -> String {
        let (kind, key) = match self {
            Self::ApiKey(key) => ("api_key:", key),
            Self::Pair { access, .. } => ("access_key:", access),
        };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt) else { return String::new() };
        mac.update(kind.as_bytes());
        mac.update(key.expose_secret().as_bytes());
        mac.finalize().into_bytes().iter().take(8).fold(String::with_capacity(16), |text, byte| format!("{text}{byte:02x}"))
    }

    /// The texts that must never leave the process.
    pub(super) fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::ApiKey(key) => vec![key],
            Self::Pair { access, secret } => vec![access, secret],
        }
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::ApiKey(_) => "ApiKey(..)",
            Self::Pair { .. } => "Pair(..)",
        })
    }
}

/// Where a credential was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The file that `KLING_CREDENTIALS_FILE` names.
    File,
    /// The keyring of the operating system.
    Keyring,
    /// The environment.
    Environment,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::File => "the credentials file",
            Self::Keyring => "the keyring",
            Self::Environment => "the environment",
        })
    }
}

/// What to know about a credential that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// An API key and a pair are set; the API key is used.
    BothKinds,
    /// An API key is used, and half a pair stands beside it.
    StrayHalf,
    /// White space around a value was taken away.
    Trimmed,
}

impl std::fmt::Display for Note {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::BothKinds => "both kinds are set: the API key serves both generations and is used; the AK/SK pair is ignored",
            Self::StrayHalf => "half an AK/SK pair stands beside the API key and is ignored: remove it or complete it",
            Self::Trimmed => "white space around a value was removed before use: remove it at its source, other programs will send it",
        })
    }
}

/// A credential with its origin.
#[derive(Debug, Clone)]
pub struct Found {
    /// What to sign with.
    pub credential: Credential,
    /// Where it was found.
    pub origin: Origin,
    /// What to know about it.
    pub notes: Vec<Note>,
}

/// Why there is no credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// No source holds any.
    #[error("no credential is set: set KLING_API_KEY, or name a 0600 file with api_key in KLING_CREDENTIALS_FILE")]
    Missing,
    /// An AccessKey without a SecretKey.
    #[error("the access key in {0} has no secret key beside it: add the secret key, or use an API key")]
    NoSecretKey(Origin),
    /// A SecretKey without an AccessKey.
    #[error("the secret key in {0} has no access key beside it: add the access key, or use an API key")]
    NoAccessKey(Origin),
    /// A value that no header can carry.
    #[error(
        "the {0} holds characters that no header can carry (a line break, a blank or a letter outside ASCII): copy it again from the console"
    )]
    NotSendable(&'static str),
    /// The file that was named cannot be used; nothing else is tried.
    #[error(transparent)]
    File(#[from] FileError),
    /// The keyring cannot be asked; nothing else is tried.
    #[error("the keyring cannot be asked ({0}): unlock it, or use a file or the environment")]
    Keyring(String),
}

/// The three values as one source holds them.
#[derive(Clone, Default)]
pub(super) struct Values {
    pub(super) api: Option<SecretString>,
    pub(super) access: Option<SecretString>,
    pub(super) secret: Option<SecretString>,
}

/// The credential that one source holds; `None` when it holds no value at all.
pub(super) fn judge(values: Values, origin: Origin) -> Result<Option<Found>, CredentialError> {
    let mut notes = Vec::new();
    let api_key = sendable(values.api, "API key", &mut notes)?;
    let access = sendable(values.access, "access key", &mut notes)?;
    let secret = sendable(values.secret, "secret key", &mut notes)?;
    let credential = match (api_key, access, secret) {
        (None, None, None) => return Ok(None),
        (None, Some(_), None) => return Err(CredentialError::NoSecretKey(origin)),
        (None, None, Some(_)) => return Err(CredentialError::NoAccessKey(origin)),
        (None, Some(access), Some(secret)) => Credential::Pair { access, secret },
        (Some(key), access, secret) => {
            notes.extend(match (access, secret) {
                (None, None) => None,
                (Some(_), Some(_)) => Some(Note::BothKinds),
                _ => Some(Note::StrayHalf),
            });
            Credential::ApiKey(key)
        }
    };
    Ok(Some(Found { credential, origin, notes }))
}

/// The value without white space around it; blank values and `${...}` that nobody replaced count as unset.
fn sendable(value: Option<SecretString>, name: &'static str, notes: &mut Vec<Note>) -> Result<Option<SecretString>, CredentialError> {
    let Some(value) = value else { return Ok(None) };
    let plain = value.expose_secret();
    let text = plain.trim();
    if crate::config::is_unset(text) {
        return Ok(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CredentialError::NotSendable(name));
    }
    if text.len() != plain.len() && !notes.contains(&Note::Trimmed) {
        notes.push(Note::Trimmed);
    }
    Ok(Some(SecretString::from(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(rows: [&str; 3]) -> Values {
        let [api, access, secret] = rows.map(|text| (!text.is_empty()).then(|| SecretString::from(text)));
        Values { api, access, secret }
    }

    fn judged(rows: [&str; 3]) -> Result<Option<Found>, CredentialError> {
        judge(values(rows), Origin::Environment)
    }

    #[test]
    fn the_api_key_wins_over_a_pair_and_says_so() {
        let found = judged(["key", "ak", "sk"]).unwrap().unwrap();
        assert!(found.credential.serves_new());
        assert_eq!(found.notes, [Note::BothKinds]);
        assert_eq!(judged(["key", "ak", ""]).unwrap().unwrap().notes, [Note::StrayHalf]);
    }

    #[test]
    fn half_a_pair_says_which_half_is_missing() {
        assert_eq!(judged(["", "ak", ""]).unwrap_err(), CredentialError::NoSecretKey(Origin::Environment));
        assert_eq!(judged(["", "", "sk"]).unwrap_err(), CredentialError::NoAccessKey(Origin::Environment));
        assert!(!judged(["", "ak", "sk"]).unwrap().unwrap().credential.serves_new());
    }

    #[test]
    fn blank_and_unresolved_values_count_as_unset() {
        assert!(judged(["  ", "${KLING_ACCESS_KEY}", "$(cat sk)"]).unwrap().is_none());
    }

    #[test]
    fn white_space_around_a_value_is_removed_and_inside_it_refused() {
        let found = judged([" key\n", "", ""]).unwrap().unwrap();
        assert_eq!(found.notes, [Note::Trimmed]);
        let Credential::ApiKey(key) = &found.credential else { panic!("{found:?}") };
        assert_eq!(key.expose_secret(), "key");
        for bad in ["two words", "line\nbreak", "schlüssel", "nul\0"] {
            assert_eq!(judged([bad, "", ""]).unwrap_err(), CredentialError::NotSendable("API key"), "{bad:?}");
        }
    }

    #[test]
    fn a_fingerprint_depends_on_key_kind_and_salt_and_hides_the_key() {
        let of = |credential: Credential, salt: &[u8]| credential.fingerprint(salt);
        let one = of(Credential::api_key("canary-key"), b"salt");
        assert_eq!(one, of(Credential::api_key("canary-key"), b"salt"));
        assert_eq!(one.len(), 16);
        for other in [
            of(Credential::api_key("canary-kez"), b"salt"),
            of(Credential::api_key("canary-key"), b"other"),
            of(Credential::pair("canary-key", "s"), b"salt"),
        ] {
            assert_ne!(one, other);
        }
    }
}
