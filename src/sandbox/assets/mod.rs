//! Results as small real files, made byte by byte: a grey video, a white picture, silence.

mod bits;
mod mp4;
mod png;
mod sound;

/// A file and its content type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Longest result that is really made, in seconds.
const LONGEST_S: f64 = 60.0;

/// The file with this ending, of this length; none for an ending that no result has.
pub(super) fn file(ending: &str, seconds: f64) -> Option<File> {
    let seconds = if seconds.is_finite() { seconds.clamp(1.0, LONGEST_S) } else { 1.0 };
    let (kind, bytes) = match ending {
        "mp4" => ("video/mp4", mp4::grey(seconds)),
        "png" => ("image/png", png::white()),
        "mp3" => ("audio/mpeg", sound::mp3(seconds)),
        "wav" => ("audio/wav", sound::wav(seconds)),
        _ => return None,
    };
    Some(File { kind, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_begins_with_the_signature_of_its_format() {
        let starts = |ending: &str| file(ending, 5.0).unwrap().bytes.iter().take(12).copied().collect::<Vec<u8>>();
        assert_eq!(starts("mp4").get(4..8), Some(&b"ftyp"[..]));
        assert_eq!(starts("png").get(..8), Some(&b"\x89PNG\r\n\x1a\n"[..]));
        assert_eq!(starts("mp3").get(..2), Some(&[0xFF, 0xFB][..]));
        assert_eq!(starts("wav").get(8..12), Some(&b"WAVE"[..]));
        assert_eq!(file("exe", 5.0), None);
    }

    #[test]
    fn files_stay_small_whatever_length_is_asked_for() {
        for seconds in [-1.0, 0.0, 5.0, 1e9, f64::NAN] {
            assert!(file("mp4", seconds).unwrap().bytes.len() < 64 * 1024);
            assert!(file("wav", seconds).unwrap().bytes.len() < 1024 * 1024);
        }
    }
}
