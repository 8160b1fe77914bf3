//! Calls in Python.

use super::*;
use crate::request::Source;

const CREATE: &str = r#"import os, time, jwt, requests

BASE = "https://api.klingai.com"
TOKEN = make_token(os.environ["AK"], os.environ["SK"])
headers = {
    "Authorization": f"Bearer {TOKEN}",
    "Content-Type": "application/json",
}
url = f"{BASE}/v1/videos/text2video"
payload = {
    "model_name": "kling-v1",  # the model
    'prompt': 'a cat '
              "on a roof",
    "duration": "5",
    "cfg_scale": 0.5,
    "camera_control": {"type": "simple", "config": {"zoom": -3}},
    "negative_prompt": None,
    "sound": True,
    "image": base64.b64encode(open("a.png", "rb").read()).decode(),
    "callback_url": callback,
}

response = requests.post(url, headers=headers, json=payload, timeout=30)
print(response.json().get("data"))
"#;

#[test]
fn names_with_literals_are_resolved() {
    let request = one(CREATE);
    assert_eq!((request.source, request.method.as_deref()), (Source::Python, Some("POST")));
    assert_eq!(url(&request), "https://api.klingai.com/v1/videos/text2video");
    assert_eq!(
        body(&request),
        json!({
            "model_name": "kling-v1", "prompt": "a cat on a roof", "duration": "5", "cfg_scale": 0.5,
            "camera_control": {"type": "simple", "config": {"zoom": -3}}, "negative_prompt": null, "sound": true,
            "image": "<unknown: call base64.b64encode>", "callback_url": "<unknown: variable callback>",
        })
    );
}

#[test]
fn unknown_parts_of_headers_are_stand_ins() {
    assert_eq!(header(&one(CREATE), "Authorization"), "Bearer <unknown: variable TOKEN>");
}

#[test]
fn places_are_those_of_the_literals() {
    assert_eq!(text_at(CREATE, &one(CREATE), "/camera_control/config/zoom"), "-3");
}

#[test]
fn dumped_json_is_a_body() {
    let request = one("import json, requests\nr = requests.post('https://x.y/a', data=json.dumps({'a': [1, 2]}))");
    assert_eq!(body(&request), json!({"a": [1, 2]}));
    assert!(request.header("Content-Type").is_none());
    let request = one("import json, requests\npayload = json.dumps({'a': 1})\nrequests.request(\"POST\", 'https://x.y/a', data=payload)");
    assert_eq!((body(&request), request.method.as_deref()), (json!({"a": 1}), Some("POST")));
}

#[test]
fn a_dictionary_as_data_is_a_form() {
    let request = one("requests.post('https://x.y/a', data={'a': 1})");
    assert!(says(&request, &What::BodyIsForm));
    assert_eq!(header(&request, "Content-Type"), "application/x-www-form-urlencoded");
}

#[test]
fn json_made_twice_is_reported() {
    let request = one("requests.post('https://x.y/a', json=json.dumps({'a': 1}))");
    assert!(says(&request, &What::SerialisedTwice));
}

#[test]
fn a_text_with_json_is_a_body() {
    let input = "payload = \"\"\"\n{\"a\": 1, \"b\": true}\n\"\"\"\nrequests.post('https://x.y/a', data=payload)";
    let request = one(input);
    assert_eq!(body(&request), json!({"a": 1, "b": true}));
    assert_eq!(text_at(input, &request, "/b"), "true");
}

#[test]
fn later_changes_of_a_dictionary_count() {
    let request = one(
        "payload = {'a': 1, 's': {'d': 5}}\npayload['b'] = 2\npayload['a'] = 3\npayload['s']['d'] = 10\nrequests.post('https://x.y/a', json=payload)\npayload['c'] = 4",
    );
    assert_eq!(body(&request), json!({"a": 3, "s": {"d": 10}, "b": 2}));
}

#[test]
fn the_last_assignment_before_the_call_counts() {
    let found = read("p = {'a': 1}\nrequests.post('https://x.y/a', json=p)\np = {'a': 2}\nrequests.post('https://x.y/a', json=p)").unwrap();
    assert_eq!(found.iter().map(body).collect::<Vec<_>>(), [json!({"a": 1}), json!({"a": 2})]);
}

#[test]
fn sessions_and_clients_lend_base_and_headers() {
    let input = "with httpx.Client(base_url='https://x.y', headers={'A': 'b'}) as client:\n    r = client.post('/v1/a', json={'n': 1})";
    let request = one(input);
    assert_eq!((url(&request), header(&request, "A"), body(&request)), ("https://x.y/v1/a", "b", json!({"n": 1})));
    let input = "s = requests.Session()\ns.headers.update({'A': 'b'})\nsession = s\ns.headers['C'] = 'd'\nr = s.post('https://x.y/v1/a', json={'n': 1})";
    let request = one(input);
    assert_eq!((header(&request, "A"), header(&request, "C")), ("b", "d"));
}

#[test]
fn asynchronous_calls_are_read() {
    let input = "async def run():\n    async with aiohttp.ClientSession(headers=HEADERS) as session:\n        async with session.post(f\"{BASE}/v1/a\", json={\"n\": 1}) as resp:\n            return await resp.json()";
    let request = one(input);
    assert_eq!((url(&request), body(&request)), ("<unknown: variable BASE>/v1/a", json!({"n": 1})));
    assert!(says(&request, &What::NotEvaluated("headers: variable HEADERS".into())));
}

#[test]
fn the_method_may_be_an_argument() {
    let request = one("client.request(\"PUT\", \"https://x.y/a\", json=dict(n=1, m='x'))");
    assert_eq!((request.method.as_deref(), body(&request)), (Some("PUT"), json!({"n": 1, "m": "x"})));
}

#[test]
fn the_standard_library_is_read() {
    let request = one(
        "import urllib.request\nreq = urllib.request.Request('https://x.y/a', data=json.dumps({'n': 1}).encode('utf-8'), headers={'A': 'b'}, method='POST')\nurllib.request.urlopen(req)",
    );
    assert_eq!((request.method.as_deref(), body(&request), header(&request, "A")), (Some("POST"), json!({"n": 1}), "b"));
    let request = one(
        "import http.client\nconn = http.client.HTTPSConnection('x.y')\npayload = json.dumps({\"n\": 1})\nheaders = {'A': 'b'}\nconn.request(\"POST\", \"/v1/a\", payload, headers)",
    );
    assert_eq!((url(&request), body(&request), header(&request, "A")), ("/v1/a", json!({"n": 1}), "b"));
}

#[test]
fn unknown_bodies_are_no_error() {
    let request = one("def create(payload):\n    return requests.post(URL, json=payload, headers=get_headers())");
    assert_eq!(body(&request), json!("<unknown: variable payload>"));
    assert_eq!(url(&request), "<unknown: variable URL>");
    assert!(says(&request, &What::NotEvaluated("headers: call get_headers".into())));
}

#[test]
fn spread_dictionaries_are_merged() {
    let request = one("base = {'a': 1}\nrequests.post('https://x.y/a', json={**base, 'b': 2, **more})");
    assert_eq!(body(&request), json!({"a": 1, "b": 2}));
    assert!(says(&request, &What::NotEvaluated("more".into())));
}

#[test]
fn polling_is_a_request_of_its_own() {
    let found =
        read(&format!("{CREATE}\nwhile True:\n    r = requests.get(f\"{{url}}/{{task_id}}\", headers=headers, params={{'pageNum': 1}})\n"))
            .unwrap();
    assert_eq!(url(&found[1]), "https://api.klingai.com/v1/videos/text2video/<unknown: variable task_id>?pageNum=1");
    assert_eq!(found[1].method.as_deref(), Some("GET"));
}

#[test]
fn routes_of_a_server_are_no_requests() {
    assert!(read("import flask\n@app.post('/callback')\ndef callback():\n    data = cache.get('/x')\n    return {}").is_err());
}

#[test]
fn names_that_double_each_other_end() {
    let mut input = String::from("a0 = ['x', 'x']\n");
    for n in 1..60 {
        input += &["a", &n.to_string(), " = [a", &(n - 1).to_string(), ", a", &(n - 1).to_string(), "]\n"].concat();
    }
    input += "requests.post('https://x.y/a', json=a59)";
    assert!(read(&input).is_ok());
    assert!(read("a = b\nb = a\na = b\nrequests.post('https://x.y/a', json=a)").is_ok());
}
