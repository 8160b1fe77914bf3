//! Wrong member names and the right ones.

use crate::knowledge::requests::Carrier;

use super::case::Case;
use super::fields::Place;
use super::found::{Fix, Op, Operation};

/// Names that people use, and the names they mean; tried in order, the first that the endpoint has counts.
const MEANT: &[(&str, &[&str])] = &[
    ("model", &["model_name"]),
    ("model_id", &["model_name"]),
    ("image_url", &["image"]),
    ("image_base64", &["image"]),
    ("input_image", &["image"]),
    ("first_frame", &["image"]),
    ("start_image", &["image"]),
    ("end_image", &["image_tail"]),
    ("end_image_url", &["image_tail"]),
    ("tail_image", &["image_tail"]),
    ("tail_image_url", &["image_tail"]),
    ("last_frame", &["image_tail"]),
    ("negativePrompt", &["negative_prompt"]),
    ("webhook_url", &["callback_url"]),
    ("webhook", &["callback_url"]),
    ("callback", &["callback_url"]),
    ("ratio", &["aspect_ratio"]),
    ("video", &["video_url"]),
    ("audio_url", &["sound_file"]),
    ("audio", &["sound_file", "sound"]),
    ("enable_audio", &["sound"]),
    ("generate_audio", &["sound"]),
    ("seconds", &["duration"]),
    ("video_length", &["duration"]),
    ("length", &["duration"]),
    ("num_images", &["n"]),
    ("client_task_id", &["external_task_id"]),
];

/// The right name of an unknown member of the same object, if one is clear.
pub(super) fn nearest(case: &Case<'_>, place: &Place) -> Option<String> {
    let (base, key) = place.name.rsplit_once('.').map_or(("", place.name.as_str()), |(base, key)| (base, key));
    let full = |name: &str| if base.is_empty() { name.to_owned() } else { format!("{base}.{name}") };
    let known = |name: &str| case.fields.fields.iter().any(|row| row.carrier == Carrier::Body && row.name == full(name));
    if let Some((_, meant)) = MEANT.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(key)) {
        return meant.iter().find(|name| known(name)).map(|name| (*name).to_owned());
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
    let siblings = case.fields.fields.iter().filter_map(|row| row.name.strip_prefix(&full(""))).filter(|name| !name.contains(['.', '[']));
    siblings
        .filter(|name| plain(name) == plain(key) || (name.len() > 5 && distance(name, key) <= 2))
        .min_by_key(|name| distance(name, key))
        .map(str::to_owned)
}

/// Moves the value to the right name, unless that is there already.
pub(super) fn rename(case: &Case<'_>, place: &Place, name: &str) -> Option<Fix> {
    let (base, _) = place.pointer.rsplit_once('/')?;
    let target = format!("{base}/{name}");
    if case.given(&target) {
        return Some(Fix::safe("leave it out: the right member is there", vec![Operation::remove(&place.pointer)]));
    }
    let value = case.at(&place.pointer)?.to_json();
    Some(Fix::safe(format!("call it `{name}`"), vec![Operation::remove(&place.pointer), Operation::set(Op::Add, target, value)]))
}

/// Edit distance, up to a small bound.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (j, cb) in b.iter().enumerate() {
            let up = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let best = (diagonal + usize::from(ca != *cb)).min(left + 1).min(up + 1);
            diagonal = up;
            left = best;
            next.push(best);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn distance_counts_edits() {
        assert_eq!(super::distance("image", "image"), 0);
        assert_eq!(super::distance("image_tail", "imagetail"), 1);
        assert_eq!(super::distance("abc", "xyz"), 3);
    }
}
