//! Fetches a result: from hosts that serve results, without a credential, capped.

use std::time::Duration;

use reqwest::{Method, Url};

use super::answer::Evidence;
use super::base::Rule;
use super::client::Client;
use super::exchange::{Call, exchange};
use super::reads::ReadError;

/// A fetched result.
#[derive(Clone, PartialEq, Eq)]
pub struct Download {
    /// Its bytes, at most the cap.
    pub bytes: Vec<u8>,
    /// Its declared type in lower case. Untrusted.
    pub content_type: String,
    /// Whether that is all of it.
    pub whole: bool,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Download({} bytes, whole: {})", self.bytes.len(), self.whole)
    }
}

impl<K> Client<K> {
    /// Fetches a result, of a large one the first `cap` bytes.
    ///
    /// # Errors
    /// When the address is not one of a host that serves results (for a server on this machine: not on that server), or the
    /// answer is not a success.
    pub async fn download(&self, address: &str, cap: usize, timeout: Duration) -> Result<Download, ReadError> {
        let url = self.fetchable(address).ok_or_else(|| ReadError::local("results are not fetched from that address"))?;
        let call = Call { method: Method::GET, url, authorization: None, body: None, timeout, cap };
        let raw = exchange(&self.egress.public(), call).await?;
        if raw.status != 200 {
            return Err(ReadError::Unreadable {
                evidence: Evidence { retry_after_s: raw.retry_after_s, ..Evidence::status(Some(raw.status)) },
            });
        }
        Ok(Download { content_type: self.scrub().clean(&raw.content_type), whole: !raw.cut, bytes: raw.body })
    }

    fn fetchable(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok().filter(|url| url.username().is_empty() && url.password().is_none())?;
        let host = url.host_str()?;
        let here = self.base.rule() == Rule::Loopback && host == self.base.host() && url.port_or_known_default() == Some(self.base.port());
        let result = url.scheme() == "https" && url.port().is_none() && self.settings.facts.serves_results(host);
        let allowed = if self.base.rule() == Rule::Loopback { here } else { result };
        allowed.then_some(url)
    }
}
