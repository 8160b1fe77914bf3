//! Where calls may go: the official hosts over `https`, an address that the operator set, or this machine.

use std::net::{IpAddr, SocketAddr};

use reqwest::Url;

use super::Facts;
use crate::media::{self, Reach};

/// Which addresses a name may resolve to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Only public ones: an official host.
    Public,
    /// Any: the operator named the host.
    Any,
    /// Only those of this machine.
    Loopback,
}

impl Rule {
    /// Whether a connection to this address is allowed.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => media::reach_of(address) == Reach::Public,
            Self::Any => true,
            Self::Loopback => address.is_loopback(),
        }
    }
}

/// An address of the API that may be called.
#[derive(Debug, Clone)]
pub struct Base {
    url: Url,
    rule: Rule,
}

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// It is no absolute address.
    #[error("KLING_BASE_URL is no address such as https://api-singapore.klingai.com")]
    NotAbsolute,
    /// Its scheme is refused.
    #[error("KLING_BASE_URL must be https; http is taken only for this machine, such as http://127.0.0.1:8080")]
    NotEncrypted,
    /// It carries a user, a query or a fragment.
    #[error("KLING_BASE_URL must be a plain address without user, query and fragment: keys go into KLING_API_KEY")]
    NotPlain,
    /// It is a site of Kling's that is no API.
    #[error("{0} is no host of the API: use https://api-singapore.klingai.com or https://api-beijing.klingai.com")]
    NotTheApi(String),
    /// It is not this machine.
    #[error("{0} is not an address of this machine")]
    NotLoopback(SocketAddr),
}

impl Base {
    /// The address that `KLING_BASE_URL` gives, or the Singapore host when it gives none.
    ///
    /// # Errors
    /// When the address is not absolute, not encrypted, not plain, or a web site of Kling's.
    pub fn of(given: Option<&str>, facts: &Facts) -> Result<Self, BaseError> {
        let fallback = format!("https://{}", facts.default_host());
        let url = Url::parse(given.unwrap_or(&fallback).trim()).map_err(|_| BaseError::NotAbsolute)?;
        let Some(host) = url.host_str().map(str::to_owned) else { return Err(BaseError::NotAbsolute) };
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        if !plain {
            return Err(BaseError::NotPlain);
        }
        let rule = rule(&url, &host, facts)?;
        Ok(Self { url, rule })
    }

    /// This machine, over plain HTTP.
    ///
    /// # Errors
    /// When the address is not of this machine.
    pub fn loopback(address: SocketAddr) -> Result<Self, BaseError> {
        let url = Url::parse(&format!("http://{address}")).map_err(|_| BaseError::NotAbsolute)?;
        if address.ip().is_loopback() { Ok(Self { url, rule: Rule::Loopback }) } else { Err(BaseError::NotLoopback(address)) }
    }

    /// The same call on another official host.
    pub(super) fn official(host: &str) -> Option<Self> {
        Url::parse(&format!("https://{host}")).ok().map(|url| Self { url, rule: Rule::Public })
    }

    /// The address of a path below this one; `None` when the path could leave it.
    pub(super) fn join(&self, path: &str) -> Option<Url> {
        let plain = path.starts_with('/') && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b));
        if !plain || path.contains("//") || path.split('/').any(|part| part == "." || part == "..") {
            return None;
        }
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        Some(url)
    }

    /// The host, as it is written.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, given or conventional.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// Whether calls are encrypted.
    pub fn encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(super) const fn rule(&self) -> Rule {
        self.rule
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

fn rule(url: &Url, host: &str, facts: &Facts) -> Result<Rule, BaseError> {
    match url.scheme() {
        "https" if facts.is_api_host(host) => Ok(Rule::Public),
        "https" if facts.knows_host(host) => Err(BaseError::NotTheApi(host.to_owned())),
        "https" => Ok(Rule::Any),
        "http" if is_here(host) => Ok(Rule::Loopback),
        _ => Err(BaseError::NotEncrypted),
    }
}

fn is_here(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || number.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn base(text: &str) -> Result<Base, BaseError> {
        Base::of(Some(text), &Facts::of(&Knowledge::load().unwrap()))
    }

    #[test]
    fn official_hosts_need_https_and_public_addresses() {
        let official = base("https://api-beijing.klingai.com/").unwrap();
        assert_eq!((official.rule(), official.port()), (Rule::Public, 443));
        for address in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"] {
            assert!(!official.rule().allows(address.parse().unwrap()), "{address}");
        }
        assert!(official.rule().allows("8.8.8.8".parse().unwrap()));
        assert_eq!(base("http://api-beijing.klingai.com").unwrap_err(), BaseError::NotEncrypted);
    }

    #[test]
    fn plain_http_reaches_only_this_machine() {
        for here in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9/prefix/"] {
            assert_eq!(base(here).unwrap().rule(), Rule::Loopback, "{here}");
        }
        for there in ["http://10.0.0.1", "http://localhost.evil.com", "http://0.0.0.0:1", "ftp://127.0.0.1", "file:///etc/passwd"] {
            assert!(base(there).is_err(), "{there}");
        }
    }

    #[test]
    fn odd_addresses_are_refused_with_a_reason() {
        assert_eq!(base("api-singapore.klingai.com").unwrap_err(), BaseError::NotAbsolute);
        assert_eq!(base("https://key@api-singapore.klingai.com").unwrap_err(), BaseError::NotPlain);
        assert_eq!(base("https://gate.example/?key=1").unwrap_err(), BaseError::NotPlain);
        assert_eq!(base("https://kling.ai").unwrap_err(), BaseError::NotTheApi("kling.ai".to_owned()));
        assert!(Base::loopback("8.8.8.8:80".parse().unwrap()).is_err());
    }

    #[test]
    fn a_path_cannot_leave_the_address() {
        let base = base("https://gate.example/kling/").unwrap();
        assert_eq!(base.join("/tasks").unwrap().as_str(), "https://gate.example/kling/tasks");
        for path in ["tasks", "//evil.com", "/../x", "/a/./b", "/a?b=c", "/a#b", "/a%2e", "/a\\b", "/a b", "@evil.com"] {
            assert!(base.join(path).is_none(), "{path}");
        }
    }
}
