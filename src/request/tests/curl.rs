//! curl as it is written for sh.

use super::*;

const PLAIN: &str = r#"curl -X POST https://api.klingai.com/v1/videos/text2video \
  -H "Authorization: Bearer abc" \
  -H 'Content-Type: application/json' \
  -d '{"model_name": "kling-v1", "duration": 5, "cfg_scale": 0.50}'"#;

#[test]
fn a_command_over_several_lines_is_read_whole() {
    let request = one(PLAIN);
    assert_eq!(request.method.as_deref(), Some("POST"));
    assert_eq!(url(&request), "https://api.klingai.com/v1/videos/text2video");
    assert_eq!((header(&request, "authorization"), header(&request, "content-type")), ("Bearer abc", "application/json"));
    assert_eq!(body(&request), json!({"model_name": "kling-v1", "duration": 5, "cfg_scale": 0.5}));
    assert!(request.notes.is_empty() && request.body_text.is_none(), "{request:#?}");
}

#[test]
fn places_are_those_of_the_paste() {
    let request = one(PLAIN);
    assert_eq!(text_at(PLAIN, &request, "/duration"), "5");
    assert_eq!(text_at(PLAIN, &request, "/model_name"), "\"kling-v1\"");
    let span = request.url.unwrap().span;
    assert_eq!(&PLAIN[span.start..span.end], "https://api.klingai.com/v1/videos/text2video");
}

#[test]
fn places_hold_inside_escaped_quotes() {
    let input = r#"curl https://x.y/v1/a -d "{\"prompt\": \"a cat\", \"n\": 12}""#;
    let request = one(input);
    assert_eq!(text_at(input, &request, "/prompt"), r#"\"a cat\""#.trim_start_matches('\\'));
    assert_eq!(text_at(input, &request, "/n"), "12");
    assert_eq!(body(&request), json!({"prompt": "a cat", "n": 12}));
}

#[test]
fn numbers_keep_their_text() {
    let request = one(PLAIN);
    let node = request.body.as_ref().unwrap().pointer("/cfg_scale").unwrap();
    assert_eq!(node.value, crate::request::Value::Number("0.50".into()));
}

#[test]
fn a_quote_between_quotes_is_read() {
    let request = one(r#"curl https://x.y/a -d '{"prompt": "it'\''s"}'"#);
    assert_eq!(body(&request), json!({"prompt": "it's"}));
}

#[test]
fn ansi_quotes_have_escapes() {
    let request = one(r#"curl https://x.y/a -d $'{"prompt": "it\'s\u0041 \x42"}'"#);
    assert_eq!(body(&request), json!({"prompt": "it'sA B"}));
}

#[test]
fn data_implies_post_and_a_form_header() {
    let request = one(r#"curl https://x.y/a -d '{"a":1}'"#);
    assert_eq!(request.method.as_deref(), Some("POST"));
    assert_eq!(header(&request, "Content-Type"), "application/x-www-form-urlencoded");
    assert!(says(&request, &What::ImpliedHeader("Content-Type: application/x-www-form-urlencoded".into())));
}

#[test]
fn without_data_the_method_is_get() {
    assert_eq!(one("curl https://x.y/v1/tasks/8").method.as_deref(), Some("GET"));
}

#[test]
fn the_json_option_sets_both_headers() {
    let request = one(r#"curl --json '{"a":1}' https://x.y/a"#);
    assert_eq!((header(&request, "Content-Type"), header(&request, "Accept")), ("application/json", "application/json"));
    assert_eq!(body(&request), json!({"a": 1}));
}

#[test]
fn several_data_options_are_joined_and_are_no_json() {
    let request = one("curl https://x.y/a -d a=1 --data b=2 --data-urlencode 'c=x y&z'");
    assert_eq!(request.body_text.as_deref(), Some("a=1&b=2&c=x%20y%26z"));
    assert!(says(&request, &What::BodyNotJson));
}

#[test]
fn get_moves_the_data_into_the_query() {
    let request = one("curl -G 'https://x.y/a?z=0' -d pageNum=1 -d pageSize=30");
    assert_eq!((url(&request), request.method.as_deref()), ("https://x.y/a?z=0&pageNum=1&pageSize=30", Some("GET")));
}

#[test]
fn attached_and_clustered_short_options_are_read() {
    let request = one("curl -sSLXPUT -HA:b -d'{\"a\":1}' https://x.y/a");
    assert_eq!((request.method.as_deref(), header(&request, "A")), (Some("PUT"), "b"));
    assert_eq!(body(&request), json!({"a": 1}));
}

#[test]
fn known_options_take_their_argument_with_them() {
    let request = one("curl --max-time 30 -o out.json -w '%{http_code}' --retry 3 --compressed https://x.y/a");
    assert_eq!(url(&request), "https://x.y/a");
    assert!(request.notes.is_empty());
}

#[test]
fn unknown_options_are_reported() {
    let request = one("curl --frobnicate https://x.y/a");
    assert!(says(&request, &What::UnknownOption("--frobnicate".into())));
    assert_eq!(url(&request), "https://x.y/a");
}

#[test]
fn the_url_option_counts() {
    assert_eq!(url(&one("curl --request POST --url https://x.y/a --header 'a: b'")), "https://x.y/a");
}

#[test]
fn files_are_not_read() {
    let request = one("curl https://x.y/a -H 'A: b' -d @body.json");
    assert!(says(&request, &What::FileNotRead("body.json".into())));
    assert!(request.body.is_none() && request.method.as_deref() == Some("POST"));
}

#[test]
fn raw_data_may_begin_with_an_at_sign() {
    assert_eq!(one("curl https://x.y/a --data-raw @me").body_text.as_deref(), Some("@me"));
}

#[test]
fn variables_are_not_evaluated() {
    let request = one(r#"curl "$BASE/v1/videos" -H "Authorization: Bearer $TOKEN" -d '{"model":"'"$MODEL"'","duration":'$D'}'"#);
    assert_eq!(url(&request), "<unknown: variable BASE>/v1/videos");
    assert_eq!(header(&request, "Authorization"), "Bearer <unknown: variable TOKEN>");
    assert_eq!(body(&request), json!({"model": "<unknown: variable MODEL>", "duration": "<unknown: variable D>"}));
    assert!(says(&request, &What::NotEvaluated("$TOKEN".into())));
}

#[test]
fn a_variable_inside_a_longer_text_makes_a_template() {
    let request = one(r#"curl https://x.y/a -d "{\"image_url\":\"https://c.d/$ID.png\"}""#);
    assert_eq!(body(&request)["image_url"], "<unknown: template https://c.d/<unknown: variable ID>.png>");
}

#[test]
fn commands_inside_are_not_run() {
    let request = one(r#"curl https://x.y/a -H "A: $(make token)" -d "{\"image\":\"`base64 a.png`\"}""#);
    assert_eq!(header(&request, "A"), "<unknown: call $(make token)>");
    assert_eq!(body(&request)["image"], "<unknown: call `base64 a.png`>");
    assert!(one("curl https://x.y/a -d <(cat x)").body.is_none());
}

#[test]
fn a_here_document_is_the_body() {
    let input = "curl https://x.y/a -H 'A: b' -d @- <<'EOF'\n{\"prompt\": \"$5\"}\nEOF\necho done";
    let request = one(input);
    assert_eq!(body(&request), json!({"prompt": "$5"}));
    assert_eq!(text_at(input, &request, "/prompt"), "\"$5\"");
    let request = one("curl https://x.y/a -d \"$(cat <<EOF\n{\"prompt\": \"a\"}\nEOF\n)\" -H 'A: b'");
    assert_eq!((body(&request), header(&request, "A")), (json!({"prompt": "a"}), "b"));
}

#[test]
fn form_parts_are_reported() {
    let request = one("curl https://x.y/a -F model=kling-v1 -F image=@cat.png");
    assert!(says(&request, &What::FormPart("image".into())) && says(&request, &What::FileNotRead("cat.png".into())));
    assert_eq!((header(&request, "Content-Type"), request.method.as_deref()), ("multipart/form-data", Some("POST")));
}

#[test]
fn credentials_are_noted_and_not_repeated() {
    let request = one("curl -u ak:sk https://x.y/a");
    assert!(says(&request, &What::Credentials) && !format!("{request:?}").contains("ak:sk"));
}

#[test]
fn pipes_and_redirections_are_not_arguments() {
    let request = one("$ curl -s https://x.y/a 2>/dev/null > out.json | jq .data");
    assert_eq!(url(&request), "https://x.y/a");
    assert!(request.notes.is_empty(), "{request:#?}");
}

#[test]
fn a_lost_continuation_mark_is_reported() {
    let request = one("curl https://x.y/a\n  -H 'A: b' \\ \n  -d '{\"a\":1}'");
    assert_eq!((header(&request, "A"), body(&request)), ("b", json!({"a": 1})));
    assert_eq!(request.notes.iter().filter(|note| note.what == What::BrokenContinuation).count(), 2);
}

#[test]
fn several_commands_give_several_requests() {
    let found =
        read("curl -X POST https://x.y/a -d '{}'\n\n# then\ncurl https://x.y/a/8\ncurl https://x.y/b --next https://x.y/c").unwrap();
    let urls: Vec<_> = found.iter().map(url).collect();
    assert_eq!(urls, ["https://x.y/a", "https://x.y/a/8", "https://x.y/b", "https://x.y/c"]);
}

#[test]
fn a_command_in_prose_or_in_a_fence_is_found() {
    assert_eq!(url(&one("I run: curl -X GET https://x.y/a")), "https://x.y/a");
    assert_eq!(body(&one("Look:\n```bash\ncurl https://x.y/a -d '{\"a\":1}'\n```\nIt fails with 400.")), json!({"a": 1}));
}

#[test]
fn an_open_quote_and_a_cut_body_are_notes() {
    let request = one("curl https://x.y/a -d '{\"settings\": {\"duration\": 5");
    assert!(says(&request, &What::Unclosed));
    let cut = request.notes.iter().find_map(|note| match &note.what {
        What::BodyUnreadable(ReadError::Cut { open, .. }) => Some(open.len()),
        _ => None,
    });
    assert_eq!((cut, request.body_text.as_deref()), (Some(2), Some("{\"settings\": {\"duration\": 5")));
}

#[test]
fn a_header_without_a_value_is_taken_away() {
    let request = one("curl https://x.y/a -H 'Accept:' -H 'X-Empty;'");
    assert!(request.header("Accept").is_none() && header(&request, "X-Empty").is_empty());
}

#[test]
fn carriage_returns_do_no_harm() {
    let request = one("curl https://x.y/a \\\r\n  -H 'A: b' \\\r\n  -d '{\"a\":1}'\r\n");
    assert_eq!((header(&request, "A"), body(&request)), ("b", json!({"a": 1})));
}
