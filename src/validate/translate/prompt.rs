//! Prompts: how shots are written, and how material is named in them.

use serde_json::{Value, json};

/// Most pieces of material of one kind that a prompt can name.
const MOST: usize = 10;

/// Kinds of material that a legacy prompt names.
const KINDS: [&str; 4] = ["image", "element", "video", "voice"];

/// `<<<image_1>>>` as `@image_1`.
pub(super) fn to_new(text: &str) -> String {
    let names = KINDS.iter().flat_map(|kind| (1..=MOST).map(move |number| format!("{kind}_{number}")));
    names.fold(text.to_owned(), |text, name| text.replace(&format!("<<<{name}>>>"), &format!("@{name}")))
}

/// `@id` as `<<<image_1>>>`, for pairs of id and legacy name; the longest ids first, so that none is read inside another.
pub(super) fn to_legacy(text: &str, names: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = names.iter().filter(|(id, _)| !id.is_empty()).collect();
    sorted.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
    sorted.into_iter().fold(text.to_owned(), |text, (id, name)| text.replace(&format!("@{id}"), &format!("<<<{name}>>>")))
}

/// Shots in the form `shot 1, 3, words; shot 2, 2, words`, from pairs of length and words.
pub(super) fn shots(list: &[(String, String)]) -> String {
    let one =
        |(at, (length, words)): (usize, &(String, String))| format!("shot {}, {length}, {}", at + 1, words.trim().trim_end_matches(';'));
    list.iter().enumerate().map(one).collect::<Vec<_>>().join("; ")
}

/// The legacy `multi_prompt` of a prompt in that form; nothing when it is not in it.
pub(super) fn multi_prompt(text: &str) -> Option<Value> {
    let mut list = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (piece, tail) = split(rest);
        let (length, words) = shot(piece)?;
        list.push(json!({"index": list.len() + 1, "prompt": words, "duration": length.to_string()}));
        rest = tail.trim_start();
    }
    (!list.is_empty()).then_some(Value::Array(list))
}

/// The first shot and what follows it: a shot ends at a semicolon before the next one.
fn split(text: &str) -> (&str, &str) {
    let ends = text.match_indices(';').map(|(at, _)| at);
    let next = |at: &usize| text.get(at + 1..).is_some_and(|rest| rest.trim().is_empty() || shot(rest).is_some());
    let end = ends.into_iter().find(next).unwrap_or(text.len());
    (text.get(..end).unwrap_or(text), text.get(end + 1..).unwrap_or_default())
}

/// `shot n, m, words` as m and words.
fn shot(piece: &str) -> Option<(u32, &str)> {
    let piece = piece.trim_start();
    let rest = piece.get(4..).filter(|_| piece.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("shot")))?;
    let (number, rest) = rest.split_once(',')?;
    number.trim().parse::<u32>().ok()?;
    let (length, words) = rest.split_once(',')?;
    Some((length.trim().parse().ok()?, words.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shots_go_there_and_back() {
        let text = shots(&[("3".into(), "a cat; asleep".into()), ("2".into(), "it wakes".into())]);
        assert_eq!(text, "shot 1, 3, a cat; asleep; shot 2, 2, it wakes");
        let list = multi_prompt(&text).unwrap();
        assert_eq!(
            list,
            json!([{"index": 1, "prompt": "a cat; asleep", "duration": "3"}, {"index": 2, "prompt": "it wakes", "duration": "2"}])
        );
        assert_eq!(multi_prompt("a cat, 3, sleeping"), None);
        assert_eq!(multi_prompt(""), None);
    }

    #[test]
    fn material_is_renamed_without_reading_one_id_inside_another() {
        assert_eq!(to_new("<<<image_1>>> meets <<<voice_2>>> and <<<this>>>"), "@image_1 meets @voice_2 and <<<this>>>");
        let names = [("cat".to_owned(), "image_1".to_owned()), ("cat2".to_owned(), "image_2".to_owned())];
        assert_eq!(to_legacy("@cat2 and @cat", &names), "<<<image_2>>> and <<<image_1>>>");
    }
}
