//! What an answer says besides the faults.

use super::{found, read};
use crate::retry::lint::{Jitter, Language, MAX_BYTES};

#[test]
fn a_policy_is_read_with_its_numbers() {
    let text = "import requests\nfrom tenacity import retry, stop_after_attempt, wait_random_exponential\n\n@retry(stop=stop_after_attempt(5), wait=wait_random_exponential(multiplier=2, max=30))\ndef get(id):\n    return requests.get(BASE + '/tasks?task_ids=' + id).json()\n";
    let policy = read(text).recognised.unwrap();
    assert_eq!((policy.attempts, policy.base_s, policy.cap_s, policy.jitter), (Some(5), Some(2.0), Some(30.0), Some(Jitter::Full)));
    assert_eq!(policy.layers.len(), 1);
}

#[test]
fn layers_say_how_many_calls_they_multiply_to() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/retry_code/backoff_over_session_retry.py")).unwrap();
    let report = read(&text);
    assert_eq!(report.recognised.unwrap().calls_at_most, Some(16), "backoff 4 x (1 + 3 retries)");
    assert!(report.problems.iter().any(|problem| problem.message.contains("up to 16 calls")));
}

#[test]
fn settings_have_units_in_their_names() {
    let policy = read("retry:\n  max_attempts: 4\n  base_delay_ms: 250\n  cap: 20s\n  jitter: equal\n").recognised.unwrap();
    assert_eq!((policy.attempts, policy.base_s, policy.cap_s, policy.jitter), (Some(4), Some(0.25), Some(20.0), Some(Jitter::Equal)));
}

#[test]
fn retries_count_one_call_less_than_attempts() {
    assert_eq!(read("{\"retry\": {\"retries\": 3, \"jitter\": \"full\"}}").recognised.unwrap().attempts, Some(4));
    assert_eq!(read("{\"retry\": {\"maxAttempts\": 3, \"jitter\": \"full\"}}").recognised.unwrap().attempts, Some(3));
}

#[test]
fn another_language_is_named_and_not_judged() {
    let report = read(
        "use std::time::Duration;\n\nfn main() {\n    let mut n = 0;\n    loop {\n        match send().await? { Ok(x) => return x, Err(_) => n += 1 }\n    }\n}\n",
    );
    assert_eq!(report.language, None);
    assert!(report.note.unwrap().contains("Rust") && report.problems.is_empty());
}

#[test]
fn prose_and_nothing_get_a_note() {
    for text in ["", "   \n", "please make my videos reliable", "重试三次"] {
        let report = read(text);
        assert!(report.note.is_some() && report.problems.is_empty() && report.recognised.is_none(), "{text:?}");
    }
}

#[test]
fn code_without_retries_says_so() {
    let report = read("import requests\n\ndef create(body):\n    return requests.post(URL, json=body).json()\n");
    assert_eq!(report.language, Some(Language::Python));
    assert!(report.note.unwrap().contains("nothing here repeats"));
}

#[test]
fn lines_count_from_the_top_of_a_paste_with_fences() {
    let text = "My worker does this:\n\n```python\nimport time, requests\nwhile True:\n    s = requests.get(URL + '/v1/videos/text2video/1').json()['data']['task_status']\n    if s == 'succeed':\n        break\n    time.sleep(10)\n```\nIs it right?\n";
    assert_eq!(found(text), ["poll-without-end:5"]);
}

#[test]
fn a_text_beyond_the_cap_is_read_in_part_and_says_so() {
    let text = format!("import time\ndef f():\n    pass\n{}", "x = requests.get(url)\n".repeat(MAX_BYTES / 10));
    assert!(read(&text).note.unwrap().contains("first part"));
}

#[test]
fn an_answer_has_no_empty_members() {
    let text = serde_json::to_string(&read("def f():\n    return None\n")).unwrap();
    assert!(!text.contains("null") && !text.contains("[]"), "{text}");
}

#[test]
fn every_reference_is_a_page() {
    let known = super::knowledge();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/retry/lint/rules/mod.rs")).unwrap();
    let links: Vec<&str> = text.split('"').filter(|part| part.starts_with("kling://")).collect();
    assert!(links.len() > 4);
    for link in links {
        let path = format!("{}.md", link.trim_start_matches("kling://"));
        assert!(known.file(&path).is_some(), "{link}");
    }
}
