//! The form of a text: which of the things that stand in a media field it is.

use super::health::{Bad, Health};
use super::url;

/// The form of a text that should be media.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Kind {
    /// Nothing but blanks.
    Empty,
    /// A stand-in of an example that was not replaced, such as `<base64>` or `YOUR_IMAGE`.
    StandIn,
    /// What a program prints in place of a value: `undefined`, `[object Object]`, `<_io.BufferedReader …>`.
    Lost,
    /// A `data:` URI.
    DataUri {
        /// The declared type in lower case; empty when there is none.
        mime: String,
    },
    /// Bare Base64.
    Base64,
    /// The bytes of a media file as hexadecimal digits.
    Hex,
    /// The bytes of a media file read as if they were text.
    RawBytes,
    /// An address.
    Url,
    /// A path of a file.
    FilePath,
    /// Something else.
    #[default]
    Other,
}

/// What stands around the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wrapper {
    /// Nothing.
    #[default]
    None,
    /// Quotes that belong to the value.
    Quotes,
    /// `b'…'`: Python bytes that were printed, not decoded.
    PythonBytes,
    /// `<…>` around an address.
    Angle,
    /// `[…](…)` around an address.
    Markdown,
}

/// Takes off what stands around: (wrapper, byte offset of the rest, the rest).
pub(super) fn unwrapped(text: &str) -> (Wrapper, usize, &str) {
    let start = text.len() - text.trim_start_matches(blank).len();
    let inner = text.trim_matches(blank);
    let both = |from: &str, to: &str| inner.strip_prefix(from)?.strip_suffix(to);
    let link = |rest: &&str| rest.starts_with("http") && !rest.contains(['<', '>', ' ']);
    let found = if let Some(rest) = both("b'", "'").or_else(|| both("b\"", "\"")) {
        (Wrapper::PythonBytes, 2, rest)
    } else if let Some(rest) = both("\"", "\"").or_else(|| both("'", "'")).or_else(|| both("`", "`")) {
        (Wrapper::Quotes, 1, rest)
    } else if let Some(rest) = both("<", ">").filter(link) {
        (Wrapper::Angle, 1, rest)
    } else if let Some((at, rest)) = markdown(inner) {
        (Wrapper::Markdown, at, rest)
    } else {
        (Wrapper::None, 0, inner)
    };
    (found.0, start + found.1, found.2)
}

fn blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}' || c == '\0'
}

fn markdown(inner: &str) -> Option<(usize, &str)> {
    if inner.len() > 4096 || !inner.starts_with(['[', '!']) {
        return None;
    }
    let at = inner.find("](")? + 2;
    let rest = inner.get(at..)?.strip_suffix(')')?;
    rest.starts_with("http").then_some((at, rest))
}

/// Longer texts are files; of a longer address only so much is read.
pub(super) const LONG: usize = 16_384;

/// A question about a text in lower case.
type Form = fn(&str) -> bool;

/// What the form alone tells; none for what only its characters can tell.
pub(super) fn by_form(text: &str) -> Option<Kind> {
    let text = text.trim_matches(blank);
    if text.is_empty() {
        return Some(Kind::Empty);
    }
    if is_raw(text) {
        return Some(Kind::RawBytes);
    }
    if text.len() > LONG {
        let address =
            text.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("https://") || head.to_ascii_lowercase().starts_with("http://"));
        return if address { Some(Kind::Url) } else { is_hex(text).then_some(Kind::Hex) };
    }
    let lower = text.to_ascii_lowercase();
    let rows: [(Form, Kind); 5] =
        [(is_lost, Kind::Lost), (is_stand_in, Kind::StandIn), (url::is_url, Kind::Url), (is_path, Kind::FilePath), (is_hex, Kind::Hex)];
    rows.into_iter().find(|(is, _)| is(&lower)).map(|(_, kind)| kind)
}

/// File bytes that went through a text decoder keep their readable letters.
fn is_raw(text: &str) -> bool {
    let head: String = text.chars().take(48).collect();
    let broken = head.contains('\u{fffd}') || head.starts_with("ÿØÿ") || head.starts_with("\u{89}PNG") || head.contains("\\x");
    let named = ["PNG", "JFIF", "Exif", "ftyp", "WEBP", "WAVE", "ID3", "ÿØÿ", "\\xff\\xd8"].iter().any(|name| head.contains(name));
    broken && named || ["GIF89a", "GIF87a", "%PDF-", "‰PNG"].iter().any(|magic| head.starts_with(magic))
}

/// What programs print when a value is missing or of the wrong kind.
fn is_lost(lower: &str) -> bool {
    const WHOLE: [&str; 9] = ["undefined", "null", "none", "nan", "nil", "true", "false", "system.byte[]", "system.io.memorystream"];
    const HEADS: [&str; 8] = ["[object ", "<_io.", "<buffer ", "[b@", "%!s(", "<pil.", "<coroutine ", "<memory at"];
    WHOLE.contains(&lower)
        || HEADS.iter().any(|head| lower.starts_with(head))
        || lower.starts_with('<') && lower.contains(" at 0x") && lower.ends_with('>')
}

/// Words of examples that were not replaced.
fn is_stand_in(lower: &str) -> bool {
    const WHOLE: [&str; 13] = [
        "image",
        "string",
        "base64",
        "url",
        "todo",
        "example",
        "placeholder",
        "changeme",
        "image_url",
        "image_base64",
        "base64_image",
        "base64_string",
        "base64string",
    ];
    const PARTS: [&str; 7] = ["your_", "your-", "_here", "path/to/", "base64_encoded", "base64-encoded", "base64 encoded"];
    if lower.len() > 160 || lower.contains('\n') || lower.contains("://") {
        return lower.starts_with("http") && matches!(lower.split_once("://"), Some((_, "..." | "…" | "")));
    }
    WHOLE.contains(&lower)
        || lower.chars().all(|c| matches!(c, '.' | '…' | 'x' | '*'))
        || PARTS.iter().any(|part| lower.contains(part))
        || lower.starts_with("your ")
        || bracketed(lower)
}

fn bracketed(lower: &str) -> bool {
    const PAIRS: [(&str, &str); 6] = [("<", ">"), ("{{", "}}"), ("${", "}"), ("{", "}"), ("[", "]"), ("%", "%")];
    let wordy = |inner: &str| inner.chars().all(|c| c.is_alphanumeric() || "_- ./:()…".contains(c));
    PAIRS.iter().any(|(from, to)| lower.strip_prefix(from).and_then(|rest| rest.strip_suffix(to)).is_some_and(wordy))
}

/// File endings of media; also keeps a bare file name from being read as a host.
pub(super) const ENDINGS: [&str; 27] = [
    "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "svg", "mp4", "mov", "m4v", "m4a", "webm", "mkv",
    "avi", "mp3", "wav", "aac", "flac", "ogg", "pdf", "txt", "b64",
];

fn is_path(lower: &str) -> bool {
    const ROOTS: [&str; 17] = [
        "./",
        "../",
        "~/",
        "\\\\",
        "/tmp/",
        "/home/",
        "/users/",
        "/var/",
        "/mnt/",
        "/root/",
        "/content/",
        "/app/",
        "/workspace/",
        "/data/",
        "/storage/",
        "/sdcard/",
        "/kaggle/",
    ];
    if lower.len() > 1024 || lower.contains('\n') {
        return false;
    }
    let drive = matches!(lower.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_lowercase());
    let ends = lower.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending));
    let root = lower.len() < 300 && ROOTS.iter().any(|root| lower.starts_with(root));
    drive || root || ends && lower.split_whitespace().count() <= 8
}

fn is_hex(text: &str) -> bool {
    const HEADS: [&str; 7] = ["ffd8ff", "89504e47", "47494638", "52494646", "494433", "fffb", "000000"];
    let head: String = text.chars().take(32).collect::<String>().to_ascii_lowercase();
    let digits = head.strip_prefix("0x").unwrap_or(&head);
    let named = HEADS.iter().any(|h| digits.starts_with(h)) && (!digits.starts_with("000000") || digits.contains("66747970"));
    named && text.len() >= 16 && text.bytes().skip(2).all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace())
}

/// Whether a text begins as the Base64 of a media file does.
pub(super) fn is_base64_head(head: &[u8]) -> bool {
    const HEADS: [&[u8]; 16] = [
        b"/9j/",
        b"_9j_",
        b"iVBORw0K",
        b"R0lGOD",
        b"UklGR",
        b"SUkqA",
        b"TU0AK",
        b"SUQzA",
        b"//uQ",
        b"//vQ",
        b"//Nk",
        b"//Ok",
        b"JVBERi0",
        b"T2dnUw",
        b"ZkxhQ",
        b"GkXfo",
    ];
    let boxes =
        head.starts_with(b"AAAA") && head.get(4..).is_some_and(|rest| rest.windows(5).take(4).any(|w| w == b"ZnR5c" || w == b"Z0eXB"));
    boxes || HEADS.iter().any(|h| head.starts_with(h))
}

/// Base64 or something else, by the characters.
pub(super) fn bare(text: &str, health: &Health) -> Kind {
    let symbols = health.symbols;
    let token = text.starts_with("eyJ") && matches!(health.bad, Some(Bad { found: '.', .. }));
    let few = health.bad_count * 50 <= symbols && health.blanks * 30 <= symbols;
    let base64 = match symbols {
        _ if token => false,
        _ if is_base64_head(text.as_bytes()) => health.bad_count * 10 <= symbols && symbols >= 8,
        0..16 => false,
        16..64 => health.bad_count + health.blanks == 0 && variety(text) == 3 && !is_name(text),
        64..200 => health.bad_count + health.blanks == 0 && variety(text) >= 2,
        _ => few,
    };
    if base64 { Kind::Base64 } else { Kind::Other }
}

/// How many of capitals, small letters, and digits or signs occur.
fn variety(text: &str) -> usize {
    let has = |is: fn(&u8) -> bool| usize::from(text.as_bytes().iter().any(is));
    has(u8::is_ascii_uppercase) + has(u8::is_ascii_lowercase) + has(|b| b.is_ascii_digit() || b"+/=".contains(b))
}

/// Identifiers join words with `-` or `_`; a short text with several of them is one.
fn is_name(text: &str) -> bool {
    text.bytes().filter(|b| matches!(b, b'-' | b'_')).count() >= 2
}
