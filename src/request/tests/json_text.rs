//! JSON, strict and otherwise.

use super::*;
use crate::request::{Node, Unknown, Value, line_column};

fn notes(input: &str) -> Vec<What> {
    one(input).notes.into_iter().map(|note| note.what).collect()
}

fn value(input: &str) -> Json {
    body(&one(input))
}

#[test]
fn strict_json_has_no_notes() {
    let input = r#" {"a": [1, -2.5e3, true, false, null, "x\n\u00e9\ud83d\ude00"], "b": {}, "c": []} "#;
    assert_eq!(value(input), serde_json::from_str::<Json>(input).unwrap());
    assert!(notes(input).is_empty());
}

#[test]
fn an_empty_text_is_empty() {
    assert_eq!(read(" \n\t\u{feff}"), Err(ReadError::Empty));
}

#[test]
fn prose_is_no_request() {
    assert_eq!(read("My video does not work, please help."), Err(ReadError::NotARequest));
}

#[test]
fn cut_json_says_where_and_what_was_open() {
    let error = read("{\n  \"settings\": {\n    \"duration\": 5,\n    \"mode\": \"pr").unwrap_err();
    let ReadError::Cut { at, open } = &error else { panic!("{error}") };
    assert_eq!((at.line, at.column), (4, 16));
    assert_eq!(open.iter().map(|open| open.what.as_str()).collect::<Vec<_>>(), ["object", "object `settings`", "string `mode`"]);
    assert_eq!((open[1].at.line, open[1].at.column), (2, 15));
    assert_eq!(
        error.to_string(),
        "read the JSON: it ends at line 4, column 16 while object from line 1, column 1, object `settings` from line 2, column 15, \
         string `mode` from line 4, column 13 are open"
    );
}

#[test]
fn a_missing_comma_is_an_error_with_its_place() {
    let error = read("{\"a\": 1\n \"b\": 2}").unwrap_err();
    assert_eq!(error.to_string(), "read the JSON at line 2, column 2: expected a comma or `}`, found `\"`");
    assert_eq!(error.place().map(|at| at.offset), Some(9));
}

#[test]
fn wrong_brackets_and_colons_are_errors() {
    assert!(matches!(read("{\"a\": [1}"), Err(ReadError::Unexpected { found: '}', .. })));
    assert!(matches!(read("{\"a\" 1}"), Err(ReadError::Unexpected { expected: "a colon", .. })));
    assert!(matches!(read("{\"a\": }"), Err(ReadError::Unexpected { expected: "a value", .. })));
    assert!(matches!(read("{,}"), Err(ReadError::Unexpected { .. })));
}

#[test]
fn comments_and_trailing_commas_are_notes() {
    let input = "{\n // the model\n \"a\": 1, /* b */ \"b\": [1, 2,],\n}";
    assert_eq!(value(input), json!({"a": 1, "b": [1, 2]}));
    assert_eq!(notes(input), [What::Comment, What::Comment, What::TrailingComma, What::TrailingComma]);
    assert!(notes(input).iter().all(What::breaks_json));
}

#[test]
fn single_and_curly_quotes_are_notes() {
    assert_eq!(value("{'a': 'it\"s'}"), json!({"a": "it\"s"}));
    assert_eq!(notes("{'a': 'b'}"), [What::Quotes, What::Quotes]);
    assert_eq!(value("{\u{201c}a\u{201d}: \u{201c}b\u{201d}}"), json!({"a": "b"}));
}

#[test]
fn literals_of_python_are_notes() {
    let input = "{\"a\": True, \"b\": None, \"c\": False}";
    assert_eq!(value(input), json!({"a": true, "b": null, "c": false}));
    assert_eq!(notes(input), ["True", "None", "False"].map(|word| What::ForeignLiteral(word.into())));
}

#[test]
fn bare_keys_and_words_are_notes() {
    assert_eq!(value("{model: kling, n: 1}"), json!({"model": "<unknown: variable kling>", "n": 1}));
    let found = notes("{model: kling}");
    assert_eq!(found, [What::BareKey("model".into()), What::BareWord("kling".into())]);
}

#[test]
fn stand_ins_without_quotes_are_unknown() {
    assert_eq!(value("{\"a\": <your image>, \"b\": ${DURATION}}")["b"], "<unknown: variable DURATION>");
    assert!(value("{\"a\": <your image>}")["a"].as_str().unwrap().contains("<your image>"));
}

#[test]
fn an_ellipsis_is_a_note() {
    assert_eq!(value("{\"a\": 1, ...}"), json!({"a": 1}));
    assert!(notes("{\"a\": 1, ...}").contains(&What::Ellipsis));
}

#[test]
fn foreign_numbers_are_notes_and_keep_their_text() {
    assert_eq!(notes("{\"a\": +1, \"b\": .5, \"c\": 01}"), ["+1", ".5", "01"].map(|text| What::ForeignNumber(text.into())));
    let request = one("{\"a\": 123456789012345678901234567890.50}");
    assert_eq!(request.body.as_ref().unwrap().pointer("/a").unwrap().value, Value::Number("123456789012345678901234567890.50".into()));
    assert!(request.notes.is_empty());
}

#[test]
fn line_breaks_and_bad_escapes_in_strings_are_notes() {
    assert_eq!(notes("{\"a\": \"b\nc\"}"), [What::ControlCharacter]);
    assert_eq!(notes(r#"{"a": "\q"}"#), [What::BadEscape('q')]);
    assert_eq!(notes(r#"{"a": "\ud800"}"#), [What::BadEscape('u')]);
}

#[test]
fn equal_keys_are_kept_in_order_and_noted() {
    let request = one("{\"a\": 1, \"b\": 2, \"a\": 3}");
    assert_eq!(request.body.as_ref().unwrap().members().len(), 3);
    assert_eq!((body(&request)["a"].clone(), says(&request, &What::DuplicateKey("a".into()))), (json!(3), true));
    assert_eq!(request.notes[0].span, crate::text::Span::new(17, 20));
}

#[test]
fn depth_is_limited() {
    assert!(read(&("[".repeat(64) + &"]".repeat(64))).is_ok());
    let error = read(&("[".repeat(65) + &"]".repeat(65))).unwrap_err();
    assert_eq!(error.to_string(), "read the JSON at line 1, column 65: it is nested deeper than 64 levels");
    assert!(matches!(read(&"{\"a\":".repeat(1_000_000)), Err(ReadError::TooDeep { .. })));
}

#[test]
fn text_behind_the_json_is_noted() {
    assert_eq!(notes("{\"a\": 1}\nand then it failed"), [What::TextAfter]);
}

#[test]
fn pointers_follow_the_standard() {
    let request = one(r#"{"settings": {"duration": 5}, "list": [{"a/b": 1}, {"m~n": 2}], "": 3}"#);
    let root = request.body.unwrap();
    let at = |pointer: &str| root.pointer(pointer).map(Node::to_json);
    assert_eq!(at("/settings/duration"), Some(json!(5)));
    assert_eq!((at("/list/0/a~1b"), at("/list/1/m~0n"), at("/")), (Some(json!(1)), Some(json!(2)), Some(json!(3))));
    assert_eq!((at("/list/2"), at("/list/01"), at("settings"), at("/settings/duration/x")), (None, None, None, None));
    assert_eq!(root.pointer(""), Some(&root));
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    assert_eq!(line_column("aé\nb", 0), (1, 1));
    assert_eq!(line_column("aé\nb", 3), (1, 3));
    assert_eq!(line_column("aé\nb", 4), (2, 1));
    assert_eq!(line_column("aé\nb", 99), (2, 2));
}

#[test]
fn reasons_name_their_kind() {
    assert_eq!(Unknown::of_source("payload.x"), Unknown::Variable("payload.x".into()));
    assert_eq!(Unknown::of_source("encode(path)"), Unknown::Call("encode".into()));
    assert_eq!(Unknown::of_source("a + 1"), Unknown::Expression("a + 1".into()));
}

#[test]
fn places_of_keys_and_objects_are_kept() {
    let input = "{\"a\": {\"b\": [1]}}";
    let request = one(input);
    assert_eq!(text_at(input, &request, "/a"), "{\"b\": [1]}");
    let key = request.body.as_ref().unwrap().members()[0].key_span;
    assert_eq!(&input[key.start..key.end], "\"a\"");
}
