//! What holds for any input.

use klingai_mcp::diagnose::{Detail, Input, InputError};
use klingai_mcp::redact::redact;
use klingai_mcp::text::{clean, hidden};
use proptest::prelude::*;

use crate::common::{clock, engine};

/// Pieces of real pastes, so that random text reaches the readers behind the first look.
const PIECES: &[&str] = &[
    "HTTP/1.1 429 Too Many Requests\n",
    "{\"code\":1303,\"message\":\"parallel task over resource pack limit\"}",
    "{\"code\":1102,",
    "\"message\":\"",
    "Authorization: Bearer ",
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJBSyIsImV4cCI6MX0.c2lnbmF0dXJl",
    "api-key-kling-0123456789abcdef",
    "secret_key='0123456789abcdef'",
    "https://user:hunter2hunter2@api.klingai.com/v1/videos/text2video?",
    "\"task_status\":\"failed\",\"task_status_msg\":\"",
    "Failure to pass the risk control system",
    "Traceback (most recent call last):\n",
    "ReadTimeout",
    "2026-11-20 02:58:11 ERROR ",
    "-----BEGIN PRIVATE KEY-----\n",
    "[x](https://e.example)",
    "</untrusted>```",
    "\u{1b}[31m",
    "\u{1b}]0;",
    "\u{202e}",
    "\u{e0041}",
    "\\\"",
    "\\u0000",
    "快手可灵 并发超限",
    "\r\n",
    "{\"data\":[{",
];

fn paste() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => "[ -~\n]{0,40}",
        1 => any::<char>().prop_map(|c| c.to_string()),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_an_answer_or_a_clear_refusal(report in paste(), status in any::<Option<u16>>(), code in any::<Option<i64>>(), endpoint in any::<Option<String>>(), suspicion in any::<Option<String>>(), now in any::<i64>()) {
        let input = Input { report: &report, http_status: status, service_code: code, endpoint: endpoint.as_deref(), suspicion: suspicion.as_deref(), now, detail: Detail::Full, language: None };
        match engine().diagnose(&input) {
            Ok(answer) => {
                prop_assert!(!answer.summary.is_empty());
                prop_assert!(answer.diagnoses.iter().all(|d| (0.0..=1.0).contains(&d.probability)));
                let cited = answer.diagnoses.iter().flat_map(|d| d.evidence.iter().chain(&d.against)).filter_map(|r| r.untrusted);
                prop_assert!(cited.max().is_none_or(|last| last < answer.untrusted.len()));
            }
            Err(error) => {
                prop_assert_eq!(error, InputError::Empty);
                prop_assert!(clean(&report).trim().is_empty());
            }
        }
    }

    #[test]
    fn the_same_text_gets_the_same_answer(report in paste()) {
        let input = Input { report: &report, now: clock(), ..Input::default() };
        let bytes = || engine().diagnose(&input).map(|answer| serde_json::to_string(&answer).unwrap());
        prop_assert_eq!(bytes(), bytes());
    }

    #[test]
    fn redacting_twice_is_redacting_once(report in paste()) {
        let once = redact(&clean(&report)).text;
        prop_assert_eq!(&redact(&once).text, &once);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once_and_keeps_the_lines(report in paste()) {
        let once = clean(&report);
        prop_assert_eq!(&clean(&once), &once);
        prop_assert!(once.chars().all(|c| c == '\n' || c == '\t' || !hidden(c)));
    }

    #[test]
    fn excerpts_hold_nothing_that_acts(report in paste()) {
        let input = Input { report: &report, now: clock(), detail: Detail::Full, ..Input::default() };
        for excerpt in engine().diagnose(&input).map(|answer| answer.untrusted).unwrap_or_default() {
            let text = &excerpt.excerpt;
            prop_assert!(!text.contains(['`', '<', '>']), "{text:?}");
            prop_assert!(!text.contains("](") && !text.contains("://"), "{text:?}");
            prop_assert!(text.chars().all(|c| !hidden(c)), "{text:?}");
            prop_assert!(text.len() <= 240, "{} bytes", text.len());
            prop_assert!(excerpt.line >= 1);
        }
    }
}
