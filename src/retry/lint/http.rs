//! Which tokens send a request, create a task, ask for its state, or wait.

use crate::knowledge::Knowledge;

use super::code::{Call, Code, Range, words};
use super::value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    /// Sends a request that was made elsewhere.
    Send,
}

/// Receivers of `.get(` that are HTTP clients; a dictionary has `.get(` too.
const CLIENTS: [&str; 12] = ["requests", "httpx", "session", "client", "axios", "http", "got", "ky", "api", "sess", "superagent", "needle"];

/// The verb of a call that talks HTTP.
pub(super) fn verb(code: &Code<'_>, call: &Call) -> Option<Verb> {
    let name = code.last(call.at);
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "post" | "postforentity" | "postforobject" | "postform" => Some(Verb::Post),
        "get" | "getforobject" | "getforentity" if asks(code, call) => Some(Verb::Get),
        "fetch" | "request" | "newrequest" | "newrequestwithcontext" | "exchange" | "got" | "ky" | "axios" | "build_request" => {
            spoken(code, call)
        }
        "do" | "send" | "sendasync" | "execute" | "newcall" if sends(code, call) => Some(Verb::Send),
        _ => None,
    }
}

fn asks(code: &Code<'_>, call: &Call) -> bool {
    let receiver = code.receiver(call.at);
    let last = words(receiver).pop().unwrap_or_default();
    let address =
        |at: usize| code.string(at).is_some_and(|text| text.contains('/')) || has_word(code.text(at), &["url", "uri", "endpoint"]);
    CLIENTS.contains(&last.as_str()) || call.args.indexes().take(6).any(address)
}

fn sends(code: &Code<'_>, call: &Call) -> bool {
    let receiver = code.receiver(call.at);
    !call.args.is_empty() && has_word(receiver, &["client", "http", "https", "c", "hc", "rc"]) || code.last(call.at) == "newCall"
}

/// The verb that stands as a word among the arguments.
fn spoken(code: &Code<'_>, call: &Call) -> Option<Verb> {
    let says = |word: &str| {
        call.args.indexes().any(|at| {
            code.string(at).is_some_and(|text| text.eq_ignore_ascii_case(word))
                || super::code::last_part(code.text(at)).trim_start_matches("Method").eq_ignore_ascii_case(word) && code.is_name(at)
        })
    };
    if says("post") {
        return Some(Verb::Post);
    }
    if says("get") {
        return Some(Verb::Get);
    }
    let open =
        code.members(call.args).iter().skip(1).any(|member| member.value.to == member.value.from + 1 && code.is_name(member.value.from));
    match code.last(call.at) {
        "fetch" | "got" | "ky" | "axios" if open => Some(Verb::Send),
        "fetch" | "got" | "ky" => Some(Verb::Get),
        "axios" | "request" | "exchange" if !call.args.is_empty() => Some(Verb::Send),
        _ => None,
    }
}

pub(super) fn has_word(name: &str, list: &[&str]) -> bool {
    words(name).iter().any(|word| list.contains(&word.as_str()))
}

/// Whether the call makes a task: a POST to a path that is none of the known reads, or a name that says so.
pub(super) fn creates(code: &Code<'_>, call: &Call, knowledge: &Knowledge) -> bool {
    match verb(code, call) {
        Some(Verb::Post) => !reads_by_post(code, call, knowledge),
        Some(_) => false,
        None => named_create(code.text(call.at)),
    }
}

/// Whether an argument names a path whose POST is no create, such as the list of tasks.
fn reads_by_post(code: &Code<'_>, call: &Call, knowledge: &Knowledge) -> bool {
    let other = |text: &str| {
        let path = text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/');
        let known = |kind: bool| {
            knowledge
                .endpoints
                .iter()
                .any(|endpoint| endpoint.method == "POST" && (endpoint.kind == "create") == kind && path.ends_with(&endpoint.path))
        };
        path.contains('/') && known(false) && !known(true)
    };
    let foreign = |text: &str| ["webhook", "slack", "/token", "oauth", "callback"].iter().any(|word| text.contains(word));
    call.args.indexes().filter_map(|at| code.string(at)).any(|text| other(text) || text.contains("://") && foreign(text))
}

/// Names of functions that create a task, as people write them.
pub(super) fn named_create(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&["asyncio", "loop", "tg", "group", "executor", "pool", "db", "repo", "document", "react", "hash", "promises"]) {
        return false;
    }
    let last = super::code::words(super::code::last_part(name));
    let verb = last.iter().any(|word| matches!(word.as_str(), "create" | "submit" | "generate" | "start" | "launch"));
    let noun = last.iter().any(|word| {
        matches!(
            word.as_str(),
            "video"
                | "videos"
                | "task"
                | "tasks"
                | "job"
                | "clip"
                | "image"
                | "images"
                | "generation"
                | "kling"
                | "text2video"
                | "image2video"
        )
    });
    let product = ["text2video", "image2video", "texttovideo", "imagetovideo"].iter().any(|product| last.concat() == *product);
    let of_kling = has(&["kling", "client"]) && last.len() == 1 && verb;
    verb && noun || product || of_kling || last == ["submit"]
}

/// How long a call waits in seconds, when that can be told.
pub(super) fn sleep(code: &Code<'_>, call: &Call) -> Option<f64> {
    sleep_argument(code, call).and_then(|range| value::duration(code, range, unit(code, call)))
}

/// The argument that says how long a call waits.
pub(super) fn sleep_argument(code: &Code<'_>, call: &Call) -> Option<Range> {
    let name = code.last(call.at);
    let receiver = code.receiver(call.at);
    let members = code.members(call.args);
    let of_clock = matches!(receiver, "" | "time" | "timers" | "this" | "self") && !code.text(call.at).starts_with('.');
    let waits = match name.to_ascii_lowercase().as_str() {
        "settimeout" if members.len() >= 2 => return members.get(1).map(|member| member.value),
        "settimeout" => return members.first().map(|member| member.value).filter(|value| value.to == value.from + 1),
        "delay" | "after" | "newtimer" => of_clock && name != "after",
        "wait" | "backoff" => of_clock && members.len() == 1,
        "pause" | "parknanos" => true,
        _ => has_word(name, &["sleep", "usleep"]),
    };
    members.first().map(|member| member.value).filter(|_| waits)
}

fn unit(code: &Code<'_>, call: &Call) -> f64 {
    let name = code.text(call.at);
    if name.contains("TimeUnit.SECONDS") || name.starts_with("SECONDS.") || sleeps_seconds(code, name) {
        return 1.0;
    }
    value::sleep_unit(code.language)
}

/// What a helper multiplies seconds with.
const MILLIS: f64 = 1e3;

/// Whether the snippet defines this sleep with a number of seconds.
fn sleeps_seconds(code: &Code<'_>, name: &str) -> bool {
    let own = code.blocks.iter().find(|block| block.is_function() && code.text(block.at) == name);
    own.is_some_and(|block| {
        block.body.indexes().any(|at| value::number(code, Range::new(at, at + 1)) == Some(MILLIS))
            || code.any(block.head, |word| matches!(word, "s" | "sec" | "secs" | "seconds"))
    })
}
