//! JPEG: sides from the frame header, orientation from EXIF.

use super::bytes::Bytes;
use super::facts::{End, Facts};
use super::{image, tiff};

/// At most this many segments are walked; a file has about ten, a large colour profile a few dozen.
const SEGMENTS: usize = 512;

pub(super) fn read(bytes: &Bytes<'_>) -> Facts {
    let mut facts = Facts::default();
    let mut at = 2;
    for _ in 0..SEGMENTS {
        let Some((marker, body)) = marker(bytes, at) else { break };
        match marker {
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => {
                facts.height = bytes.be16(body + 3).map(u32::from);
                facts.width = bytes.be16(body + 5).map(u32::from);
                break;
            }
            0xd9 | 0xda => break,
            0xe1 if facts.orientation.is_none() => facts.orientation = orientation(bytes, body),
            _ => {}
        }
        at = if matches!(marker, 0x01 | 0xd0..=0xd8) { body } else { body + bytes.be16(body).map_or(2, usize::from).max(2) };
    }
    facts.turned = facts.orientation.is_some_and(|o| o >= 5);
    facts.ending(End::closed(closed(bytes)))
}

/// The marker at `at` and where its segment begins; a marker may be preceded by fill bytes.
fn marker(bytes: &Bytes<'_>, at: usize) -> Option<(u8, usize)> {
    if bytes.byte(at)? != 0xff {
        return None;
    }
    let fill = bytes.piece(at + 1, 32).into_iter().take_while(|b| *b == 0xff).count();
    Some((bytes.byte(at + 1 + fill)?, at + 2 + fill))
}

fn orientation(bytes: &Bytes<'_>, body: usize) -> Option<u8> {
    bytes
        .has(body + 2, *b"Exif")
        .then(|| tiff::number(bytes, body + 8, 0x0112))
        .flatten()
        .and_then(|n| u8::try_from(n).ok())
        .filter(|n| (1..=8).contains(n))
}

/// Cameras append data of their own after the end mark, so it is looked for in the last pages.
fn closed(bytes: &Bytes<'_>) -> bool {
    let tail = bytes.tail(4096.min(bytes.len().saturating_sub(20)));
    tail.ends_with(b"SEFT") || image::contains(&tail, b"\xff\xd9")
}
