//! The network fails at every byte: what is said of the create is exact, and it is never sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::{End, Script, Server, accepted};
use super::*;
use crate::kling::{Lost, MayExist, NotCreated, Stage};

/// One server for all offsets: the n-th connection gets the n-th script.
async fn in_turn(scripts: Vec<(Option<usize>, Script)>) -> (Arc<AtomicUsize>, Vec<CreateOutcome>, usize) {
    let mut outcomes = Vec::with_capacity(scripts.len());
    let (posts, mut connections) = (Arc::new(AtomicUsize::new(0)), 0);
    for (read, script) in scripts {
        let stalls = script.end == End::Stall;
        let server = Server::reading(read, move |_| script.clone()).await;
        outcomes.push(created(&local(server.address), if stalls { SHORT } else { SOON }).await);
        posts.fetch_add(server.requests().len(), Ordering::SeqCst);
        connections += server.connections();
        assert!(server.requests().len() <= 1, "sent twice");
    }
    (posts, outcomes, connections)
}

fn lost(outcome: &CreateOutcome) -> Option<(Lost, Option<u16>)> {
    match outcome {
        CreateOutcome::MayExist { why: MayExist::AnswerLost(lost), evidence } => Some((*lost, evidence.http_status)),
        _ => None,
    }
}

#[test]
fn an_answer_that_ends_at_any_byte_leaves_the_create_unknown_and_unrepeated() {
    run(async {
        let answer = accepted();
        assert!((900..1200).contains(&answer.len()), "{}", answer.len());
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        for end in [End::Fin, End::Rst] {
            let cut = |at: usize| (None, Script { end, ..Script::answer(&answer[..at]) });
            let (_, outcomes, connections) = in_turn((0..answer.len()).map(cut).collect()).await;
            assert_eq!(connections, answer.len());
            for (at, outcome) in outcomes.iter().enumerate() {
                let (_, status) = lost(outcome).unwrap_or_else(|| panic!("{end:?} after {at}: {outcome:?}"));
                assert!(status == (at >= head).then_some(200) || end == End::Rst && status.is_none(), "{end:?} after {at}: {status:?}");
            }
        }
    });
}

#[test]
fn a_request_that_breaks_at_any_byte_leaves_the_create_unknown_and_unrepeated() {
    run(async {
        let server = Server::new(|_| Script::answer(accepted())).await;
        assert!(matches!(created(&local(server.address), SOON).await, CreateOutcome::Created { .. }));
        let length = server.requests()[0].len();
        assert!((900..1200).contains(&length), "{length}");
        for end in [End::Fin, End::Rst] {
            let broken = |at: usize| (Some(at), Script { end, ..Script::answer("") });
            let (posts, outcomes, connections) = in_turn((0..=length).map(broken).collect()).await;
            assert_eq!((connections, posts.load(Ordering::SeqCst)), (length + 1, length), "no byte was asked for once");
            for (at, outcome) in outcomes.iter().enumerate() {
                assert_eq!(lost(outcome).map(|(lost, _)| lost), Some(Lost::Closed), "{end:?} after {at}: {outcome:?}");
            }
        }
    });
}

#[test]
fn a_stall_at_any_byte_is_a_timeout_whose_create_may_exist() {
    run(async {
        let answer = accepted();
        let samples = || (0..answer.len()).step_by(83);
        let stalled = |at: usize| (None, Script { end: End::Stall, ..Script::answer(&answer[..at]) });
        let reading = |at: usize| (Some(at), Script { end: End::Stall, ..Script::answer("") });
        let (_, outcomes, _) = in_turn(samples().map(stalled).chain(samples().map(reading)).collect()).await;
        for outcome in outcomes {
            assert_eq!(lost(&outcome).map(|(lost, _)| lost), Some(Lost::Timeout), "{outcome:?}");
        }
    });
}

#[test]
fn a_whole_answer_counts_however_the_connection_ends() {
    run(async {
        for end in [End::Fin, End::Stall] {
            let server = Server::new(move |_| Script { end, ..Script::answer(accepted()) }).await;
            let outcome = created(&local(server.address), SOON).await;
            let CreateOutcome::Created { task, evidence } = outcome else { panic!("{outcome:?}") };
            assert_eq!((task.id.as_str(), evidence.request_id.as_deref()), ("884422001", Some("req-1")));
        }
    });
}

#[test]
fn a_refused_connection_created_nothing() {
    run(async {
        let (_socket, address) = server::nobody();
        let outcome = created(&local(address), SOON).await;
        let CreateOutcome::NotCreated { why: NotCreated::Unsent(Stage::Connect, detail), .. } = &outcome else { panic!("{outcome:?}") };
        assert!(detail.contains("refused"), "{detail}");
    });
}

/// A listener with a full queue drops further connections, as a firewall does.
#[test]
fn a_connection_that_never_stands_created_nothing() {
    run(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut fillers = Vec::new();
        while let Ok(Ok(filler)) = tokio::time::timeout(SHORT, tokio::net::TcpStream::connect(address)).await {
            fillers.push(filler);
            assert!(fillers.len() < 4096, "the queue never fills");
        }
        let outcome = created(&local(address), SHORT).await;
        assert!(matches!(&outcome, CreateOutcome::NotCreated { why: NotCreated::Unsent(Stage::Connect, _), .. }), "{outcome:?}");
    });
}

#[test]
fn a_name_that_does_not_resolve_created_nothing() {
    run(async {
        let client = live("https://no-such-host.invalid");
        let outcome = client.create(permit(), &request(), SOON).await;
        assert!(matches!(&outcome, CreateOutcome::NotCreated { why: NotCreated::Unsent(Stage::Dns, _), .. }), "{outcome:?}");
    });
}

#[test]
fn a_byte_at_a_time_is_an_answer_when_the_time_allows() {
    run(async {
        let body = r#"{"code":0,"data":{"task_id":"9"}}"#;
        let pause = Some(Duration::from_millis(2));
        let slow = move |_: &str| Script { pause, ..Script::answer(server::http(200, "application/json", body)) };
        let server = Server::new(slow).await;
        assert!(matches!(created(&local(server.address), SOON).await, CreateOutcome::Created { .. }));
        let late = created(&local(server.address), SHORT).await;
        assert_eq!(lost(&late).map(|(lost, _)| lost), Some(Lost::Timeout));
        assert_eq!(server.requests().len(), 2);
    });
}
