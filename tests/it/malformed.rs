//! Frames that are no sound message, made with a fixed seed, over both transports: the server lives, and nothing is answered twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::stdio::Session;

/// Frames of one run.
const FRAMES: usize = 1_200;

/// A small generator of numbers: the same run every time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// What is sent, and whether it is a request that has a right to one answer.
pub(crate) struct Frame {
    pub(crate) bytes: Vec<u8>,
    pub(crate) answered: Option<Value>,
}

/// All frames of a run.
pub(crate) fn frames() -> Vec<Frame> {
    let mut dice = Dice::new();
    (0..FRAMES).map(|number| frame(number, &mut dice)).collect()
}

/// A sound request with an id of its own.
fn sound(number: usize, dice: &mut Dice) -> Value {
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}});
    let mut request = dice
        .pick(&[
            json!({"jsonrpc":"2.0","method":"tools/list","params":{}}),
            json!({"jsonrpc":"2.0","method":"tools/call","params":{"name":"diagnose_error","arguments":{"report":"429 from klingai"}}}),
            json!({"jsonrpc":"2.0","method":"tools/call","params":{"name":"validate_request","arguments":{"endpoint":"/v1/videos/text2video","body":{"prompt":"x"}}}}),
            json!({"jsonrpc":"2.0","method":"resources/read","params":{"uri":"kling://codes/1303"}}),
            json!({"jsonrpc":"2.0","method":"prompts/get","params":{"name":"klingai_failed","arguments":{"code":"1303"}}}),
        ])
        .clone();
    request["id"] = json!(format!("frame-{number}"));
    if dice.roll(2) == 0 {
        request["params"]["_meta"] = meta;
    }
    request
}

/// Values that belong nowhere in particular.
fn odd(dice: &mut Dice) -> Value {
    dice.pick(&[
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{1b}[2J\u{202e}"),
        json!("x".repeat(70_000)),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"jsonrpc":"2.0","id":1,"method":"ping"}),
    ])
    .clone()
}

fn frame(number: usize, dice: &mut Dice) -> Frame {
    let mut request = sound(number, dice);
    let id = request["id"].clone();
    let silent = |bytes: Vec<u8>| Frame { bytes, answered: None };
    match number % 12 {
        // Cut off.
        0 => {
            let mut bytes = request.to_string().into_bytes();
            bytes.truncate(dice.roll(bytes.len()));
            silent(bytes)
        }
        // Bytes changed, often no UTF-8 any more.
        1 => {
            let mut bytes = request.to_string().into_bytes();
            for _ in 0..=dice.roll(8) {
                let at = dice.roll(bytes.len());
                bytes[at] = u8::try_from(dice.roll(256)).unwrap();
            }
            silent(bytes)
        }
        // A wrong type where the envelope has a fixed one.
        2 => {
            let name = *dice.pick(&["jsonrpc", "method", "id"]);
            request[name] = odd(dice);
            silent(request.to_string().into_bytes())
        }
        // A wrong type inside: still a request, so it is answered.
        3 => {
            let name = *dice.pick(&["name", "arguments", "uri", "cursor", "inputResponses", "requestState"]);
            request["params"][name] = odd(dice);
            Frame { bytes: request.to_string().into_bytes(), answered: Some(id) }
        }
        4 => {
            let arguments = json!({"report": odd(dice), "http_status": odd(dice), "body": odd(dice), "mode": odd(dice), "jobs": odd(dice)});
            let tool = *dice.pick(&["diagnose_error", "validate_request", "test_generation", "suggest_retry_policy"]);
            let call = json!({"jsonrpc":"2.0","id":id,"method":"tools/call","params":{"name":tool,"arguments":arguments}});
            Frame { bytes: call.to_string().into_bytes(), answered: Some(id) }
        }
        // Batches exist in no revision that is served.
        5 => {
            let batch: Vec<Value> =
                (0..dice.roll(4)).map(|_| json!({"jsonrpc":"2.0","id":format!("batch-{number}"),"method":"tools/list"})).collect();
            silent(Value::Array(batch).to_string().into_bytes())
        }
        // Ids that are too large, or none.
        6 => {
            let wide = "9".repeat(400);
            let ids = [wide.as_str(), "1e400", "-0.5", "[1]", "{}", "null", "true", "18446744073709551616"];
            silent(format!(r#"{{"jsonrpc":"2.0","id":{},"method":"tools/list","params":{{}}}}"#, dice.pick(&ids)).into_bytes())
        }
        // Deep nesting.
        7 => {
            let depth = 100 + dice.roll(30_000);
            let inner = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            silent(
                format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"diagnose_error","arguments":{inner}}}}}"#)
                    .into_bytes(),
            )
        }
        // A member twice, or missing.
        8 => {
            let twice = format!(r#"{{"jsonrpc":"2.0","method":"tools/list","method":"prompts/list","id":{id},"id":{id}}}"#);
            let bare = json!({"jsonrpc":"2.0","id":id,"method":"tools/call"}).to_string();
            let none = json!({"id":id,"method":"tools/list"}).to_string();
            silent(dice.pick(&[twice, bare, none]).clone().into_bytes())
        }
        // Half a surrogate pair, marks of byte order, zeros.
        9 => {
            let text = request.to_string();
            let half = text.replace("klingai", "\\ud800");
            silent(
                dice.pick(&[half.into_bytes(), format!("\u{feff}{text}").into_bytes(), vec![0; 64], [text.as_bytes(), b"\0"].concat()])
                    .clone(),
            )
        }
        // Methods that nobody has.
        10 => {
            request["method"] =
                json!(*dice.pick(&["tools/burn", "", "tools/call ", "TOOLS/LIST", "rpc.discover", "notifications/none", "\u{202e}"]));
            Frame { bytes: request.to_string().into_bytes(), answered: Some(id) }
        }
        // Answers that nobody asked for, and notifications.
        _ => silent(
            dice.pick(&[
                json!({"jsonrpc":"2.0","id":number,"result":{}}).to_string(),
                json!({"jsonrpc":"2.0","id":number,"error":{"code":1,"message":"x"}}).to_string(),
                json!({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"nobody"}}).to_string(),
                json!({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":[],"progress":"x"}}).to_string(),
            ])
            .clone()
            .into_bytes(),
        ),
    }
}

#[test]
fn twelve_hundred_malformed_frames_on_stdio_are_survived_and_nothing_is_answered_twice() {
    let mut session = Session::initialized("2025-11-25");
    let frames = frames();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |message: &Value| {
        assert!(message["result"].is_object() || message["error"]["code"].is_i64(), "no terminal answer: {message}");
        *seen.entry(message["id"].to_string()).or_default() += 1;
    };
    for (number, frame) in frames.iter().enumerate() {
        let line: Vec<u8> = frame.bytes.iter().copied().filter(|byte| *byte != b'\n').collect();
        session.write(&line);
        // Now and then the server is waited for, so that it is never busy with more calls than it takes.
        if number % 12 == 11 {
            let id = json!(format!("alive-{number}"));
            let ping = json!({"jsonrpc":"2.0","id":id,"method":"ping"});
            session.send(&ping.to_string());
            loop {
                let message = session.next();
                if message["id"] == id {
                    break;
                }
                count(&message);
            }
        }
    }
    let (rest, status) = session.rest();
    rest.iter().for_each(&mut count);
    assert!(status.success());
    let wanted: Vec<&Value> = frames.iter().filter_map(|frame| frame.answered.as_ref()).collect();
    assert!(wanted.len() >= 300, "{}", wanted.len());
    for id in wanted {
        assert_eq!(seen.get(&id.to_string()), Some(&1), "{id}");
    }
    let twice: Vec<_> = seen.iter().filter(|(id, times)| **times > 1 && id.contains("frame-")).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
