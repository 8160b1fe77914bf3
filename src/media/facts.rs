//! What the bytes say about themselves: sides, length, sound, whether the end is there.

use super::bytes::Bytes;
use super::format::Format;
use super::{audio, image, jpeg, mp3, mp4, riff, tiff};

/// What shows that a text is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutSign {
    /// A mark such as `...` in the text.
    Mark,
    /// A number of characters that no bytes give.
    Length,
    /// The format promises more; so many bytes, where it says.
    Content(Option<u64>),
}

/// Whether the end is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// The format does not tell.
    #[default]
    Unknown,
    /// The format's own end is there.
    Whole,
    /// It is cut.
    Cut(CutSign),
}

impl End {
    /// Whole when the format's closing bytes are there, else cut.
    pub(super) const fn closed(is: bool) -> Self {
        if is { Self::Whole } else { Self::Cut(CutSign::Content(None)) }
    }

    /// Compares the size that a format promises with what is there.
    pub(super) fn promised(promised: usize, there: usize) -> Self {
        match promised.saturating_sub(there) {
            0 => Self::Whole,
            missing => Self::Cut(CutSign::Content(u64::try_from(missing).ok())),
        }
    }
}

/// What the bytes say; each member is empty where they do not say it within the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Width as stored, in pixels.
    pub width: Option<u32>,
    /// Height as stored, in pixels.
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
    /// Whether a viewer swaps the sides (orientation 5 to 8, or a video track that is turned).
    pub turned: bool,
    /// Duration in seconds.
    pub seconds: Option<f64>,
    /// Whether the duration is an estimate from size and bit rate.
    pub estimated: bool,
    /// Frames per second, on average.
    pub frame_rate: Option<f64>,
    /// Sound samples per second.
    pub sample_rate: Option<u32>,
    /// Sound channels.
    pub channels: Option<u16>,
    /// Four-letter name of the picture codec of a video, such as `avc1`.
    pub codec: Option<String>,
    /// Whether there is a picture track.
    pub has_video: Option<bool>,
    /// Whether there is a sound track.
    pub has_audio: Option<bool>,
    /// Whether a video's `moov` box is within the text.
    pub has_index: Option<bool>,
    /// Whether the end is there.
    pub end: End,
}

impl Facts {
    /// Facts that are only a size in pixels.
    pub(super) fn sides(sides: Option<(u32, u32)>) -> Self {
        Self { width: sides.map(|s| s.0), height: sides.map(|s| s.1), ..Self::default() }
    }

    pub(super) fn ending(self, end: End) -> Self {
        Self { end, ..self }
    }

    /// Width and height as a viewer shows them.
    pub fn shown(&self) -> Option<(u32, u32)> {
        let (width, height) = (self.width?, self.height?);
        Some(if self.turned { (height, width) } else { (width, height) })
    }
}

/// Reads what the format allows.
pub(super) fn read(bytes: &Bytes<'_>, format: Option<Format>) -> Facts {
    match format {
        Some(Format::Jpeg) => jpeg::read(bytes),
        Some(Format::Png) => image::png(bytes),
        Some(Format::Gif) => image::gif(bytes),
        Some(Format::Bmp) => image::bmp(bytes),
        Some(Format::Webp) => riff::webp(bytes),
        Some(Format::Tiff) => tiff::read(bytes),
        Some(Format::Heic | Format::Avif) => mp4::picture(bytes),
        Some(Format::Mp4 | Format::Mov | Format::M4v | Format::M4a | Format::ThreeGp) => mp4::movie(bytes),
        Some(Format::Avi) => riff::avi(bytes),
        Some(Format::Wav) => riff::wav(bytes),
        Some(Format::Mp3) => mp3::read(bytes),
        Some(Format::Aac) => audio::adts(bytes),
        Some(Format::Flac) => audio::flac(bytes),
        Some(Format::Pdf) => image::pdf(bytes),
        _ => Facts::default(),
    }
}
