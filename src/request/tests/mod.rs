//! What the readers make of pastes; one file per shape.

use serde_json::{Value as Json, json};

use super::{ReadError, Request, What, read};

mod any;
mod code_javascript;
mod code_python;
mod curl;
mod curl_windows;
mod har;
mod http;
mod json_text;
mod samples;

fn one(input: &str) -> Request {
    let mut found = read(input).unwrap();
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn body(request: &Request) -> Json {
    request.body.as_ref().unwrap_or_else(|| panic!("no body: {request:#?}")).to_json()
}

fn url(request: &Request) -> &str {
    &request.url.as_ref().unwrap().value
}

fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    &request.header(name).unwrap_or_else(|| panic!("no {name}: {request:#?}")).value
}

fn says(request: &Request, what: &What) -> bool {
    request.notes.iter().any(|note| note.what == *what)
}

fn text_at<'t>(input: &'t str, request: &Request, pointer: &str) -> &'t str {
    let span = request.body.as_ref().unwrap().pointer(pointer).unwrap().span;
    &input[span.start..span.end]
}
