//! The ladder climbs as far as it can, stops where it must, and creates nothing.

use serde_json::{Value, json};

use super::server::{Script, Server, http, json as answer};
use super::*;
use crate::kling::{Ladder, Report};

/// A service that takes one credential: it answers queries and costs like Kling.
fn service(known: &'static str) -> impl Fn(&str) -> Script {
    move |request: &str| {
        assert!(!request.starts_with("POST"), "the ladder must not create: {request}");
        let taken = request.contains(&format!("Bearer {known}"));
        let refusal = json!({"code": 1002, "message": "api key not found", "request_id": "r-1"});
        Script::answer(match (taken, request.starts_with("GET /account/costs?start_time=")) {
            (false, _) => answer(401, &refusal),
            (true, false) => answer(200, &json!({"code": 0, "data": []})),
            (true, true) => answer(200, &costs()),
        })
    }
}

fn costs() -> Value {
    json!({"code": 0, "data": {"code": 0, "msg": "ok", "resource_pack_subscribe_infos": [
        {"resource_pack_name": "Trial", "total_quantity": 100, "remaining_quantity": 42.5, "status": "online"},
        {"resource_pack_name": "Old", "total_quantity": 100, "remaining_quantity": 0, "status": "runOut"}]}})
}

fn named(report: &Report) -> Vec<(&'static str, Option<bool>)> {
    report.steps.iter().map(|step| (step.name, step.ok)).collect()
}

fn client(address: SocketAddr, credential: Credential) -> Client<Local> {
    Client::local(address, Settings { clock: Clock::new(|| server::DATE - 10), ..settings(credential) }).unwrap()
}

const STANDING: [(&str, Option<bool>); 4] = [("dns", Some(true)), ("tcp", Some(true)), ("tls", None), ("clock", Some(true))];

#[test]
fn a_healthy_account_climbs_to_its_packs() {
    run(async {
        let server = Server::new(service("good-key")).await;
        let report = Ladder::new(&client(server.address, Credential::api_key("good-key")), SOON).run().await;
        let rest = [("credential", Some(true)), ("auth_new", Some(true)), ("auth_legacy", Some(true)), ("packs", Some(true))];
        let expected: Vec<_> = STANDING.into_iter().chain(rest).collect();
        assert_eq!(named(&report), expected);
        assert_eq!((report.failed, report.skew_s, report.packs.len()), (None, Some(10), 2));
        assert!(report.step("packs").unwrap().detail.contains("42.500"), "{report:?}");
    });
}

#[test]
fn a_machine_that_is_ahead_is_told_and_climbs_on() {
    run(async {
        let server = Server::new(service("eyJ")).await;
        let ahead = Settings { clock: Clock::new(|| server::DATE + 90), ..settings(Credential::pair("access-1", "secret-1")) };
        let report = Ladder::new(&Client::local(server.address, ahead).unwrap(), SOON).run().await;
        assert_eq!((report.failed, report.skew_s), (Some("clock"), Some(-90)));
        let names = named(&report);
        assert_eq!(names[..3], STANDING[..3]);
        assert_eq!(
            names[3..],
            [("clock", Some(false)), ("credential", Some(true)), ("auth_new", None), ("auth_legacy", Some(true)), ("packs", Some(true))]
        );
    });
}

#[test]
fn an_unknown_key_stops_before_the_packs_and_asks_the_other_region() {
    run(async {
        let (here, there) = (Server::new(service("other-key")).await, Server::new(service("my-key")).await);
        let client = client(here.address, Credential::api_key("my-key"));
        let other = self::client(there.address, Credential::api_key("my-key"));
        let report = Ladder::new(&client, SOON).or(other).run().await;
        assert_eq!(report.failed, Some("auth_new"));
        assert_eq!(report.steps.last().map(|step| (step.name, step.ok)), Some(("other_region", Some(true))), "{report:?}");
        let evidence = report.step("auth_legacy").unwrap().evidence.as_ref().unwrap();
        assert_eq!((evidence.http_status, evidence.message.as_str()), (Some(401), "api key not found"));
        assert_eq!(evidence.request_id.as_deref(), Some("r-1"));
    });
}

#[test]
fn without_an_other_region_that_step_does_not_apply() {
    run(async {
        let server = Server::new(service("other-key")).await;
        let report = Ladder::new(&client(server.address, Credential::api_key("my-key")), SOON).run().await;
        assert_eq!(report.step("other_region").unwrap().ok, None);
        assert!(report.step("packs").is_none());
    });
}

#[test]
fn nobody_at_the_port_stops_at_the_connection() {
    run(async {
        let (_socket, address) = server::nobody();
        let report = Ladder::new(&client(address, Credential::api_key("my-key")), SOON).run().await;
        assert_eq!(named(&report), [("dns", Some(true)), ("tcp", Some(false))]);
        assert!(report.step("tcp").unwrap().detail.contains("refused"));
    });
}

#[test]
fn plain_text_on_the_port_of_tls_stops_at_the_handshake() {
    run(async {
        let server = Server::reading(Some(5), |_| Script::answer("HTTP/1.1 400 X\r\n\r\n")).await;
        let report = Ladder::new(&live(&format!("https://{}", server.address)), SOON).run().await;
        assert_eq!(named(&report), [("dns", Some(true)), ("tcp", Some(true)), ("tls", Some(false))]);
    });
}

#[test]
fn something_else_at_the_address_is_told_by_its_answer() {
    run(async {
        let server = Server::new(|_| Script::answer(http(200, "text/html", "<html>It works</html>"))).await;
        let report = Ladder::new(&client(server.address, Credential::api_key("my-key")), SOON).run().await;
        assert_eq!(report.failed, Some("auth_new"));
        assert!(report.step("auth_new").unwrap().detail.contains("something else answers"), "{report:?}");
    });
}

#[test]
fn without_a_credential_the_ladder_stops_at_it() {
    run(async {
        let server = Server::new(service("any")).await;
        let none = Settings { credential: None, ..settings(Credential::api_key("x")) };
        let report = Ladder::new(&Client::local(server.address, none).unwrap(), SOON).run().await;
        assert_eq!(report.failed, Some("credential"));
        assert_eq!(server.requests().len(), 1);
    });
}
