//! Files of boxes: MP4 and MOV (sides, length, tracks), HEIC and AVIF (sides).

use super::bytes::{Bytes, float, offset};
use super::facts::{End, Facts};

/// At most this many boxes of one parent are walked.
const BOXES: usize = 512;

#[derive(Clone, Copy)]
struct Part {
    kind: [u8; 4],
    body: usize,
    end: usize,
}

/// The boxes from `at` up to `limit`.
fn parts<'a>(bytes: &'a Bytes<'_>, at: usize, limit: usize) -> impl Iterator<Item = Part> + 'a {
    let mut at = at;
    std::iter::from_fn(move || {
        let part = part(bytes, at, limit)?;
        at = part.end;
        Some(part)
    })
    .take(BOXES)
}

fn part(bytes: &Bytes<'_>, at: usize, limit: usize) -> Option<Part> {
    if at >= limit {
        return None;
    }
    let kind = bytes.array(at.checked_add(4)?)?;
    let (head, size) = match bytes.be32(at)? {
        0 => (8, limit - at),
        1 => (16, offset(bytes.be64(at.checked_add(8)?)?)),
        size => (8, offset(size)),
    };
    (size >= head).then(|| Part { kind, body: at + head, end: at.saturating_add(size) })
}

fn child(bytes: &Bytes<'_>, parent: Part, kind: [u8; 4]) -> Option<Part> {
    parts(bytes, parent.body, parent.end).find(|part| part.kind == kind)
}

fn path(bytes: &Bytes<'_>, from: Part, kinds: &[[u8; 4]]) -> Option<Part> {
    kinds.iter().try_fold(from, |parent, kind| child(bytes, parent, *kind))
}

pub(super) fn movie(bytes: &Bytes<'_>) -> Facts {
    let (mut facts, mut end) = (Facts { has_index: Some(false), ..Facts::default() }, 0);
    for part in parts(bytes, 0, bytes.len()) {
        end = part.end;
        if part.kind == *b"moov" {
            index(bytes, part, &mut facts);
        }
    }
    facts.ending(End::promised(end, bytes.len()))
}

fn index(bytes: &Bytes<'_>, moov: Part, facts: &mut Facts) {
    let whole = moov.end <= bytes.len();
    facts.has_index = Some(true);
    facts.seconds = child(bytes, moov, *b"mvhd").and_then(|part| seconds(bytes, part));
    for track in parts(bytes, moov.body, moov.end).filter(|part| part.kind == *b"trak") {
        let handler = path(bytes, track, &[*b"mdia", *b"hdlr"]).and_then(|part| bytes.array(part.body + 8));
        match handler.as_ref() {
            Some(b"vide") => picture_track(bytes, track, facts),
            Some(b"soun") => sound_track(bytes, track, facts),
            _ => {}
        }
    }
    if whole {
        facts.has_video.get_or_insert(false);
        facts.has_audio.get_or_insert(false);
    }
}

/// Length of an `mvhd` or `mdhd` box; both begin alike.
fn seconds(bytes: &Bytes<'_>, part: Part) -> Option<f64> {
    let (scale, length) = match bytes.byte(part.body)? {
        1 => (bytes.be32(part.body + 20)?, bytes.be64(part.body + 24)?),
        _ => (bytes.be32(part.body + 12)?, bytes.be32(part.body + 16).map(u64::from)?),
    };
    let open = length == 0 || length == u64::from(u32::MAX) || length == u64::MAX;
    (scale > 0 && !open).then(|| float(length) / f64::from(scale))
}

fn picture_track(bytes: &Bytes<'_>, track: Part, facts: &mut Facts) {
    if facts.has_video.replace(true).is_some() {
        return;
    }
    if let Some(head) = child(bytes, track, *b"tkhd") {
        let matrix = head.body + if bytes.byte(head.body) == Some(1) { 52 } else { 40 };
        facts.width = bytes.be32(matrix + 36).map(|side| side >> 16).filter(|side| *side > 0);
        facts.height = bytes.be32(matrix + 40).map(|side| side >> 16).filter(|side| *side > 0);
        facts.turned = is_turned(bytes, matrix);
    }
    let table = |kind| path(bytes, track, &[*b"mdia", *b"minf", *b"stbl", kind]);
    let length = path(bytes, track, &[*b"mdia", *b"mdhd"]).and_then(|part| seconds(bytes, part));
    let frames = table(*b"stsz").and_then(|part| bytes.be32(part.body + 8)).filter(|count| *count > 0);
    facts.frame_rate = length.zip(frames).map(|(length, frames)| f64::from(frames) / length);
    let codec = table(*b"stsd").and_then(|part| bytes.array::<4>(part.body + 12));
    facts.codec = codec.filter(|name| name.is_ascii()).map(|name| String::from_utf8_lossy(&name).trim().to_owned());
}

/// A quarter turn has nothing on the diagonal of the matrix.
fn is_turned(bytes: &Bytes<'_>, matrix: usize) -> bool {
    let at = |index: usize| bytes.be32(matrix + index * 4);
    at(0) == Some(0) && at(4) == Some(0) && at(1).is_some_and(|b| b != 0) && at(3).is_some_and(|c| c != 0)
}

fn sound_track(bytes: &Bytes<'_>, track: Part, facts: &mut Facts) {
    facts.has_audio = Some(true);
    let Some(entry) = path(bytes, track, &[*b"mdia", *b"minf", *b"stbl", *b"stsd"]).map(|part| part.body + 8) else { return };
    facts.channels = facts.channels.or_else(|| bytes.be16(entry + 24).filter(|count| (1..=64).contains(count)));
    facts.sample_rate = facts.sample_rate.or_else(|| bytes.be32(entry + 32).map(|rate| rate >> 16).filter(|rate| *rate > 0));
}

/// The largest picture of a HEIC or AVIF file; the others are tiles and thumbnails. A turn (`irot`) is not read.
pub(super) fn picture(bytes: &Bytes<'_>) -> Facts {
    let end = parts(bytes, 0, bytes.len()).last().map_or(0, |part| part.end);
    let meta = parts(bytes, 0, bytes.len()).find(|part| part.kind == *b"meta").map(|part| Part { body: part.body + 4, ..part });
    let properties = meta.and_then(|meta| path(bytes, meta, &[*b"iprp", *b"ipco"]));
    let extents = properties.into_iter().flat_map(|ipco| parts(bytes, ipco.body, ipco.end).filter(|part| part.kind == *b"ispe"));
    let sides = extents.filter_map(|part| bytes.be32(part.body + 4).zip(bytes.be32(part.body + 8)));
    Facts::sides(sides.max_by_key(|(w, h)| u64::from(*w) * u64::from(*h))).ending(End::promised(end, bytes.len()))
}
