//! MP3: the first frame gives rates; its own count of frames, or the size, gives the length.

use super::bytes::{Bytes, float, offset};
use super::facts::Facts;

/// How far the first frame is looked for after the tag.
const SEARCH: usize = 4096;

/// Kilobits per second of layer III: MPEG 1, then MPEG 2 and 2.5.
const RATES: [[u32; 15]; 2] =
    [[0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]];

struct Frame {
    bits_per_second: u32,
    sample_rate: u32,
    samples: u32,
    bytes: usize,
    mono: bool,
}

/// Whether the second and third byte of a frame are possible for layer III.
pub(super) const fn is_frame(kind: u8, rates: u8) -> bool {
    let version = kind >> 3 & 3;
    kind & 0xe0 == 0xe0 && version != 1 && kind >> 1 & 3 == 1 && !matches!(rates >> 4, 0 | 15) && rates >> 2 & 3 != 3
}

pub(super) fn read(bytes: &Bytes<'_>) -> Facts {
    let start = after_tag(bytes);
    let found = bytes.piece(start, SEARCH).windows(4).enumerate().find_map(|(at, head)| first(bytes, start.saturating_add(at), head));
    let Some((at, frame)) = found else { return Facts { has_audio: Some(true), ..Facts::default() } };
    let counted = frames(bytes, at, &frame).map(|count| f64::from(count) * f64::from(frame.samples) / f64::from(frame.sample_rate));
    let by_size = float(u64::try_from(bytes.len() - at).unwrap_or(0)) * 8.0 / f64::from(frame.bits_per_second);
    Facts {
        seconds: Some(counted.unwrap_or(by_size)),
        estimated: counted.is_none(),
        sample_rate: Some(frame.sample_rate),
        channels: Some(if frame.mono { 1 } else { 2 }),
        has_audio: Some(true),
        ..Facts::default()
    }
}

/// Where the sound begins: behind an ID3v2 tag, whose size has seven bits a byte.
fn after_tag(bytes: &Bytes<'_>) -> usize {
    match bytes.array(0) {
        Some([b'I', b'D', b'3', _, _, flags, a, b, c, d]) => {
            let size = [a, b, c, d].iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
            10 + size + if flags & 0x10 == 0 { 0 } else { 10 }
        }
        _ => 0,
    }
}

/// A frame at `at`, if a second one follows it or the text ends there.
fn first(bytes: &Bytes<'_>, at: usize, head: &[u8]) -> Option<(usize, Frame)> {
    let frame = frame(head)?;
    let next = at + frame.bytes;
    let followed = bytes.array(next).is_none_or(|[sync, kind, rates]| sync == 0xff && is_frame(kind, rates));
    followed.then_some((at, frame))
}

fn frame(head: &[u8]) -> Option<Frame> {
    let [0xff, kind, rates, mode] = *head.first_chunk()? else { return None };
    if !is_frame(kind, rates) {
        return None;
    }
    let version = kind >> 3 & 3;
    let bits_per_second = RATES.get(usize::from(version != 3))?.get(usize::from(rates >> 4))? * 1_000;
    let base: u32 = [44_100, 48_000, 32_000].get(usize::from(rates >> 2 & 3)).copied()?;
    let sample_rate = base / [4, 1, 2, 1].get(usize::from(version)).copied()?;
    let samples = if version == 3 { 1152 } else { 576 };
    let bytes = offset(samples / 8 * bits_per_second / sample_rate + u32::from(rates >> 1 & 1));
    Some(Frame { bits_per_second, sample_rate, samples, bytes, mono: mode >> 6 == 3 })
}

/// The number of frames that a Xing, Info or VBRI head in the first frame states.
fn frames(bytes: &Bytes<'_>, at: usize, frame: &Frame) -> Option<u32> {
    let side = match (frame.samples, frame.mono) {
        (1152, false) => 36,
        (1152, true) | (_, false) => 21,
        _ => 13,
    };
    let count = match &bytes.array(at + side)? {
        b"Xing" | b"Info" if bytes.be32(at + side + 4)? & 1 == 1 => bytes.be32(at + side + 8),
        _ if bytes.has(at + 36, *b"VBRI") => bytes.be32(at + 50),
        _ => None,
    };
    count.filter(|count| *count > 0)
}
