//! The format of a file by its first bytes, and the media types that fit it.

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the formats")]
pub enum Format {
    Jpeg,
    Png,
    Gif,
    Webp,
    Bmp,
    Tiff,
    Heic,
    Avif,
    Mp4,
    Mov,
    M4v,
    M4a,
    ThreeGp,
    Webm,
    Mkv,
    Avi,
    Mp3,
    Wav,
    Aac,
    Flac,
    Ogg,
    Pdf,
    Zip,
    Gzip,
    Svg,
    Html,
    Xml,
    Json,
    /// The bytes are Base64 or a `data:` URI again: encoded twice.
    Base64,
    /// Other readable text.
    Text,
}

/// What a format holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Pictures.
    Image,
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
    /// Text, documents, archives.
    Other,
}

/// Format, name, family, and the media types that fit, the registered one first.
type Row = (Format, &'static str, Family, &'static [&'static str]);

const ROWS: &[Row] = &[
    (Format::Jpeg, "JPEG", Family::Image, &["image/jpeg", "image/jpg", "image/pjpeg"]),
    (Format::Png, "PNG", Family::Image, &["image/png", "image/x-png", "image/apng"]),
    (Format::Gif, "GIF", Family::Image, &["image/gif"]),
    (Format::Webp, "WebP", Family::Image, &["image/webp"]),
    (Format::Bmp, "BMP", Family::Image, &["image/bmp", "image/x-bmp", "image/x-ms-bmp"]),
    (Format::Tiff, "TIFF", Family::Image, &["image/tiff", "image/tif", "image/x-tiff"]),
    (Format::Heic, "HEIC", Family::Image, &["image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"]),
    (Format::Avif, "AVIF", Family::Image, &["image/avif", "image/avif-sequence"]),
    (Format::Mp4, "MP4", Family::Video, &["video/mp4", "application/mp4", "audio/mp4", "video/x-m4v"]),
    (Format::Mov, "MOV", Family::Video, &["video/quicktime", "video/mov", "video/x-quicktime"]),
    (Format::M4v, "M4V", Family::Video, &["video/x-m4v", "video/m4v", "video/mp4"]),
    (Format::M4a, "M4A", Family::Audio, &["audio/mp4", "audio/m4a", "audio/x-m4a", "audio/mp4a-latm", "audio/aac"]),
    (Format::ThreeGp, "3GP", Family::Video, &["video/3gpp", "video/3gpp2", "audio/3gpp"]),
    (Format::Webm, "WebM", Family::Video, &["video/webm", "audio/webm"]),
    (Format::Mkv, "Matroska", Family::Video, &["video/matroska", "video/x-matroska", "audio/x-matroska", "audio/matroska"]),
    (Format::Avi, "AVI", Family::Video, &["video/x-msvideo", "video/avi", "video/msvideo", "video/vnd.avi"]),
    (Format::Mp3, "MP3", Family::Audio, &["audio/mpeg", "audio/mp3", "audio/mpeg3", "audio/x-mp3", "audio/x-mpeg", "audio/mpg"]),
    (Format::Wav, "WAV", Family::Audio, &["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"]),
    (Format::Aac, "AAC", Family::Audio, &["audio/aac", "audio/aacp", "audio/x-aac", "audio/x-hx-aac-adts"]),
    (Format::Flac, "FLAC", Family::Audio, &["audio/flac", "audio/x-flac"]),
    (Format::Ogg, "Ogg", Family::Audio, &["audio/ogg", "application/ogg", "video/ogg", "audio/opus", "audio/x-ogg"]),
    (Format::Pdf, "PDF", Family::Other, &["application/pdf"]),
    (Format::Zip, "ZIP", Family::Other, &["application/zip", "application/x-zip-compressed"]),
    (Format::Gzip, "gzip", Family::Other, &["application/gzip", "application/x-gzip"]),
    (Format::Svg, "SVG", Family::Image, &["image/svg+xml", "image/svg"]),
    (Format::Html, "HTML", Family::Other, &["text/html", "application/xhtml+xml"]),
    (Format::Xml, "XML", Family::Other, &["application/xml", "text/xml", "image/svg+xml"]),
    (Format::Json, "JSON", Family::Other, &["application/json", "text/json", "text/plain"]),
    (Format::Base64, "Base64 text", Family::Other, &["text/plain"]),
    (Format::Text, "text", Family::Other, &["text/plain", "text/markdown", "text/csv", "text/css", "text/javascript"]),
];

impl Format {
    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.0 == self)
    }

    /// Name for a person.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// What it holds.
    pub fn family(self) -> Family {
        self.row().map_or(Family::Other, |row| row.2)
    }

    /// The registered media type.
    pub fn mime(self) -> &'static str {
        self.row().and_then(|row| row.3.first()).copied().unwrap_or("")
    }

    /// Whether a declared type names this format, or no format at all (empty, `image/*`, `application/octet-stream`).
    pub fn fits(self, declared: &str) -> bool {
        let declared = declared.trim().to_ascii_lowercase();
        if matches!(declared.as_str(), "" | "*/*" | "application/octet-stream" | "binary/octet-stream") {
            return true;
        }
        let types = self.row().map_or(&[][..], |row| row.3);
        match declared.strip_suffix('*') {
            Some(family) => types.iter().any(|t| t.starts_with(family)),
            None => types.contains(&declared.as_str()),
        }
    }
}

const MAGIC: &[(&[u8], Format)] = &[
    (b"\xff\xd8\xff", Format::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Format::Png),
    (b"GIF87a", Format::Gif),
    (b"GIF89a", Format::Gif),
    (b"II*\0", Format::Tiff),
    (b"MM\0*", Format::Tiff),
    (b"fLaC", Format::Flac),
    (b"OggS", Format::Ogg),
    (b"ID3", Format::Mp3),
    (b"%PDF-", Format::Pdf),
    (b"PK\x03\x04", Format::Zip),
    (b"\x1f\x8b\x08", Format::Gzip),
];

/// The format of a file that begins with `head`.
pub(super) fn of(head: &[u8]) -> Option<Format> {
    let magic = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, format)| *format);
    magic
        .or_else(|| riff(head))
        .or_else(|| boxed(head))
        .or_else(|| ebml(head))
        .or_else(|| sound(head))
        .or_else(|| bmp(head))
        .or_else(|| of_text(head))
}

fn at<const N: usize>(head: &[u8], from: usize) -> Option<[u8; N]> {
    head.get(from..)?.first_chunk().copied()
}

fn riff(head: &[u8]) -> Option<Format> {
    if !matches!(&at(head, 0)?, b"RIFF" | b"RF64" | b"RIFX") {
        return None;
    }
    match &at(head, 8)? {
        b"WEBP" => Some(Format::Webp),
        b"WAVE" => Some(Format::Wav),
        b"AVI " => Some(Format::Avi),
        _ => None,
    }
}

/// Files of boxes: the brand after `ftyp`, else the further brands, tell which.
fn boxed(head: &[u8]) -> Option<Format> {
    match &at(head, 4)? {
        b"ftyp" => {}
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" => return Some(Format::Mov),
        _ => return None,
    }
    let size = at(head, 0).map(u32::from_be_bytes).and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    let brands = head.get(8..size.clamp(12, 64).min(head.len())).unwrap_or_default();
    brands.chunks_exact(4).find_map(brand).or(Some(Format::Mp4))
}

fn brand(brand: &[u8]) -> Option<Format> {
    match brand {
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some(Format::Heic),
        b"avif" | b"avis" => Some(Format::Avif),
        b"qt  " => Some(Format::Mov),
        b"M4V " | b"M4VH" | b"M4VP" => Some(Format::M4v),
        b"M4A " | b"M4B " | b"M4P " => Some(Format::M4a),
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"dash" => Some(Format::Mp4),
        [b'3', b'g', ..] => Some(Format::ThreeGp),
        _ => None,
    }
}

fn ebml(head: &[u8]) -> Option<Format> {
    head.starts_with(b"\x1a\x45\xdf\xa3").then(|| {
        let near = head.get(..64).unwrap_or(head);
        if near.windows(4).any(|w| w == b"webm") { Format::Webm } else { Format::Mkv }
    })
}

fn sound(head: &[u8]) -> Option<Format> {
    let [sync, kind, rates] = at(head, 0)?;
    match (sync, kind & 0xf6) {
        (0xff, 0xf0) => Some(Format::Aac),
        (0xff, _) if super::mp3::is_frame(kind, rates) => Some(Format::Mp3),
        _ => None,
    }
}

/// Two letters are a weak sign: the size of the second head must be one that exists.
fn bmp(head: &[u8]) -> Option<Format> {
    let known = at(head, 14).map(u32::from_le_bytes).is_some_and(|size| matches!(size, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124));
    (head.starts_with(b"BM") && known).then_some(Format::Bmp)
}

/// The kind of a readable text; none when it is not readable.
pub(super) fn of_text(head: &[u8]) -> Option<Format> {
    let head = head.get(..512).unwrap_or(head);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if head.is_empty() || !readable(head) {
        return None;
    }
    let lower = head.to_ascii_lowercase();
    let has = |what: &[u8]| lower.windows(what.len()).any(|w| w == what);
    Some(match () {
        () if has(b"<svg") && lower.starts_with(b"<") => Format::Svg,
        () if lower.starts_with(b"<!doctype html") || has(b"<html") || has(b"<body") => Format::Html,
        () if lower.starts_with(b"<?xml") || lower.starts_with(b"<error>") => Format::Xml,
        () if lower.starts_with(b"{") || lower.starts_with(b"[") => Format::Json,
        () if super::kind::is_base64_head(head) || lower.starts_with(b"data:") => Format::Base64,
        () => Format::Text,
    })
}

fn readable(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    whole && head.iter().all(|b| *b >= b' ' && *b != 0x7f || matches!(b, b'\n' | b'\r' | b'\t'))
}
