//! The sources in their order: a file that was named, the keyring, the environment. The first that holds a value decides.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{CredentialError, FileError, Found, Origin, Values, file, judge};
use crate::config;

/// What the sources are, so that a test or a caller may set them; [`Asked::environment`] is the usual way.
#[derive(Clone, Default)]
pub struct Asked {
    file: Option<PathBuf>,
    keyring: bool,
    values: Values,
}

impl Asked {
    /// What the variables of [`config`] say.
    pub fn environment() -> Self {
        let secret = |variable| config::read(variable).text().map(SecretString::from);
        let values = Values { api: secret(config::API_KEY), access: secret(config::ACCESS_KEY), secret: secret(config::SECRET_KEY) };
        let file = config::read(config::CREDENTIALS_FILE).text().map(|text| PathBuf::from(text.trim()));
        Self { file, keyring: true, values }
    }

    /// Only this file, and no environment.
    pub fn only_file(path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }

    /// The file that was named, if one was.
    pub fn file(&self) -> Option<&std::path::Path> {
        self.file.as_deref()
    }
}

/// Finds the credential to use.
///
/// # Errors
/// When a source that was named cannot be used, when it holds half a pair, or when no source holds a value. A file that was
/// named and fails is an error: another source could be another account.
pub fn load(asked: Asked) -> Result<Found, CredentialError> {
    if let Some(path) = &asked.file {
        return judge(file::read(path)?, Origin::File)?.ok_or(CredentialError::File(FileError::Empty));
    }
    if asked.keyring
        && let Some(found) = judge(keyring()?, Origin::Keyring)?
    {
        return Ok(found);
    }
    judge(asked.values, Origin::Environment)?.ok_or(CredentialError::Missing)
}

#[cfg(feature = "keyring")]
fn keyring() -> Result<Values, CredentialError> {
    super::keyring::read()
}

/// Built without the feature `keyring`: there is none to ask.
#[cfg(not(feature = "keyring"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
fn keyring() -> Result<Values, CredentialError> {
    Ok(Values::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_key(file: Option<PathBuf>) -> Asked {
        Asked { file, keyring: false, values: Values { api: Some(SecretString::from("key")), ..Values::default() } }
    }

    #[test]
    fn a_named_file_that_fails_is_not_passed_over() {
        let error = load(with_key(Some(PathBuf::from("/nowhere/credentials.toml")))).unwrap_err();
        assert_eq!(error, CredentialError::File(FileError::Missing));
        assert_eq!(load(with_key(None)).unwrap().origin, Origin::Environment);
    }

    #[test]
    fn no_credential_at_all_says_what_to_set() {
        let error = load(Asked::default()).unwrap_err();
        assert!(error.to_string().contains("KLING_API_KEY"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_without_values_is_an_error_and_not_a_pass() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, "api_key = \"${KLING_API_KEY}\"\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(load(with_key(Some(path))).unwrap_err(), CredentialError::File(FileError::Empty));
    }
}
