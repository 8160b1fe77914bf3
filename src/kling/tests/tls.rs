//! Encryption fails, holds, or breaks after it held.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{End, Script, Server};
use super::*;
use crate::kling::{Lost, MayExist, NotCreated, Stage};

/// A certificate for 127.0.0.1 that nobody trusts, with its key; both are for these tests alone.
const CERTIFICATE: &[u8] = include_bytes!("loopback-certificate.der");
const KEY: &[u8] = include_bytes!("loopback-key.der");

fn unsent(outcome: &CreateOutcome) -> Option<(Stage, &str)> {
    match outcome {
        CreateOutcome::NotCreated { why: NotCreated::Unsent(stage, detail), .. } => Some((*stage, detail)),
        _ => None,
    }
}

#[test]
fn a_handshake_that_fails_created_nothing_and_showed_nothing() {
    run(async {
        let rows: [(&[u8], End); 5] = [
            (b"\x15\x03\x03\x00\x02\x02\x28", End::Fin),
            (b"HTTP/1.1 400 Bad Request\r\n\r\nplain HTTP on a TLS port", End::Fin),
            (b"", End::Fin),
            (b"", End::Rst),
            (b"", End::Stall),
        ];
        for (bytes, end) in rows {
            let server = Server::reading(Some(5), move |_| Script { end, ..Script::answer(bytes) }).await;
            let client = live(&format!("https://{}", server.address));
            let outcome = client.create(permit(), &request(), if end == End::Stall { SHORT * 4 } else { SOON }).await;
            let (stage, detail) = unsent(&outcome).unwrap_or_else(|| panic!("{end:?} {outcome:?}"));
            assert!(stage == Stage::Tls || matches!(end, End::Rst | End::Stall) && stage == Stage::Connect, "{end:?} {stage:?} {detail}");
            assert_eq!(server.connections(), 1);
        }
    });
}

/// A TLS server that reads a request and then writes these bytes, or closes.
async fn encrypted(answer: Vec<u8>) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(CERTIFICATE)], PrivateKeyDer::try_from(KEY).unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = vec![0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

/// A client that trusts the certificate of these tests.
fn trusting(address: SocketAddr) -> Client<Live> {
    let mut client = live(&format!("https://{address}"));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(CERTIFICATE)).unwrap();
    client.egress.trust(roots);
    client
}

#[test]
fn a_certificate_that_nobody_trusts_ends_the_create_before_it_begins() {
    run(async {
        let address = encrypted(server::accepted()).await;
        let outcome = live(&format!("https://{address}")).create(permit(), &request(), SOON).await;
        let (stage, detail) = unsent(&outcome).unwrap();
        assert!(stage == Stage::Tls && detail.contains("certificate"), "{stage:?} {detail}");
    });
}

#[test]
fn an_encrypted_create_ends_like_a_plain_one() {
    run(async {
        let taken = trusting(encrypted(server::accepted()).await).create(permit(), &request(), SOON).await;
        assert!(matches!(taken, CreateOutcome::Created { .. }), "{taken:?}");
        let closed = trusting(encrypted(Vec::new()).await).create(permit(), &request(), SOON).await;
        assert!(matches!(closed, CreateOutcome::MayExist { why: MayExist::AnswerLost(Lost::Closed), .. }), "{closed:?}");
    });
}
