//! A grey H.264 video of 1280 x 720 in an MP4 file: one picture of predicted macroblocks, then pictures that repeat it.

use super::bits::{Bits, boxed, words};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const PER_SECOND: u32 = 24;
/// Macroblocks of 16 x 16.
const BLOCKS: u32 = WIDTH / 16 * (HEIGHT / 16);

pub(super) fn grey(seconds: f64) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped by the caller")]
    let pictures = (seconds * f64::from(PER_SECOND)).round() as u32;
    let samples: Vec<Vec<u8>> = (0..pictures).map(|at| sample(&if at == 0 { first() } else { repeat(at) })).collect();
    let kind = boxed(*b"ftyp", &[b"isom", &words(&[512]), b"isomiso2avc1mp41"]);
    let start = kind.len() + moov(&samples, 0).len() + 8;
    let data = boxed(*b"mdat", &[&samples.concat()]);
    [kind, moov(&samples, u32::try_from(start).unwrap_or_default()), data].concat()
}

/// A NAL unit with its length in front.
fn sample(unit: &[u8]) -> Vec<u8> {
    [&words(&[u32::try_from(unit.len()).unwrap_or_default()]), unit].concat()
}

/// Sequence parameters (7.3.2.1.1): baseline, level 3.1, order of output is order of decoding, one reference.
fn sequence() -> Vec<u8> {
    let bits = Bits::default().ue(0).ue(0).ue(2).ue(1).put(0, 1).ue(WIDTH / 16 - 1).ue(HEIGHT / 16 - 1);
    [vec![0x67, 66, 0xC0, 31], bits.put(1, 1).put(1, 1).put(0, 1).put(0, 1).end()].concat()
}

/// Picture parameters (7.3.2.2): CAVLC, one slice group, deblocking can be switched off.
fn picture() -> Vec<u8> {
    let bits = Bits::default().ue(0).ue(0).put(0, 1).put(0, 1).ue(0).ue(0).ue(0).put(0, 1).put(0, 2);
    [vec![0x68], bits.ue(0).ue(0).ue(0).put(1, 1).put(0, 1).put(0, 1).end()].concat()
}

/// An IDR slice whose macroblocks are all predicted from their mean and have no residual: 128 everywhere.
fn first() -> Vec<u8> {
    // first_mb, slice type I, parameters, frame_num, idr_pic_id, two reference marks, qp delta, no deblocking
    let header = Bits::default().ue(0).ue(7).ue(0).put(0, 4).ue(0).put(0, 2).ue(0).ue(1);
    // Intra 16x16 with DC prediction and no coefficients, chroma DC, no qp change, no luma DC coefficient
    let bits = (0..BLOCKS).fold(header, |bits, _| bits.ue(3).ue(0).ue(0).put(1, 1));
    [vec![0x65], bits.end()].concat()
}

/// A P slice that skips every macroblock.
fn repeat(at: u32) -> Vec<u8> {
    // first_mb, slice type P, parameters, frame_num, default references, no reordering, no adaptive marks, qp delta, no deblocking
    let header = Bits::default().ue(0).ue(5).ue(0).put(at % 16, 4).put(0, 1).put(0, 1).put(0, 1).ue(0).ue(1);
    [vec![0x61], header.ue(BLOCKS).end()].concat()
}

fn moov(samples: &[Vec<u8>], start: u32) -> Vec<u8> {
    let count = u32::try_from(samples.len()).unwrap_or_default();
    let matrix = words(&[0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000]);
    let movie = [words(&[0, 0, 0, PER_SECOND, count, 0x10000, 0x0100_0000, 0, 0]), matrix.clone(), words(&[0, 0, 0, 0, 0, 0, 2])].concat();
    let track = [words(&[3, 0, 0, 1, 0, count, 0, 0, 0, 0]), matrix, words(&[WIDTH << 16, HEIGHT << 16])].concat();
    let media = words(&[0, 0, 0, PER_SECOND, count, 0x55C4_0000]);
    let handler = [&words(&[0, 0])[..], b"vide", &words(&[0, 0, 0]), b"sandbox\0"].concat();
    let source = boxed(*b"dinf", &[&boxed(*b"dref", &[&words(&[0, 1]), &boxed(*b"url ", &[&words(&[1])])])]);
    let inner = boxed(*b"minf", &[&boxed(*b"vmhd", &[&words(&[1, 0, 0])]), &source, &table(samples, start)]);
    let shown = boxed(*b"mdia", &[&boxed(*b"mdhd", &[&media]), &boxed(*b"hdlr", &[&handler]), &inner]);
    boxed(*b"moov", &[&boxed(*b"mvhd", &[&movie]), &boxed(*b"trak", &[&boxed(*b"tkhd", &[&track]), &shown])])
}

/// The sample table: one chunk, one picture each 1/24 s, the first a key picture.
fn table(samples: &[Vec<u8>], start: u32) -> Vec<u8> {
    let count = u32::try_from(samples.len()).unwrap_or_default();
    let sizes: Vec<u32> = samples.iter().map(|sample| u32::try_from(sample.len()).unwrap_or_default()).collect();
    boxed(
        *b"stbl",
        &[
            &boxed(*b"stsd", &[&words(&[0, 1]), &entry()]),
            &boxed(*b"stts", &[&words(&[0, 1, count, 1])]),
            &boxed(*b"stss", &[&words(&[0, 1, 1])]),
            &boxed(*b"stsc", &[&words(&[0, 1, 1, count, 1])]),
            &boxed(*b"stsz", &[&words(&[0, 0, count]), &words(&sizes)]),
            &boxed(*b"stco", &[&words(&[0, 1, start])]),
        ],
    )
}

/// The description of the samples, with both parameter sets.
fn entry() -> Vec<u8> {
    let set = |unit: &[u8]| [&u16::try_from(unit.len()).unwrap_or_default().to_be_bytes(), unit].concat();
    let config = [&[1, 66, 0xC0, 31, 0xFF, 0xE1][..], &set(&sequence()), &[1], &set(&picture())].concat();
    let sides = words(&[WIDTH << 16 | HEIGHT]);
    let look =
        [words(&[0, 1, 0, 0, 0, 0]), sides, words(&[0x48_0000, 0x48_0000, 0, 0x1_0000]), vec![0; 30], vec![0, 24, 0xFF, 0xFF]].concat();
    boxed(*b"avc1", &[&look, &boxed(*b"avcC", &[&config])])
}
