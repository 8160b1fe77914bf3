//! Which `Host` and `Origin` are answered: the guard against web pages that reach for this machine.

use hyper::header::{HOST, ORIGIN};
use hyper::http::uri::Authority;
use hyper::{HeaderMap, StatusCode};

/// Names under which this machine may be asked when nothing else is said.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The lists that are answered. Everything else is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Names {
    /// The loopback names and `hosts`, on any port; `origins` exactly as browsers send them, with scheme and port.
    pub fn new(hosts: &[String], origins: &[String]) -> Self {
        let lower = |text: &String| text.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        Self {
            hosts: LOOPBACK.into_iter().map(str::to_owned).chain(hosts.iter().map(lower)).collect(),
            origins: origins.iter().map(|origin| origin.to_ascii_lowercase()).collect(),
        }
    }

    /// Refuses a request for another host (403), without exactly one readable host (400), or from another origin (403).
    pub(super) fn judge(&self, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok().and_then(|text| text.parse::<Authority>().ok()),
            _ => None,
        };
        let Some(host) = host.filter(|host| !host.as_str().contains('@')) else {
            return Err((StatusCode::BAD_REQUEST, "send exactly one Host header, a name or address with an optional port"));
        };
        let name = host.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if !self.hosts.contains(&name) {
            return Err((StatusCode::FORBIDDEN, "this Host is not served here; the operator can add it with --allow-host"));
        }
        let known = |origin: &hyper::http::HeaderValue| {
            origin.to_str().is_ok_and(|text| self.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(text)))
        };
        if headers.get_all(ORIGIN).iter().all(known) {
            return Ok(());
        }
        Err((StatusCode::FORBIDDEN, "requests from this Origin are refused; the operator can add it with --allow-origin"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pairs: &[(&'static str, &str)]) -> u16 {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let names = Names::new(&["kling.example".to_owned()], &["https://app.example:8443".to_owned()]);
        names.judge(&headers).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn listed_names_pass_on_any_port_and_nothing_else_does() {
        for host in ["localhost", "LocalHost:1", "127.0.0.1:8700", "[::1]:8700", "kling.example", "kling.example:443"] {
            assert_eq!(judged(&[("host", host)]), 200, "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "127.0.0.2", "localhost."] {
            assert_eq!(judged(&[("host", host)]), 403, "{host}");
        }
    }

    #[test]
    fn no_host_two_hosts_and_nonsense_are_bad_requests() {
        for pairs in [&[][..], &[("host", "localhost"), ("host", "localhost")], &[("host", "a b")], &[("host", "evil@localhost")]] {
            assert_eq!(judged(pairs), 400, "{pairs:?}");
        }
    }

    #[test]
    fn an_origin_passes_only_when_it_is_listed_to_the_letter() {
        let with = |origin: &str| judged(&[("host", "localhost"), ("origin", origin)]);
        assert_eq!(with("https://app.example:8443"), 200);
        for origin in ["https://app.example", "http://app.example:8443", "null", "http://localhost", "", "https://app.example:8443.evil"] {
            assert_eq!(with(origin), 403, "{origin}");
        }
        assert_eq!(judged(&[("host", "localhost"), ("origin", "https://app.example:8443"), ("origin", "https://evil.example")]), 403);
    }
}
