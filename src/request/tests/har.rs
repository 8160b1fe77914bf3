//! HTTP archives.

use super::*;
use crate::request::Source;

const ENTRY: &str = r#"{"startedDateTime":"2026-01-01","request":{"method":"POST","url":"https://x.y/v1/a?b=1","httpVersion":"HTTP/2",
"headers":[{"name":":authority","value":"x.y"},{"name":"authorization","value":"Bearer z"}],
"postData":{"mimeType":"application/json","text":"{\"prompt\":\"a \\\"cat\\\"\",\"n\":5}"}},"response":{"status":400,"content":{"text":"{}"}}}"#;

#[test]
fn an_entry_is_read() {
    let request = one(ENTRY);
    assert_eq!((request.source, request.method.as_deref(), url(&request)), (Source::Har, Some("POST"), "https://x.y/v1/a?b=1"));
    assert_eq!(body(&request), json!({"prompt": "a \"cat\"", "n": 5}));
    assert_eq!((header(&request, "authorization"), header(&request, "content-type")), ("Bearer z", "application/json"));
    assert!(request.header(":authority").is_none());
}

#[test]
fn places_inside_the_escaped_body_are_those_of_the_archive() {
    assert_eq!(text_at(ENTRY, &one(ENTRY), "/n"), "5");
}

#[test]
fn all_entries_of_an_archive_are_read() {
    let archive = format!(r#"{{"log":{{"version":"1.2","entries":[{ENTRY},{ENTRY}]}}}}"#);
    assert_eq!(read(&archive).unwrap().len(), 2);
}

#[test]
fn a_request_object_alone_is_read() {
    let request = one(r#"{"method":"GET","url":"https://x.y/a","httpVersion":"HTTP/1.1","headers":[]}"#);
    assert_eq!((request.source, url(&request)), (Source::Har, "https://x.y/a"));
}

#[test]
fn a_large_body_of_an_archive_is_read() {
    let image = "A".repeat(200_000);
    let entry = format!(
        r#"{{"request":{{"method":"POST","url":"https://x.y/a","headers":[],"postData":{{"text":"{{\"image\":\"{image}\"}}"}}}}}}"#
    );
    assert_eq!(body(&one(&entry))["image"], image);
}

#[test]
fn a_form_in_an_archive_is_reported() {
    let request =
        one(r#"{"request":{"method":"POST","url":"https://x.y/a","headers":[],"postData":{"params":[{"name":"a","value":"1"}]}}}"#);
    assert!(says(&request, &What::BodyIsForm));
}

#[test]
fn a_body_that_has_a_member_named_request_stays_a_body() {
    assert_eq!(one(r#"{"request": {"prompt": "x"}}"#).source, Source::Json);
}
