//! Secrets that a server sends back appear nowhere, in no form, at no log level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

use super::server::{Script, Server, http, json};
use super::*;
use crate::kling::{Ladder, Product, SILENT_TARGETS, Wanted};

const API_KEY: &str = "api-key-kling-Canary/0123+4567%89ab";
const ACCESS: &str = "ACCESSCANARY0123456789abcdef";
const SECRET: &str = "SECRETCANARY+/9876543210fedcba";

/// Twelve ways in which a text may be written down.
fn encodings(secret: &str) -> Vec<String> {
    let each = |write: fn(u8) -> String| secret.bytes().map(write).collect::<String>();
    let rest = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    vec![
        secret.to_owned(),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        STANDARD.encode(format!("Bearer {secret}")),
        each(|b| format!("{b:02x}")),
        each(|b| format!("{b:02X}")),
        each(rest),
        each(|b| format!("%{b:02X}")),
        each(|b| format!("\\u{b:04x}")),
        secret.chars().rev().collect(),
    ]
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that a run wrote to the most talkative log there can be.
fn logged(test: impl Future<Output = String>) -> String {
    let lines = Lines::default();
    let sink = lines.clone();
    let quiet = SILENT_TARGETS.iter().map(|target| (*target, LevelFilter::OFF));
    let filter = Targets::new().with_default(LevelFilter::TRACE).with_targets(quiet);
    let written = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || sink.clone());
    // While a process has one subscriber only, tracing asks the thread that reaches a place first whether anybody listens, and keeps
    // the answer: another test, which does not listen, would switch the place off for this one. With two, it asks them all.
    let _second = tracing::Dispatch::new(NoSubscriber::new());
    let subscriber = tracing_subscriber::registry().with(filter).with(written);
    let shown = tracing::subscriber::with_default(subscriber, || run(test));
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("create ended") && log.contains("read ended"), "the log is on: {log}");
    format!("{shown}\n{log}")
}

/// Answers every request with what it was sent and with the secrets, in one encoding.
fn echo(secrets: Vec<String>, way: usize, form: usize) -> impl Fn(&str) -> Script {
    move |request: &str| {
        let sent = request.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap_or("").to_owned();
        let words: Vec<String> =
            secrets.iter().chain([&sent]).filter(|word| !word.is_empty()).map(|word| encodings(word).swap_remove(way)).collect();
        let said = words.join(" ");
        let body = serde_json::json!({"code": 0, "message": said, "request_id": words.first(), "data": [{
            "id": "7", "status": said, "message": said, "outputs": [{"type": said, "id": words[0], "url": format!("https://a/{}", words[0])}],
            "external_id": words[0]}]});
        Script::answer(match form {
            0 => json(200, &body),
            1 => json(401, &body),
            2 => http(502, "text/html", &format!("<html>{said}</html>")),
            _ => http(200, &said, &format!("{{\"code\":{said}")),
        })
    }
}

async fn everything(credential: Credential, way: usize, form: usize) -> String {
    let secrets = [API_KEY, ACCESS, SECRET].map(str::to_owned).to_vec();
    let own = |word: &String| match &credential {
        Credential::ApiKey(_) => word == API_KEY,
        Credential::Pair { .. } => word != API_KEY,
    };
    let server = Server::new(echo(secrets.into_iter().filter(own).collect(), way, form)).await;
    let client = Client::local(server.address, settings(credential)).unwrap();
    let outcome = created(&client, SOON).await;
    let read = client.task(&Product::New, Wanted::Id("7"), SOON).await;
    let packs = client.packs(0, 1, SOON).await;
    let report = Ladder::new(&client, SOON).run().await;
    let error = read.as_ref().err().map(ToString::to_string);
    let json = serde_json::to_string(&report).unwrap();
    let file = client.download(&format!("http://{}/1", server.address), 9, SOON).await.map(|file| file.content_type);
    format!("{client:?} {:?} {outcome:?} {read:?} {packs:?} {report:?} {error:?} {json} {file:?}", client.settings)
}

/// Every token that was signed in a test begins like this; the first claim of all of them is the same.
fn token_of(credential: &Credential) -> Option<String> {
    use secrecy::ExposeSecret as _;
    let Credential::Pair { access, secret } = credential else { return None };
    Some(crate::kling::jwt::sign(access, secret, 1_790_000_000).expose_secret().to_owned())
}

#[test]
fn no_secret_is_shown_in_any_encoding() {
    for credential in [Credential::api_key(API_KEY), Credential::pair(ACCESS, SECRET)] {
        let mut forbidden: Vec<String> = [API_KEY, ACCESS, SECRET].iter().flat_map(|secret| encodings(secret)).collect();
        forbidden.extend(token_of(&credential).iter().flat_map(|token| encodings(token)));
        for way in 0..12 {
            for form in 0..4 {
                let shown = logged(everything(credential.clone(), way, form)).to_ascii_lowercase();
                for text in &forbidden {
                    let text = text.to_ascii_lowercase();
                    assert!(!shown.contains(&text), "way {way}, form {form}: {text}\n{shown}");
                    let half = &text[..text.len() / 2];
                    assert!(!shown.contains(half), "half of it; way {way}, form {form}: {half}\n{shown}");
                }
            }
        }
    }
}
