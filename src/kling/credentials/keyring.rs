//! The keyring of the operating system: entries `api_key`, `access_key` and `secret_key` of the service `klingai-mcp`.
//!
//! It blocks while the keyring is asked, so call it outside the runtime. A machine without a keyring has no entries; a keyring
//! that refuses is an error, because what it holds might have been another account.

use ::keyring::{Entry, Error};
use secrecy::SecretString;

use super::{CredentialError, Values};

const SERVICE: &str = "klingai-mcp";

pub(super) fn read() -> Result<Values, CredentialError> {
    Ok(Values { api: value("api_key")?, access: value("access_key")?, secret: value("secret_key")? })
}

fn value(name: &str) -> Result<Option<SecretString>, CredentialError> {
    let Ok(entry) = Entry::new(SERVICE, name) else { return Ok(None) };
    match entry.get_password() {
        Ok(text) => Ok(Some(SecretString::from(text))),
        Err(Error::NoEntry | Error::NoDefaultStore) => Ok(None),
        Err(Error::NoStorageAccess(_)) => Err(CredentialError::Keyring("access was denied".to_owned())),
        Err(_) => Err(CredentialError::Keyring("it answered with an error".to_owned())),
    }
}
