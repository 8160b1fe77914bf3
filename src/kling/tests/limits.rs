//! Answers that are too long, packed, redirected or not HTTP at all; downloads.

use super::server::{End, Script, Server, http};
use super::*;
use crate::kling::{Lost, MayExist, Product, ReadError, Wanted};

async fn after(bytes: Vec<u8>) -> (CreateOutcome, Server) {
    let server = Server::new(move |_| Script::answer(bytes.clone())).await;
    (created(&local(server.address), SOON).await, server)
}

fn why(outcome: &CreateOutcome) -> Option<MayExist> {
    if let CreateOutcome::MayExist { why, .. } = outcome { Some(*why) } else { None }
}

#[test]
fn nothing_asks_for_compression_and_a_packed_answer_is_not_unpacked() {
    run(async {
        let bomb = [&b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"[..], &[0x1f, 0x8b, 8, 0]].concat();
        let (outcome, server) = after(bomb).await;
        assert_eq!(why(&outcome), Some(MayExist::Unreadable));
        let head = server.requests()[0].to_ascii_lowercase();
        assert!(!head.contains("accept-encoding") && head.contains("user-agent: klingai-mcp/"), "{head}");
    });
}

#[test]
fn a_body_without_end_is_cut_at_the_cap() {
    run(async {
        for (status, cap) in [(200, 4 << 20), (500, 64 << 10)] {
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: 1000000000\r\n\r\n{{\"code\":0,");
            let bytes = [head.into_bytes(), vec![b' '; cap + 4096]].concat();
            let server = Server::new(move |_| Script { end: End::Stall, ..Script::answer(bytes.clone()) }).await;
            let outcome = created(&local(server.address), SOON).await;
            let expected = if status == 200 { MayExist::Unreadable } else { MayExist::ServerError };
            assert_eq!(why(&outcome), Some(expected), "{status}");
            assert!(outcome.evidence().message.len() <= 512);
        }
    });
}

#[test]
fn a_redirect_is_not_followed() {
    run(async {
        let target = Server::new(|_| Script::answer(server::accepted())).await;
        for status in [301, 302, 303, 307, 308] {
            let bytes = format!("HTTP/1.1 {status} X\r\nLocation: http://{}/x\r\nContent-Length: 0\r\n\r\n", target.address);
            let (outcome, server) = after(bytes.into_bytes()).await;
            assert_eq!((why(&outcome), server.connections()), (Some(MayExist::Redirected), 1), "{status}");
        }
        assert_eq!(target.connections(), 0);
    });
}

#[test]
fn what_is_no_http_is_named_so() {
    run(async {
        for bytes in [&b"SSH-2.0-OpenSSH_9.6\r\n"[..], b"\x15\x03\x03\x00\x02\x02\x28", b"HTTP/9.9 200 OK\r\n\r\n"] {
            let (outcome, _) = after(bytes.to_vec()).await;
            assert_eq!(why(&outcome), Some(MayExist::AnswerLost(Lost::NotHttp)), "{bytes:?}");
        }
    });
}

#[test]
fn a_length_that_lies_is_found_out() {
    run(async {
        let body = r#"{"code":0,"data":{"id":"1"}}"#;
        for (length, expected) in [(body.len() + 9, MayExist::AnswerLost(Lost::Closed)), (body.len() - 9, MayExist::Unreadable)] {
            let bytes = format!("HTTP/1.1 200 X\r\nContent-Length: {length}\r\n\r\n{body}");
            assert_eq!(why(&after(bytes.into_bytes()).await.0), Some(expected), "{length}");
        }
    });
}

#[test]
fn a_read_on_a_connection_that_was_closed_meanwhile_still_works() {
    run(async {
        let server = Server::new(|_| Script::answer(http(200, "application/json", r#"{"code":0,"data":[]}"#))).await;
        let client = local(server.address);
        for _ in 0..3 {
            assert_eq!(client.task(&Product::New, Wanted::Id("1"), SOON).await, Ok(None));
        }
        assert_eq!(server.connections(), 3);
    });
}

#[test]
fn a_result_is_fetched_without_a_credential_and_up_to_the_cap() {
    run(async {
        let server = Server::new(|_| Script::answer(http(200, "video/mp4", "0123456789"))).await;
        let client = local(server.address);
        let address = format!("http://{}/files/1.mp4", server.address);
        let whole = client.download(&address, 10, SOON).await.unwrap();
        assert_eq!((whole.bytes.as_slice(), whole.whole, whole.content_type.as_str()), (&b"0123456789"[..], true, "video/mp4"));
        let part = client.download(&address, 4, SOON).await.unwrap();
        assert_eq!((part.bytes.as_slice(), part.whole), (&b"0123"[..], false));
        assert!(server.requests().iter().all(|request| !request.to_ascii_lowercase().contains("authorization")));
    });
}

#[test]
fn results_are_fetched_only_from_where_they_are_served() {
    run(async {
        let server = Server::new(|_| Script::answer(http(302, "text/plain", ""))).await;
        let here = local(server.address);
        let official = live("https://api-singapore.klingai.com");
        let elsewhere = ["https://evil.example/1.mp4", "http://127.0.0.1:1/x", "http://169.254.169.254/", "file:///etc/passwd", "x"];
        for address in elsewhere.iter().copied().chain([
            "http://cdn.klingai.com/1.mp4",
            "https://u@cdn.klingai.com/1",
            "https://cdn.klingai.com:8443/1",
        ]) {
            for error in [here.download(address, 10, SOON).await.unwrap_err(), official.download(address, 10, SOON).await.unwrap_err()] {
                assert!(matches!(error, ReadError::Unsent { stage: crate::kling::Stage::Local, .. }), "{address}: {error}");
            }
        }
        let moved = here.download(&format!("http://{}/1", server.address), 10, SOON).await.unwrap_err();
        assert_eq!(moved.evidence().and_then(|told| told.http_status), Some(302));
    });
}
