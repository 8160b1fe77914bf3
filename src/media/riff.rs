//! Files of RIFF chunks: WebP, WAV, AVI.

use super::bytes::{Bytes, float, offset};
use super::facts::{End, Facts};

/// At most this many chunks are walked.
const CHUNKS: usize = 128;

fn end(bytes: &Bytes<'_>) -> End {
    match bytes.le32(4) {
        None => End::closed(false),
        Some(0 | u32::MAX) => End::Unknown,
        Some(size) => End::promised(offset(size).saturating_add(8), bytes.len()),
    }
}

pub(super) fn webp(bytes: &Bytes<'_>) -> Facts {
    let sides = match bytes.array::<4>(12).as_ref() {
        Some(b"VP8 ") => bytes.le16(26).zip(bytes.le16(28)).map(|(w, h)| (u32::from(w & 0x3fff), u32::from(h & 0x3fff))),
        Some(b"VP8L") => bytes.le32(21).map(|bits| ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)),
        Some(b"VP8X") => {
            bytes.array(24).map(|[a, b, c, d, e, f]| (1 + u32::from_le_bytes([a, b, c, 0]), 1 + u32::from_le_bytes([d, e, f, 0])))
        }
        _ => None,
    };
    Facts::sides(sides).ending(end(bytes))
}

pub(super) fn avi(bytes: &Bytes<'_>) -> Facts {
    if !bytes.has(24, *b"avih") {
        return Facts::default().ending(end(bytes));
    }
    let mut facts = Facts::sides(bytes.le32(64).zip(bytes.le32(68))).ending(end(bytes));
    let step = bytes.le32(32).filter(|step| *step > 0).map(f64::from);
    facts.frame_rate = step.map(|step| 1_000_000.0 / step);
    facts.seconds = step.zip(bytes.le32(48)).map(|(step, frames)| step * f64::from(frames) / 1_000_000.0).filter(|s| *s > 0.0);
    facts
}

pub(super) fn wav(bytes: &Bytes<'_>) -> Facts {
    let mut facts = Facts { has_audio: Some(true), ..Facts::default() }.ending(end(bytes));
    let (mut at, mut rate) = (12, None);
    for _ in 0..CHUNKS {
        let Some((kind, size)) = bytes.array::<4>(at).zip(bytes.le32(at + 4)) else { break };
        match &kind {
            b"fmt " => {
                facts.channels = bytes.le16(at + 10);
                facts.sample_rate = bytes.le32(at + 12);
                rate = bytes.le32(at + 16).filter(|rate| *rate > 0);
            }
            b"data" => {
                measure(&mut facts, rate, size, bytes.len().saturating_sub(at + 8));
                break;
            }
            _ => {}
        }
        at = at.saturating_add(8).saturating_add(offset(size)).saturating_add(offset(size & 1));
        if at >= bytes.len() {
            break;
        }
    }
    facts
}

/// A recorder that streams leaves the size of the data open; then what is there counts.
fn measure(facts: &mut Facts, rate: Option<u32>, size: u32, there: usize) {
    let open = matches!(size, 0 | u32::MAX | 0x7fff_ffff) || size >= 0xffff_ff00;
    let length = if open { u64::try_from(there).unwrap_or(u64::MAX) } else { u64::from(size) };
    facts.seconds = rate.map(|rate| float(length) / f64::from(rate));
    facts.estimated = open;
}
