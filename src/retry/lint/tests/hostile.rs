//! Any text has an answer, soon.

use std::time::Duration;

use proptest::prelude::*;

use super::{found, read};
use crate::retry::lint::MAX_BYTES;

/// First lines that make a text look like each language.
const HEADS: [&str; 6] = [
    "import time\ndef f():\n    for i in range(3):\n",
    "const f = async () => {\n  await fetch(x)\n",
    "package main\nfunc main() {\n\tx := 1\n",
    "public class A {\n  private final String s;\n",
    "{",
    "retry:\n  attempts: 3\n",
];

/// Pieces that readers stumble over when they come in thousands.
const PIECES: [&str; 26] = [
    "(",
    "[",
    "{",
    "}",
    "\"",
    "'",
    "`",
    "\"\"\"",
    "/*",
    "=",
    "a=",
    "a = a + ",
    "if (",
    "for (;;) {",
    "while True:\n ",
    "try:\n",
    "x => ",
    "f(",
    "- a: ",
    "@retry(",
    "return ",
    "code == 0 and ",
    "sem.acquire() ",
    "if x: raise y\n",
    "client.post(a) ",
    "while (true) { try { throw x; } catch (e) { sleep(1) } ",
];

/// Longest time in an unoptimised build on a busy machine; an optimised one takes a small part of it.
const SOON: Duration = Duration::from_secs(10);

fn answered_soon(head: &str, piece: &str) {
    let mut text = head.to_owned();
    text.push_str(&piece.repeat(MAX_BYTES / piece.len()));
    let (took, _) = timed(&text);
    assert!(took < SOON, "{took:?} for {piece:?} behind {head:?}");
}

#[test]
fn a_quarter_mebibyte_of_brackets_or_quotes_is_answered_soon() {
    for head in HEADS {
        for piece in ["(", "{", "\""] {
            answered_soon(head, piece);
        }
    }
}

#[test]
fn a_quarter_mebibyte_of_any_construct_is_answered_soon() {
    for (piece, head) in PIECES.iter().zip(HEADS.iter().cycle()) {
        answered_soon(head, piece);
    }
}

#[expect(clippy::disallowed_methods, reason = "the test measures time")]
fn timed(text: &str) -> (Duration, usize) {
    let start = std::time::Instant::now();
    let count = read(text).problems.len();
    (start.elapsed(), count)
}

fn tokens() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "for",
        "i",
        "in",
        "range(5)",
        ":",
        "\n",
        "    ",
        "try",
        "except",
        "Exception",
        "catch",
        "(e)",
        "{",
        "}",
        "(",
        ")",
        "requests.post(",
        "429",
        "==",
        "status",
        "time.sleep(1)",
        "@retry",
        "stop=",
        "await",
        "=>",
        "func",
        ":=",
        "if",
        "return",
        "1303",
        "\"code\"",
        "'",
        "\"",
        "`",
        "//",
        "#",
        "<-sem",
        "sem",
        "while",
        "true",
        "retry:",
        "attempts:",
        "[",
        "]",
        "-",
        "é",
        "重",
        ",",
        ";",
        ".",
        "?.",
        "**",
        "<<",
    ]);
    prop::collection::vec(words, 0..120).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_an_answer(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn any_order_of_code_words_has_an_answer_that_stays_within_the_text(head in prop::sample::select(HEADS.to_vec()), text in tokens()) {
        let text = format!("{head}{text}");
        let lines = text.lines().count();
        let report = read(&text);
        prop_assert!(report.problems.iter().all(|problem| problem.line >= 1 && problem.line as usize <= lines));
        prop_assert!(report.problems.windows(2).all(|pair| pair[0].line <= pair[1].line));
        prop_assert_eq!(read(&text), report);
    }

    #[test]
    fn cutting_a_snippet_anywhere_is_answered(at in 0_usize..2000) {
        let text = include_str!("../../../../tests/corpus/retry_code/loop_sound.py");
        found(text.get(..at.min(text.len())).unwrap_or(""));
    }
}
