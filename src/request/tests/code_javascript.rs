//! Calls in JavaScript and TypeScript.

use super::*;
use crate::request::Source;

#[test]
fn fetch_with_an_object_made_into_json_is_read() {
    let input = r#"const BASE_URL: string = "https://api.klingai.com";
const body = { model_name: 'kling-v1', prompt, "duration": 5, nested: [{ a: true }, null], image: toBase64(file), };
const res = await fetch(`${BASE_URL}/v1/videos/text2video`, {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
  body: JSON.stringify(body),
});
const data = await res.json();"#;
    let request = one(input);
    assert_eq!((request.source, request.method.as_deref()), (Source::JavaScript, Some("POST")));
    assert_eq!(url(&request), "https://api.klingai.com/v1/videos/text2video");
    assert_eq!(
        body(&request),
        json!({"model_name": "kling-v1", "prompt": "<unknown: variable prompt>", "duration": 5,
               "nested": [{"a": true}, null], "image": "<unknown: call toBase64>"})
    );
    assert_eq!(header(&request, "authorization"), "Bearer <unknown: variable token>");
    assert_eq!(text_at(input, &request, "/nested/0/a"), "true");
}

#[test]
fn fetch_without_a_content_type_sends_plain_text() {
    let request = one("fetch('https://x.y/a', {method: 'post', body: JSON.stringify({a: 1})})");
    assert_eq!((request.method.as_deref(), header(&request, "Content-Type")), (Some("POST"), "text/plain;charset=UTF-8"));
}

#[test]
fn an_object_that_is_not_made_into_json_is_reported() {
    let request = one("fetch('https://x.y/a', {method: 'POST', body: {a: 1}})");
    assert!(says(&request, &What::NotSerialised));
}

#[test]
fn what_chrome_copies_as_fetch_is_read() {
    let request = one(r#"fetch("https://x.y/a", {
  "headers": { "accept": "*/*", "content-type": "application/json" },
  "body": "{\"prompt\":\"a \\\"cat\\\"\",\"n\":5}",
  "method": "POST"
});"#);
    assert_eq!(body(&request), json!({"prompt": "a \"cat\"", "n": 5}));
    assert_eq!(header(&request, "accept"), "*/*");
}

#[test]
fn axios_post_takes_data_and_options() {
    let request = one("const r = await axios.post<Answer>('https://x.y/a', { a: 1, 'b': \"c\" }, { headers: { A: 'b' }, timeout: 9 });");
    assert_eq!((request.method.as_deref(), body(&request), header(&request, "A")), (Some("POST"), json!({"a": 1, "b": "c"}), "b"));
    assert_eq!(header(&request, "Content-Type"), "application/json");
}

#[test]
fn axios_with_one_object_is_read() {
    let request = one(
        "const config = {\n method: 'post',\n url: 'https://x.y/a',\n headers: { A: 'b' },\n data: { n: 1 }\n};\naxios(config).then(r => console.log(r))",
    );
    assert_eq!((url(&request), body(&request), header(&request, "A")), ("https://x.y/a", json!({"n": 1}), "b"));
}

#[test]
fn a_client_lends_base_and_headers() {
    let request =
        one("const api = axios.create({ baseURL: 'https://x.y/v1/', headers: { A: 'b' } });\nawait api.post('/videos', { n: 1 });");
    assert_eq!((url(&request), header(&request, "A"), body(&request)), ("https://x.y/v1/videos", "b", json!({"n": 1})));
}

#[test]
fn text_added_up_is_read() {
    let request = one("const base = 'https://x.y';\nfetch(base + '/v1/a/' + id, { headers: new Headers({ A: 'b' }) })");
    assert_eq!((url(&request), header(&request, "A")), ("https://x.y/v1/a/<unknown: variable id>", "b"));
    assert_eq!(request.method.as_deref(), Some("GET"));
}

#[test]
fn got_takes_json_as_an_option() {
    let request = one("import got from 'got';\nconst r = await got.post('https://x.y/a', { json: { n: 1 }, headers: { A: 'b' } });");
    assert_eq!((body(&request), header(&request, "A")), (json!({"n": 1}), "b"));
}

#[test]
fn types_around_literals_are_passed_over() {
    let request = one(
        "const p = { mode: 'pro' as const, n: 5 } satisfies Payload;\nconst q: Record<string, unknown> = { ...p, extra: undefined };\nq.duration = '10';\nfetch(url, { method: 'POST', body: JSON.stringify(q) })",
    );
    assert_eq!(body(&request), json!({"mode": "pro", "n": 5, "duration": "10"}));
}

#[test]
fn members_of_known_objects_are_resolved() {
    let request = one(
        "const config = { base: 'https://x.y', model: { name: 'kling-v1' } };\nfetch(`${config.base}/a`, { method: 'POST', body: JSON.stringify({ m: config.model.name, k: process.env.KEY }) })",
    );
    assert_eq!(url(&request), "https://x.y/a");
    assert_eq!(body(&request), json!({"m": "kling-v1", "k": "<unknown: variable process.env.KEY>"}));
}

#[test]
fn conditions_are_not_followed() {
    let request = one("fetch('https://x.y/a', { method: 'POST', body: JSON.stringify({ n: pro ? 10 : 5, m: x || 'y' }) })");
    assert_eq!(body(&request), json!({"n": "<unknown: expression pro ? 10 : 5>", "m": "<unknown: expression x || 'y'>"}));
}

#[test]
fn comments_and_strings_do_not_make_calls() {
    assert!(read("// fetch('https://x.y/a')\nconst a = \"fetch('https://x.y/b')\";").is_err());
}

#[test]
fn routes_of_express_are_no_requests() {
    assert!(read("const app = express();\napp.post('/v1/callback', async (req, res) => { res.json({}) });").is_err());
}
