//! How connections are made: checked addresses, our own TLS settings, no redirect, no repeat.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::base::{Base, Rule};

/// Longest wait for a connection, in seconds; the time of the whole call may be shorter.
pub(super) const CONNECT_S: u64 = 10;

/// How far a call came that sent no byte of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It was refused here, before any connection.
    Local,
    /// The name did not resolve, or only to addresses that are refused.
    Dns,
    /// No connection came about.
    Connect,
    /// The connection could not be encrypted.
    Tls,
}

impl Stage {
    /// The word for answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
        }
    }
}

/// Why a name gave no address.
#[derive(Debug, thiserror::Error)]
pub(super) enum DnsError {
    #[error("the name does not resolve ({0})")]
    Lookup(std::io::ErrorKind),
    #[error("the name resolves to {0}, which is no public address: a resolver or a hosts file on the way is wrong")]
    Refused(std::net::IpAddr),
    #[error("the name resolves to no address")]
    Nothing,
}

/// The addresses of a name that the rule allows. The connection is made to one of these, so a second lookup cannot differ.
pub(super) async fn addresses(host: &str, port: u16, rule: Rule) -> Result<Vec<SocketAddr>, DnsError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((bare, port)).await.map_err(|error| DnsError::Lookup(error.kind()))?;
    allowed(found, rule)
}

fn allowed(found: impl Iterator<Item = SocketAddr>, rule: Rule) -> Result<Vec<SocketAddr>, DnsError> {
    let (good, bad): (Vec<_>, Vec<_>) = found.partition(|address| rule.allows(address.ip()));
    match (good.is_empty(), bad.first()) {
        (false, _) => Ok(good),
        (true, Some(address)) => Err(DnsError::Refused(address.ip())),
        (true, None) => Err(DnsError::Nothing),
    }
}

struct Checked(Rule);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.0;
        Box::pin(async move {
            let found = addresses(name.as_str(), 0, rule).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// TLS as this program speaks it: ring, the roots of the operating system, no early data.
///
/// # Errors
/// When the operating system offers no root certificates.
pub(super) fn tls(encrypted: bool) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(if encrypted {
        builder.with_platform_verifier()?.with_no_client_auth()
    } else {
        builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
    })
}

/// What connections of one client share.
#[derive(Clone)]
pub(super) struct Egress {
    rule: Rule,
    tls: rustls::ClientConfig,
    proxy: bool,
}

impl Egress {
    /// Connections to this address. `proxy`: honour the proxy of the environment; a proxy resolves names itself.
    pub(super) fn to(base: &Base, proxy: bool) -> Result<Self, rustls::Error> {
        Ok(Self { rule: base.rule(), tls: tls(base.encrypted())?, proxy: proxy && base.rule() != Rule::Loopback })
    }

    /// The same, to public addresses alone.
    pub(super) fn public(&self) -> Self {
        Self { rule: if self.rule == Rule::Loopback { Rule::Loopback } else { Rule::Public }, ..self.clone() }
    }

    /// Our TLS settings.
    pub(super) fn tls_config(&self) -> Arc<rustls::ClientConfig> {
        Arc::new(self.tls.clone())
    }

    /// A client for one call: it holds no connection, so it has none to repeat a request on. The mark is set when a
    /// connection stands, TLS included; before that no byte of a request can have been written.
    pub(super) fn once(&self) -> Result<(reqwest::Client, Arc<AtomicBool>), reqwest::Error> {
        let connected = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&connected);
        let layer = tower::util::MapResponseLayer::new(move |connection| {
            mark.store(true, Ordering::SeqCst);
            connection
        });
        let names = if self.proxy { Rule::Any } else { self.rule }; // with a proxy, the name that is looked up is the proxy's
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(Arc::new(Checked(names)))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(concat!("klingai-mcp/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(CONNECT_S))
            .pool_max_idle_per_host(0)
            .connector_layer(layer);
        let builder = if self.proxy { builder } else { builder.no_proxy() };
        Ok((builder.build()?, connected))
    }
}

/// How far a call came whose connection failed, and why, without an address or a header.
pub(super) fn stage(error: &(dyn std::error::Error + 'static)) -> (Stage, String) {
    let mut source = Some(error);
    let mut found = (Stage::Connect, "no connection".to_owned());
    while let Some(inner) = source {
        match told(inner) {
            Some(decided) if decided.0 != Stage::Connect => return decided,
            Some(vague) => found = vague,
            None => {}
        }
        source = inner.source();
    }
    found
}

/// What one error of a chain says by itself. An `io::Error` leaves the error inside it out of the chain.
fn told(error: &(dyn std::error::Error + 'static)) -> Option<(Stage, String)> {
    if let Some(dns) = error.downcast_ref::<DnsError>() {
        return Some((Stage::Dns, dns.to_string()));
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some((Stage::Tls, tls.to_string()));
    }
    let io = error.downcast_ref::<std::io::Error>()?;
    match io.get_ref().map(|inner| stage(inner)) {
        Some(inner) if inner.0 != Stage::Connect => Some(inner),
        _ if io.kind() == std::io::ErrorKind::UnexpectedEof => Some((Stage::Tls, "the other side closed during the handshake".to_owned())),
        _ => Some((Stage::Connect, io.kind().to_string())),
    }
}

#[cfg(test)]
impl Egress {
    /// Trusts these roots in place of the system's.
    pub(super) fn trust(&mut self, roots: rustls::RootCertStore) {
        let provider = Arc::clone(self.tls.crypto_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        self.tls = builder.with_root_certificates(roots).with_no_client_auth();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sockets(list: &[&str]) -> std::vec::IntoIter<SocketAddr> {
        list.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 443)).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn a_public_host_is_never_reached_at_a_private_address() {
        let kept = allowed(sockets(&["10.0.0.1", "8.8.8.8", "::1"]), Rule::Public).unwrap();
        assert_eq!(kept, [SocketAddr::new("8.8.8.8".parse().unwrap(), 443)]);
        let refused = allowed(sockets(&["192.168.0.9"]), Rule::Public).unwrap_err();
        assert!(refused.to_string().contains("192.168.0.9"), "{refused}");
        assert!(matches!(allowed(sockets(&[]), Rule::Public), Err(DnsError::Nothing)));
    }
}
