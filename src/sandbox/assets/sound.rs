//! Silence as MP3 (MPEG-1 layer III, 32 kbit/s, mono) and as WAV (8 bit, 8 kHz).

/// Bytes of a frame: 144 x 32,000 / 44,100, and its samples.
const FRAME: usize = 104;
const SAMPLES: f64 = 1152.0;

pub(super) fn mp3(seconds: f64) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped by the caller")]
    let frames = (seconds * 44_100.0 / SAMPLES).ceil() as usize;
    let mut frame = vec![0xFF, 0xFB, 0x10, 0xC4];
    frame.resize(FRAME, 0);
    frame.repeat(frames)
}

pub(super) fn wav(seconds: f64) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped by the caller")]
    let samples = (seconds * 8000.0) as u32;
    let parts: [&[u8]; 6] = [b"RIFF", &(samples + 36).to_le_bytes(), b"WAVEfmt ", &format(), b"data", &samples.to_le_bytes()];
    [parts.concat(), vec![0x80; samples as usize]].concat()
}

/// Length, PCM, one channel, 8000 samples and bytes a second, one byte a sample, 8 bits.
fn format() -> Vec<u8> {
    let short = |value: u16| value.to_le_bytes().to_vec();
    let long = |value: u32| value.to_le_bytes().to_vec();
    [long(16), short(1), short(1), long(8000), long(8000), short(1), short(8)].concat()
}
