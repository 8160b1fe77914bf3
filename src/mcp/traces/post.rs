//! One POST a message to a collector, over plain HTTP with time limits.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

/// For connecting, for each write and each read.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where traces go.
#[derive(Debug, Clone)]
pub struct Collector {
    /// Host and port, as `Host` wants them.
    authority: String,
    port: u16,
    path: String,
    /// Lines of the head, which may hold a credential.
    headers: SecretString,
    service: String,
}

/// Why a setting cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCollector {
    /// No address that is spoken here.
    #[error(
        "use OTEL_EXPORTER_OTLP_ENDPOINT: expected `http://HOST:PORT`, for example http://127.0.0.1:4318; https is not spoken, so run a collector nearby that forwards"
    )]
    Endpoint,
    /// Not a list of headers.
    #[error("use OTEL_EXPORTER_OTLP_HEADERS: expected `name=value,name=value`, with special characters as %XX")]
    Headers,
}

impl Collector {
    /// The collector at `endpoint`, asked with `headers` (`name=value,...`) in the name of `service`.
    ///
    /// # Errors
    /// When a setting has another form.
    pub fn new(endpoint: &str, headers: &str, service: &str) -> Result<Self, BadCollector> {
        let rest = endpoint.trim().strip_prefix("http://").ok_or(BadCollector::Endpoint)?;
        let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && !b"@?#".contains(&byte));
        if authority.is_empty() || !plain(rest) {
            return Err(BadCollector::Endpoint);
        }
        let port = match authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((_, port)) => port.parse().map_err(|_| BadCollector::Endpoint)?,
            None => 80,
        };
        let path = format!("/{prefix}").trim_end_matches('/').to_owned() + "/v1/traces";
        let headers = lines(headers).ok_or(BadCollector::Headers)?.into();
        Ok(Self { authority: authority.to_owned(), port, path, headers, service: service.to_owned() })
    }

    /// Name of this service.
    pub(super) fn service(&self) -> &str {
        &self.service
    }

    /// Sends a message; any 2xx is taken for success.
    pub(super) fn post(&self, body: &str) -> io::Result<()> {
        let mut stream = self.connect()?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n",
            self.path,
            self.authority,
            body.len(),
            self.headers.expose_secret()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut line = [0; 12];
        stream.read_exact(&mut line)?;
        if line.starts_with(b"HTTP/1.") && line.get(9) == Some(&b'2') {
            return Ok(());
        }
        Err(io::Error::other("the collector refuses them"))
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let host = self.authority.strip_suffix(&format!(":{}", self.port)).unwrap_or(&self.authority);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let mut last = io::Error::other("the collector has no address");
        for address in (host, self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// `a=b,c=d` as lines of a head; names and decoded values are checked, so that none can add a line.
fn lines(headers: &str) -> Option<String> {
    let mut out = String::new();
    for pair in headers.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let value = decoded(value.trim())?;
        let named = !name.trim().is_empty() && name.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !named || value.chars().any(char::is_control) {
            return None;
        }
        out = out + name.trim() + ": " + &value + "\r\n";
    }
    Some(out)
}

/// Without `%XX`.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut out = parts.next()?.as_bytes().to_vec();
    for part in parts {
        out.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        out.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_traces_is_added_to_the_address() {
        for (endpoint, authority, port, path) in [
            ("http://127.0.0.1:4318", "127.0.0.1:4318", 4318, "/v1/traces"),
            ("http://[::1]:4318/", "[::1]:4318", 4318, "/v1/traces"),
            ("http://collector/otlp/", "collector", 80, "/otlp/v1/traces"),
        ] {
            let found = Collector::new(endpoint, "", "s").unwrap();
            assert_eq!((found.authority.as_str(), found.port, found.path.as_str()), (authority, port, path));
        }
        for wrong in
            ["", "localhost:4318", "https://collector:4318", "http://", "http://a:b", "http://u:p@collector", "http://a b", "http://a\r\nb"]
        {
            assert_eq!(Collector::new(wrong, "", "s").unwrap_err(), BadCollector::Endpoint, "{wrong:?}");
        }
    }

    #[test]
    fn headers_are_decoded_and_cannot_add_a_line() {
        assert_eq!(lines(" a=b%20c , d=e=f,").as_deref(), Some("a: b c\r\nd: e=f\r\n"));
        for wrong in ["a", "=b", "a b=c", "a=%0d%0aHost: x", "a=%4", "a=%zz", "a:=b"] {
            assert_eq!(lines(wrong), None, "{wrong}");
        }
        let shown = format!("{:?}", Collector::new("http://c", "authorization=canary-1", "s").unwrap());
        assert!(!shown.contains("canary-1"), "{shown}");
    }
}
