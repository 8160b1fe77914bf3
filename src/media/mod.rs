//! Says what a piece of inline media is, from its text alone: a `data:` URI, bare Base64, an address, a path or none.
//!
//! Reading never fails and decodes only the bytes that answer a question; the text is not copied. It opens no file,
//! fetches nothing, knows no clock and no limit of a service: whether a size or a ratio is allowed is judged elsewhere.

mod audio;
mod bytes;
mod data;
mod expiry;
mod facts;
mod format;
mod health;
mod host;
mod image;
mod jpeg;
mod kind;
mod mp3;
mod mp4;
mod riff;
mod share;
mod tiff;
mod url;

pub use data::DataFault;
pub use expiry::Expiry;
pub use facts::{CutSign, End, Facts};
pub use format::{Family, Format};
pub use health::{Alphabet, Bad, Health, Padding};
pub use host::{Reach, reach_of};
pub use kind::{Kind, Wrapper};
pub use share::{Share, ShareKind};
pub use url::{UrlFacts, UrlFault};

/// What a text that should be media turned out to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Media {
    /// The form of the text.
    pub kind: Kind,
    /// What stood around it.
    pub wrapper: Wrapper,
    /// What is wrong with the head of a `data:` URI.
    pub data_faults: Vec<DataFault>,
    /// What stands in a `data:` URI where Base64 belongs, when it is none.
    pub payload: Option<Kind>,
    /// State of the Base64 text.
    pub base64: Option<Health>,
    /// Number of bytes that the Base64 text stands for.
    pub bytes: Option<u64>,
    /// Format by the first bytes.
    pub format: Option<Format>,
    /// Whether a declared type and the first bytes disagree.
    pub mismatch: bool,
    /// What the bytes say about size, length and sound.
    pub facts: Facts,
    /// The parts of an address.
    pub url: Option<UrlFacts>,
}

impl Media {
    /// Width to height as shown, when both are known.
    pub fn ratio(&self) -> Option<f64> {
        let (width, height) = self.facts.shown()?;
        (height > 0).then(|| f64::from(width) / f64::from(height))
    }

    /// The declared type of a `data:` URI; empty when it names none.
    pub fn declared(&self) -> Option<&str> {
        match &self.kind {
            Kind::DataUri { mime } => Some(mime),
            _ => None,
        }
    }
}

/// The format that the first bytes of a file show.
pub fn format_of(head: &[u8]) -> Option<Format> {
    format::of(head)
}

/// Reads a text that may be media.
pub fn inspect(text: &str) -> Media {
    let (wrapper, start, inner) = kind::unwrapped(text);
    let mut media = Media { wrapper, ..Media::default() };
    if let Some(data) = data::parse(inner) {
        read_data(&mut media, &data, start);
    } else if let Some(kind) = kind::by_form(inner) {
        media.url = (kind == Kind::Url).then(|| url::read(inner));
        media.kind = kind;
    } else {
        let scan = health::scan(inner, start);
        media.kind = kind::bare(inner, &scan.health);
        if media.kind == Kind::Base64 {
            read_bytes(&mut media, scan);
        }
    }
    media
}

fn read_data(media: &mut Media, data: &data::DataUri<'_>, start: usize) {
    media.kind = Kind::DataUri { mime: data.mime.to_ascii_lowercase() };
    media.data_faults.clone_from(&data.faults);
    media.payload = kind::by_form(data.payload);
    if media.payload.is_some() {
        return;
    }
    let scan = health::scan(data.payload, start + data.at);
    if data.is_base64 || scan.health.strict() {
        read_bytes(media, scan);
    } else {
        media.payload = Some(Kind::Other);
        media.format = format::of_text(data.payload.as_bytes());
    }
    media.mismatch = media.format.is_some_and(|format| !format.fits(data.mime));
}

fn read_bytes(media: &mut Media, scan: health::Scan<'_>) {
    let bytes = bytes::Bytes::new(&scan);
    media.format = format::of(&bytes.head());
    media.facts = facts::read(&bytes, media.format);
    media.facts.end = end(&scan.health, media.facts.end);
    media.bytes = u64::try_from(bytes::decoded(scan.health.symbols)).ok();
    media.base64 = Some(scan.health);
}

/// The text's own signs of a cut come before those of the format, whose end is unread behind a foreign character.
fn end(health: &Health, of_format: End) -> End {
    match health.padding {
        _ if health.elided_at.is_some() => End::Cut(CutSign::Mark),
        Padding::Impossible if health.bad.is_none() => End::Cut(CutSign::Length),
        Padding::Inside(_) => End::Unknown,
        _ if health.bad.is_some() && of_format != End::Whole => End::Unknown,
        _ => of_format,
    }
}

#[cfg(test)]
mod tests;
