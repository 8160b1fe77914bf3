//! Sides and ends of PNG, GIF and BMP; the end of PDF.

use super::bytes::{Bytes, offset};
use super::facts::{End, Facts};

pub(super) fn png(bytes: &Bytes<'_>) -> Facts {
    let sides = bytes.has(12, *b"IHDR").then(|| bytes.be32(16).zip(bytes.be32(20))).flatten();
    Facts::sides(sides).ending(End::closed(contains(&bytes.tail(64), b"IEND")))
}

pub(super) fn gif(bytes: &Bytes<'_>) -> Facts {
    let sides = bytes.le16(6).zip(bytes.le16(8)).map(|(w, h)| (u32::from(w), u32::from(h)));
    let last = bytes.tail(16).into_iter().rev().find(|b| *b != 0);
    Facts::sides(sides).ending(End::closed(last == Some(0x3b)))
}

pub(super) fn bmp(bytes: &Bytes<'_>) -> Facts {
    let sides = match bytes.le32(14) {
        Some(12) => bytes.le16(18).zip(bytes.le16(20)).map(|(w, h)| (u32::from(w), u32::from(h))),
        _ => bytes.le32(18).zip(bytes.le32(22)).map(|(w, h)| (magnitude(w), magnitude(h))),
    };
    let end = match bytes.le32(2) {
        Some(size) if size > 26 => End::promised(offset(size), bytes.len()),
        _ => End::Unknown,
    };
    Facts::sides(sides).ending(end)
}

/// A negative height means that the rows run from the top.
const fn magnitude(side: u32) -> u32 {
    side.cast_signed().unsigned_abs()
}

pub(super) fn pdf(bytes: &Bytes<'_>) -> Facts {
    Facts::default().ending(End::closed(contains(&bytes.tail(1024), b"%%EOF")))
}

/// Whether `what` occurs in `piece`.
pub(super) fn contains(piece: &[u8], what: &[u8]) -> bool {
    piece.windows(what.len()).any(|w| w == what)
}
