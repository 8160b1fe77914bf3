//! The first three steps, each made by itself so that each has its own time and its own failure.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Seen;
use crate::kling::client::Client;
use crate::kling::egress;

pub(super) async fn dns<K>(client: &Client<K>, each: Duration) -> Result<Vec<SocketAddr>, String> {
    let base = client.base();
    match timeout(each, egress::addresses(base.host(), base.port(), base.rule())).await {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the resolver does not answer in time".to_owned()),
    }
}

/// The first address that takes a connection.
pub(super) async fn tcp(addresses: &[SocketAddr], each: Duration) -> Result<TcpStream, String> {
    match timeout(each, TcpStream::connect(addresses)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(format!("no connection: {}", error.kind())),
        Err(_) => Err("no connection in time: a firewall may drop the packets".to_owned()),
    }
}

pub(super) async fn tls<K>(client: &Client<K>, stream: TcpStream, each: Duration) -> Seen {
    if !client.base().encrypted() {
        return Seen::not_here("plain HTTP on this machine");
    }
    let host = client.base().host().trim_start_matches('[').trim_end_matches(']').to_owned();
    let Ok(name) = ServerName::try_from(host) else { return Seen::badly("the host is no name that a certificate can carry") };
    let connector = tokio_rustls::TlsConnector::from(Arc::clone(&client.egress.tls_config()));
    match timeout(each, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => {
            let version = stream.get_ref().1.protocol_version().and_then(|version| version.as_str()).unwrap_or("TLS");
            Seen::well(format!("{version}, certificate trusted"))
        }
        Ok(Err(error)) => Seen::badly(egress::stage(&error).1),
        Err(_) => Seen::badly("no handshake in time"),
    }
}
