//! Tiny files that are true to their formats.

pub(super) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(body.len() + 2).unwrap();
    [&[0xff, marker], &size.to_be_bytes()[..], body].concat()
}

pub(super) fn exif(orientation: u16, little: bool) -> Vec<u8> {
    let short = |n: u16| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let long = |n: u32| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let mark: &[u8] = if little { b"II" } else { b"MM" };
    let mut out = [b"Exif\0\0", mark, &short(42), &long(8), &short(2)].concat();
    for (tag, value) in [(0x010f, 7), (0x0112, orientation)] {
        out.extend([&short(tag)[..], &short(3), &long(1), &short(value), &[0, 0]].concat());
    }
    out.extend([0; 4]);
    out
}

pub(super) fn jpeg(width: u16, height: u16, orientation: Option<u16>) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    out.extend(segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    out.extend(orientation.map(|o| segment(0xe1, &exif(o, o % 2 == 0))).unwrap_or_default());
    out.extend(segment(0xc4, &[7; 40]));
    out.extend([0xff, 0xff]);
    out.extend(segment(0xc2, &[&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[3, 1, 0x22, 0]].concat()));
    out.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    out.extend([0x55; 300]);
    out.extend([0xff, 0xd9]);
    out
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0, 1, 2, 3, 4]].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &head[..], b"\0\0\0\x02IDATxx1234", b"\0\0\0\0IEND\xaeB\x60\x82"].concat()
}

pub(super) fn gif(width: u16, height: u16) -> Vec<u8> {
    [b"GIF89a", &width.to_le_bytes()[..], &height.to_le_bytes(), &[0, 0, 0, 0x2c, 0, 0, 0, 0, 0, 0x3b]].concat()
}

pub(super) fn bmp(width: i32, height: i32) -> Vec<u8> {
    let mut out = [b"BM", &58u32.to_le_bytes()[..], &[0; 4], &54u32.to_le_bytes(), &40u32.to_le_bytes()].concat();
    out.extend([&width.to_le_bytes()[..], &height.to_le_bytes(), &[1, 0, 24, 0], &[0; 24], &[0; 4]].concat());
    out
}

pub(super) fn riff(kind: &[u8], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 4).unwrap();
    [b"RIFF", &size.to_le_bytes()[..], kind, body].concat()
}

pub(super) fn chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).unwrap();
    let pad: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [kind, &size.to_le_bytes()[..], body, pad].concat()
}

pub(super) fn wav(seconds: usize) -> Vec<u8> {
    let form = [&[1, 0, 1, 0][..], &8000u32.to_le_bytes(), &16_000u32.to_le_bytes(), &[2, 0, 16, 0]].concat();
    riff(b"WAVE", &[chunk(b"fmt ", &form), chunk(b"LIST", b"odd"), chunk(b"data", &vec![0; seconds * 16_000])].concat())
}

pub(super) fn boxed(kind: &[u8], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap();
    [&size.to_be_bytes()[..], kind, body].concat()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
const QUARTER: [u32; 9] = [0, 0x1_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000];

fn track(handler: &[u8], sides: (u32, u32), turned: bool, entry: &[u8]) -> Vec<u8> {
    let matrix = if turned { QUARTER } else { UPRIGHT };
    let tkhd = [longs(&[7, 0, 0, 1, 0, 5_000]), longs(&[0, 0, 0, 0]), longs(&matrix), longs(&[sides.0 << 16, sides.1 << 16])].concat();
    let mdhd = longs(&[0, 0, 0, 1_000, 5_000, 0]);
    let hdlr = [&longs(&[0, 0])[..], handler, &[0; 13]].concat();
    let stsd = [longs(&[0, 1]), entry.to_vec()].concat();
    let stbl = boxed(b"stbl", &[boxed(b"stsd", &stsd), boxed(b"stsz", &longs(&[0, 0, 150]))].concat());
    let mdia = [boxed(b"mdhd", &mdhd), boxed(b"hdlr", &hdlr), boxed(b"minf", &stbl)].concat();
    boxed(b"trak", &[boxed(b"tkhd", &tkhd), boxed(b"mdia", &mdia)].concat())
}

/// A film of five seconds, 1280 by 720 as stored, with sound; the index stands at the end.
pub(super) fn film(brand: &[u8], turned: bool) -> Vec<u8> {
    let picture = [&longs(&[86])[..], b"avc1", &[0; 78]].concat();
    let mut sound = [&longs(&[36])[..], b"mp4a", &[0; 16], &[0, 2, 0, 16, 0, 0, 0, 0]].concat();
    sound.extend(longs(&[48_000 << 16]));
    let mvhd = [longs(&[0, 0, 0, 1_000, 5_000]), vec![0; 80]].concat();
    let tracks = [track(b"soun", (0, 0), false, &sound), track(b"vide", (1280, 720), turned, &picture)].concat();
    let moov = boxed(b"moov", &[boxed(b"mvhd", &mvhd), tracks].concat());
    let ftyp = boxed(b"ftyp", &[brand, &[0, 0, 2, 0], b"iso2"].concat());
    [ftyp, boxed(b"mdat", &[9; 5_000]), moov].concat()
}

pub(super) fn heic(brand: &[u8]) -> Vec<u8> {
    let sizes = [boxed(b"ispe", &longs(&[0, 512, 512])), boxed(b"ispe", &longs(&[0, 4032, 3024]))].concat();
    let meta = [vec![0; 4], boxed(b"hdlr", &[0; 20]), boxed(b"iprp", &boxed(b"ipco", &sizes))].concat();
    [boxed(b"ftyp", &[brand, &[0; 4], b"mif1"].concat()), boxed(b"meta", &meta), boxed(b"mdat", &[1; 60])].concat()
}

/// Frames of 128 kbit/s at 44100 samples per second: 417 bytes each.
pub(super) fn mp3(frames: usize) -> Vec<u8> {
    [&[0xff, 0xfb, 0x90, 0x00][..], &[0; 413]].concat().repeat(frames)
}

pub(super) fn tiff(width: u16, height: u16) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0\x02\0".to_vec();
    for (tag, value) in [(0x0100u16, width), (0x0101, height)] {
        out.extend([&tag.to_le_bytes()[..], &[3, 0, 1, 0, 0, 0], &value.to_le_bytes(), &[0, 0]].concat());
    }
    out.extend([0; 4]);
    out
}

/// One of every kind.
pub(super) fn all() -> Vec<Vec<u8>> {
    let vp8x = riff(b"WEBP", &chunk(b"VP8X", &[0, 0, 0, 0, 9, 0, 0, 9, 0, 0]));
    let avi = [b"RIFF\x60\0\0\0AVI LIST\x50\0\0\0hdrlavih\x38\0\0\0", &[1; 72][..]].concat();
    let flac = [b"fLaC\0\0\0\x22", &[9; 34][..]].concat();
    let tagged = [b"ID3\x04\0\0\0\0\0\x05hello", &mp3(2)[..]].concat();
    vec![
        jpeg(40, 30, Some(6)),
        png(8, 9),
        gif(3, 4),
        bmp(5, -6),
        vp8x,
        tiff(7, 8),
        wav(0),
        film(b"isom", true)[5000..].to_vec(),
        film(b"qt  ", false)[..60].to_vec(),
        heic(b"heic"),
        avi,
        flac,
        tagged,
        vec![0xff, 0xf1, 0x50, 0x80, 1, 2, 3],
        b"%PDF-1.4 %%EOF".to_vec(),
    ]
}
