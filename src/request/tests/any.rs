//! Whatever is pasted, reading ends, and places lie within the paste.

use super::samples::SAMPLES;
use super::*;
use crate::request::{Node, Value};
use crate::text::Span;

/// Checks every place, so that a caller can cut the paste there.
fn check(input: &str) {
    let Ok(found) = read(input) else { return };
    for request in found {
        for note in &request.notes {
            assert!(fits(input, note.span), "{note:?} in {input:?}");
        }
        for header in &request.headers {
            assert!(fits(input, header.span), "{header:?} in {input:?}");
        }
        assert!(request.url.iter().all(|url| fits(input, url.span)), "{:?} in {input:?}", request.url);
        request.body.iter().for_each(|body| check_node(input, body));
    }
}

fn check_node(input: &str, node: &Node) {
    assert!(fits(input, node.span), "{node:?} in {input:?}");
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| check_node(input, item)),
        Value::Object(members) => {
            for member in members {
                assert!(fits(input, member.key_span), "{member:?} in {input:?}");
                check_node(input, &member.value);
            }
        }
        _ => {}
    }
}

fn fits(input: &str, span: Span) -> bool {
    input.get(span.start..span.end).is_some()
}

#[test]
fn any_beginning_of_any_paste_is_read_without_panic() {
    for sample in SAMPLES {
        for (end, _) in sample.char_indices() {
            check(&sample[..end]);
        }
        check(sample);
    }
}

#[test]
fn any_end_of_any_paste_is_read_without_panic() {
    for sample in SAMPLES {
        for (start, _) in sample.char_indices() {
            check(&sample[start..]);
        }
    }
}

#[test]
fn any_paste_with_a_character_changed_is_read_without_panic() {
    for sample in SAMPLES {
        for (at, c) in sample.char_indices() {
            for other in ["", "'", "\"", "\\", "{", "}", "(", ")", "`", "^", "$", "\n", "@", "é", "\u{2028}"] {
                check(&format!("{}{other}{}", &sample[..at], &sample[at + c.len_utf8()..]));
            }
        }
    }
}

#[test]
fn any_two_pastes_together_are_read_without_panic() {
    for first in SAMPLES {
        for second in SAMPLES {
            check(&format!("{first}\n{second}"));
        }
    }
}

#[test]
fn every_complete_paste_gives_a_request() {
    for sample in SAMPLES {
        assert!(read(sample).is_ok_and(|found| !found.is_empty()), "{sample}: {:?}", read(sample));
    }
}

#[test]
fn long_repetitions_end() {
    for piece in [
        "[",
        "{\"a\":",
        "\"",
        "'",
        "`",
        "$(",
        "${",
        "\\",
        "curl ",
        "curl https://x ",
        "-d ",
        "\n",
        "\n-x",
        "@'\n",
        "f'{",
        "a=",
        "a(",
        "fetch(`${",
        "POST /a\n",
        "```\n",
        "/*",
        "^",
        "%a",
        "$(cat <<X\n",
        "fetch(new Request(",
        "a=a\n",
    ] {
        check(&piece.repeat(20_000));
        check(&format!("curl https://x.y {}", piece.repeat(20_000)));
        check(&format!("import requests\nrequests.post('https://x.y/a', json={})", piece.repeat(5_000)));
    }
}

#[test]
fn a_large_image_is_read_from_every_shape() {
    let image = "QUJD".repeat(2_500_000);
    for input in [
        format!("{{\"image\": \"{image}\"}}"),
        format!("curl https://x.y/a -d '{{\"image\": \"{image}\"}}'"),
        format!("curl https://x.y/a -d \"{{\\\"image\\\": \\\"{image}\\\"}}\""),
        format!("POST /v1/a HTTP/1.1\nHost: x.y\n\n{{\"image\": \"{image}\"}}"),
        format!("image = '{image}'\nrequests.post('https://x.y/a', json={{'image': image}})"),
        format!("fetch('https://x.y/a', {{method: 'POST', body: JSON.stringify({{image: '{image}'}})}})"),
    ] {
        let request = one(&input);
        let found = request.body.as_ref().and_then(|body| body.pointer("/image")).and_then(Node::as_str);
        assert!(found == Some(&image), "{:?}", &input[..40]);
    }
}
