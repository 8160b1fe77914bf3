//! AAC and FLAC: sample rate, channels, and for FLAC the length.

use super::bytes::{Bytes, float};
use super::facts::Facts;

const ADTS_RATES: [u32; 13] = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

pub(super) fn adts(bytes: &Bytes<'_>) -> Facts {
    let Some([kind, more]) = bytes.array(2) else { return Facts::default() };
    Facts {
        sample_rate: ADTS_RATES.get(usize::from(kind >> 2 & 15)).copied(),
        channels: Some(u16::from((kind & 1) << 2 | more >> 6)).filter(|channels| *channels > 0),
        has_audio: Some(true),
        ..Facts::default()
    }
}

pub(super) fn flac(bytes: &Bytes<'_>) -> Facts {
    let Some(bits) = bytes.be64(18) else { return Facts::default() };
    let rate = u32::try_from(bits >> 44).ok().filter(|rate| *rate > 0);
    let samples = bits & 0xf_ffff_ffff;
    Facts {
        sample_rate: rate,
        channels: u16::try_from((bits >> 41 & 7) + 1).ok(),
        seconds: rate.filter(|_| samples > 0).map(|rate| float(samples) / f64::from(rate)),
        has_audio: Some(true),
        ..Facts::default()
    }
}
