//! Raw HTTP text and endpoint lines.

use super::*;
use crate::request::Source;

#[test]
fn request_line_headers_and_body_are_read() {
    let input = "POST /v1/videos/text2video HTTP/1.1\r\nHost: api.klingai.com\r\nContent-Type: application/json\r\n\r\n{\"prompt\": \"a\", \"n\": 5}";
    let request = one(input);
    assert_eq!((request.method.as_deref(), url(&request), request.source), (Some("POST"), "/v1/videos/text2video", Source::Http));
    assert_eq!(header(&request, "host"), "api.klingai.com");
    assert_eq!(text_at(input, &request, "/n"), "5");
}

#[test]
fn a_response_behind_it_is_left_out() {
    let request =
        one("POST /v1/a HTTP/1.1\nHost: x.y\n\n{\"a\": 1}\n\nHTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"code\": 1}");
    assert_eq!(body(&request), json!({"a": 1}));
    assert!(says(&request, &What::Response));
}

#[test]
fn a_trace_of_curl_is_read() {
    let request =
        one("* Connected\n> POST /v1/a HTTP/1.1\n> Host: x.y\n> Authorization: Bearer z\n>\n< HTTP/1.1 401 Unauthorized\n< Date: x\n");
    assert_eq!((url(&request), header(&request, "Authorization")), ("/v1/a", "Bearer z"));
    assert!(request.body.is_none() && says(&request, &What::Response));
}

#[test]
fn a_broken_body_is_a_note() {
    let request = one("POST /v1/a HTTP/1.1\nHost: x.y\n\n{\"a\": 1 \"b\": 2}");
    assert!(request.notes.iter().any(|note| matches!(note.what, What::BodyUnreadable(ReadError::Unexpected { .. }))));
    assert_eq!(request.body_text.as_deref(), Some("{\"a\": 1 \"b\": 2}"));
}

#[test]
fn several_requests_of_a_file_are_read() {
    let found = read("### create\nPOST https://x.y/a\nContent-Type: application/json\n\n{\"a\": 1}\n\n### query\nGET https://x.y/a/8 HTTP/1.1\nAccept: */*\n").unwrap();
    assert_eq!(found.iter().map(url).collect::<Vec<_>>(), ["https://x.y/a", "https://x.y/a/8"]);
    assert_eq!(body(&found[0]), json!({"a": 1}));
}

#[test]
fn an_endpoint_line_with_json_is_read() {
    let input = "POST /v1/videos/text2video\n{\"model_name\": \"kling-v1\"}";
    let request = one(input);
    assert_eq!((request.source, request.method.as_deref(), url(&request)), (Source::Json, Some("POST"), "/v1/videos/text2video"));
    assert_eq!(text_at(input, &request, "/model_name"), "\"kling-v1\"");
}

#[test]
fn an_endpoint_in_prose_belongs_to_the_json_behind_it() {
    let request = one("I send this to `POST https://x.y/v1/a`:\n\n```json\n{\"a\": 1}\n```\n");
    assert_eq!((request.method.as_deref(), url(&request)), (Some("POST"), "https://x.y/v1/a"));
    let request = one("Endpoint: https://x.y/v1/a\nBody:\n{\"a\": 1}");
    assert_eq!((request.method, request.url.unwrap().value.as_str()), (None, "https://x.y/v1/a"));
}

#[test]
fn a_cut_body_behind_an_endpoint_line_is_an_error() {
    assert!(matches!(read("POST /v1/a\n{\"a\": "), Err(ReadError::Cut { .. })));
}

#[test]
fn an_endpoint_alone_is_a_request_without_a_body() {
    let request = one("GET /v1/videos/text2video/123");
    assert_eq!((request.method.as_deref(), request.body), (Some("GET"), None));
}
