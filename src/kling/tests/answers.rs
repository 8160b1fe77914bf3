//! What the service says becomes what the pages say.

use serde_json::{Value, json};

use super::server::{Script, Server, http, json as answer};
use super::*;
use crate::kling::{MayExist, NotCreated, Product, ReadError, Status, Wanted};
use crate::knowledge::TaskState;

/// The outcome of a create that is answered with these bytes.
async fn after(bytes: Vec<u8>) -> CreateOutcome {
    let server = Server::new(move |_| Script::answer(bytes.clone())).await;
    let outcome = created(&local(server.address), SOON).await;
    assert_eq!(server.requests().len(), 1);
    outcome
}

fn why(outcome: &CreateOutcome) -> Option<MayExist> {
    if let CreateOutcome::MayExist { why, .. } = outcome { Some(*why) } else { None }
}

#[test]
fn every_code_page_gives_the_state_it_names() {
    run(async {
        let knowledge = Knowledge::load().unwrap();
        for head in knowledge.codes.iter().map(|doc| &doc.head) {
            let status = head.http.first().copied().unwrap_or(400);
            let body = json!({"code": head.code, "message": "some text", "request_id": "r-7", "data": {"id": "1"}});
            let outcome = after(answer(status, &body)).await;
            let expected = if head.task_state == TaskState::Unknown { TaskState::MayExist } else { head.task_state };
            assert_eq!(outcome.task_state(), expected, "{}: {outcome:?}", head.code);
            let told = outcome.evidence();
            assert_eq!((told.http_status, told.service_code), (Some(status), Some(head.code)));
            assert_eq!((told.message.as_str(), told.request_id.as_deref()), ("some text", Some("r-7")));
            if let CreateOutcome::NotCreated { why, retry, .. } = &outcome {
                assert_eq!((why, *retry), (&NotCreated::Refused, Some(head.retry)), "{}", head.code);
            }
        }
    });
}

#[test]
fn a_refusal_inside_a_success_status_is_a_refusal_and_inside_a_server_error_is_not() {
    run(async {
        let knowledge = Knowledge::load().unwrap();
        let refusals = knowledge.codes.iter().map(|doc| &doc.head).filter(|head| head.task_state == TaskState::NotCreated);
        for head in refusals {
            let body = json!({"code": head.code, "message": "m"});
            assert_eq!(after(answer(200, &body)).await.task_state(), TaskState::NotCreated, "{}", head.code);
            assert_eq!(after(answer(500, &body)).await.task_state(), TaskState::MayExist, "{}", head.code);
        }
    });
}

#[test]
fn what_does_not_settle_the_question_leaves_it_open() {
    run(async {
        let rows = [
            (http(502, "text/html", "<html>502 Bad Gateway</html>"), MayExist::ServerError),
            (http(200, "application/json", r#"{"code":0,"data":{"id":"1"#), MayExist::Unreadable),
            (http(429, "application/json", r#"{"code":13"#), MayExist::Unreadable),
            (http(200, "text/html", "<html>welcome</html>"), MayExist::Unreadable),
            (http(200, "application/json", ""), MayExist::Unreadable),
            (answer(200, &json!({"code": 0, "message": "SUCCEED", "data": {}})), MayExist::NoTaskId),
            (answer(400, &json!({"code": 987_654, "message": "new"})), MayExist::UnsettledCode),
            (answer(400, &json!({"code": 0, "data": {"id": "1"}})), MayExist::UnsettledCode),
            (http(408, "text/plain", "timeout"), MayExist::UnsettledStatus),
            (http(403, "text/html", "<html>"), MayExist::UnsettledStatus),
        ];
        for (bytes, expected) in rows {
            let said = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(why(&after(bytes).await), Some(expected), "{said}");
        }
    });
}

#[test]
fn a_page_that_no_task_can_hide_behind_is_a_refusal_without_code() {
    run(async {
        for (status, body) in [(404, "<html>not found</html>"), (413, ""), (401, "denied")] {
            let outcome = after(http(status, "text/html", body)).await;
            let CreateOutcome::NotCreated { why: NotCreated::RefusedWithoutCode, evidence, .. } = &outcome else { panic!("{outcome:?}") };
            assert_eq!(evidence.http_status, Some(status));
        }
    });
}

#[test]
fn a_used_external_id_means_that_a_task_is_there() {
    run(async {
        let knowledge = Knowledge::load().unwrap();
        let catch_all = knowledge.codes.iter().map(|doc| &doc.head).find(|head| head.name == "parameter_invalid").unwrap();
        let body = json!({"code": catch_all.code, "message": format!("External_task_id {EXTERNAL_ID} already exists")});
        assert_eq!(why(&after(answer(400, &body)).await), Some(MayExist::AlreadyThere));
    });
}

#[test]
fn a_permit_is_good_only_for_the_body_that_carries_its_id() {
    run(async {
        let server = Server::new(|_| Script::answer(server::accepted())).await;
        let client = live(&format!("http://{}", server.address));
        let strange = crate::ledger::Permit::for_tests("kmcp-other");
        assert_eq!(client.create(strange, &request(), SOON).await.task_state(), TaskState::NotCreated);
        assert_eq!(server.connections(), 0);
        assert_eq!(client.create(permit(), &request(), SOON).await.task_state(), TaskState::Exists);
        assert_eq!(server.connections(), 1);
    });
}

async fn found(product: Product, wanted: Wanted<'_>, bytes: Vec<u8>) -> (Result<Option<super::super::Task>, ReadError>, String) {
    let server = Server::new(move |_| Script::answer(bytes.clone())).await;
    let task = local(server.address).task(&product, wanted, SOON).await;
    let line = server.requests()[0].lines().next().unwrap().to_owned();
    (task, line)
}

#[test]
fn a_task_is_found_in_both_generations_by_either_id() {
    run(async {
        let new = json!({"code": 0, "data": [{"id": "7", "status": "succeeded", "external_id": EXTERNAL_ID}]});
        let legacy = json!({"code": 0, "data": {"task_id": "7", "task_status": "succeed", "task_info": {"external_task_id": EXTERNAL_ID}}});
        let product = || Product::of("/v1/videos/text2video");
        let rows = [
            (Product::New, Wanted::Id("7"), &new, "GET /tasks?task_ids=7 HTTP/1.1"),
            (Product::New, Wanted::ExternalId(EXTERNAL_ID), &new, &format!("GET /tasks?external_task_ids={EXTERNAL_ID} HTTP/1.1")),
            (Product::Solutions, Wanted::Id("7"), &new, "GET /solutions?task_ids=7 HTTP/1.1"),
            (product(), Wanted::Id("7"), &legacy, "GET /v1/videos/text2video/7 HTTP/1.1"),
        ];
        for (product, wanted, body, expected) in rows {
            let (task, line) = found(product, wanted, answer(200, body)).await;
            let task = task.unwrap().unwrap();
            assert_eq!((line.as_str(), task.status, task.external_id.as_deref()), (expected, Status::Succeeded, Some(EXTERNAL_ID)));
        }
    });
}

#[test]
fn an_unknown_task_is_none_in_both_generations_and_other_refusals_are_errors() {
    run(async {
        let none = found(Product::New, Wanted::Id("7"), answer(200, &json!({"code": 0, "data": []}))).await.0;
        assert_eq!(none, Ok(None));
        let refused = |message: &str| answer(400, &json!({"code": 1, "message": message}));
        let legacy = || Product::of("/v1/images/generations");
        assert_eq!(found(legacy(), Wanted::Id("7"), refused("Task not found by id/external id: 7")).await.0, Ok(None));
        let error = found(legacy(), Wanted::Id("7"), refused("something else")).await.0.unwrap_err();
        assert!(matches!(&error, ReadError::Refused { evidence, .. } if evidence.message == "something else"), "{error}");
    });
}

#[test]
fn the_newest_tasks_are_listed_in_both_generations() {
    run(async {
        let bodies = [
            (Product::New, json!({"code": 0, "data": {"result": [{"id": "1"}, {"id": "2"}], "count": 2}}), "POST /tasks "),
            (
                Product::of("/v1/videos/x"),
                json!({"code": 0, "data": [{"task_id": "1"}, {"task_id": "2"}]}),
                "GET /v1/videos/x?pageNum=1&pageSize=5 ",
            ),
        ];
        for (product, body, line) in bodies {
            let server = Server::new(move |_| Script::answer(answer(200, &body))).await;
            let tasks = local(server.address).newest(&product, 5, SOON).await.unwrap();
            assert_eq!(tasks.iter().map(|task| task.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
            assert!(server.requests()[0].starts_with(line), "{}", server.requests()[0]);
        }
    });
}

#[test]
fn an_id_cannot_change_the_path() {
    run(async {
        let client = local("127.0.0.1:1".parse().unwrap());
        for id in ["../../account/costs", "a/b", "a?b", "", "..", "a%2fb", "7&task_ids=8"] {
            for product in [Product::New, Product::of("/v1/videos/x")] {
                let error = client.task(&product, Wanted::Id(id), SOON).await.unwrap_err();
                assert!(matches!(error, ReadError::Unsent { stage: crate::kling::Stage::Local, .. }), "{id}: {error}");
            }
        }
    });
}

#[test]
fn a_date_ahead_moves_the_next_token() {
    run(async {
        let server = Server::new(|_| Script::answer(answer(200, &json!({"code": 0, "data": []})))).await;
        let client = Client::local(server.address, settings(Credential::pair("access-canary", "secret-canary"))).unwrap();
        for _ in 0..2 {
            client.task(&Product::New, Wanted::Id("7"), SOON).await.unwrap();
        }
        let claims = |request: &str| -> Value {
            use base64::Engine as _;
            let token = request.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap();
            let part = token.split('.').nth(1).unwrap();
            serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let seen = server.requests();
        let moved = claims(&seen[1])["exp"].as_i64().unwrap() - claims(&seen[0])["exp"].as_i64().unwrap();
        assert_eq!((moved, client.skew_s()), (server::DATE - 1_790_000_000, server::DATE - 1_790_000_000));
    });
}
