//! Tiny files that are true to their formats, and their Base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(body.len() + 2).unwrap();
    [&[0xff, marker], &size.to_be_bytes()[..], body].concat()
}

pub(super) fn jpeg(width: u16, height: u16, orientation: Option<u8>) -> Vec<u8> {
    let exif = |o: u8| [&b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[o], &[0; 6]].concat();
    let mut out = vec![0xff, 0xd8];
    out.extend(orientation.map(|o| segment(0xe1, &exif(o))).unwrap_or_default());
    out.extend(segment(0xc0, &[&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[3, 1, 0x22, 0]].concat()));
    out.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    out.extend([0x55; 90]);
    out.extend([0xff, 0xd9]);
    out
}

/// A PNG with so many bytes of content.
pub(super) fn png(width: u32, height: u32, content: usize) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0, 1, 2, 3, 4]].concat();
    let data = [&u32::try_from(content).unwrap().to_be_bytes()[..], b"IDAT", &vec![0xfb; content], b"1234"].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &head[..], &data, b"\0\0\0\0IEND\xaeB\x60\x82"].concat()
}

pub(super) fn good() -> String {
    encoded(&png(512, 512, 20))
}

pub(super) fn gif() -> Vec<u8> {
    [b"GIF89a", &640u16.to_le_bytes()[..], &480u16.to_le_bytes(), &[0, 0, 0, 0x2c, 0, 0, 0, 0, 0, 0x3b]].concat()
}

pub(super) fn webp() -> Vec<u8> {
    [&b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"[..], &[0x7f, 2, 0, 0xdf, 1, 0]].concat()
}

pub(super) fn wav(seconds: usize) -> Vec<u8> {
    let form = [&b"fmt \x10\0\0\0\x01\0\x01\0"[..], &8000u32.to_le_bytes(), &8000u32.to_le_bytes(), &[1, 0, 8, 0]].concat();
    let data = [b"data", &u32::try_from(seconds * 8000).unwrap().to_le_bytes()[..], &vec![0x80; seconds * 8000]].concat();
    let size = u32::try_from(4 + form.len() + data.len()).unwrap();
    [b"RIFF", &size.to_le_bytes()[..], b"WAVE", &form, &data].concat()
}

/// One frame of constant rate (128 kbit/s), repeated.
pub(super) fn mp3(frames: usize) -> Vec<u8> {
    [&[0xff, 0xfb, 0x90, 0x44][..], &[0; 413]].concat().repeat(frames)
}

pub(super) fn boxed(kind: &[u8], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], kind, body].concat()
}

/// A film or sound file that only states its length.
pub(super) fn film(brand: &[u8], milliseconds: u32) -> Vec<u8> {
    let mvhd = [&[0; 12][..], &1000u32.to_be_bytes(), &milliseconds.to_be_bytes(), &[0; 80]].concat();
    [boxed(b"ftyp", &[brand, b"\0\0\x02\0"].concat()), boxed(b"moov", &boxed(b"mvhd", &mvhd))].concat()
}
