use super::files::{all, boxed, chunk, film, mp3, riff, wav};
use super::{encoded, of};
use crate::media::{CutSign, End, Family, Format, inspect};

fn near(value: Option<f64>, wanted: f64) -> bool {
    value.is_some_and(|value| (value - wanted).abs() < 0.05)
}

#[test]
fn a_film_tells_sides_length_tracks_and_rate() {
    let media = of(&film(b"isom", false));
    assert_eq!((media.format, media.facts.shown(), media.facts.end), (Some(Format::Mp4), Some((1280, 720)), End::Whole));
    assert!(near(media.facts.seconds, 5.0) && near(media.facts.frame_rate, 30.0) && !media.facts.estimated);
    assert_eq!((media.facts.has_video, media.facts.has_audio, media.facts.codec.as_deref()), (Some(true), Some(true), Some("avc1")));
    assert_eq!((media.facts.sample_rate, media.facts.channels), (Some(48_000), Some(2)));
}

#[test]
fn a_turned_track_swaps_the_sides() {
    assert_eq!(of(&film(b"qt  ", true)).facts.shown(), Some((720, 1280)));
}

#[test]
fn the_brand_tells_the_film_format() {
    let cases = [
        (b"isom", Format::Mp4),
        (b"mp42", Format::Mp4),
        (b"qt  ", Format::Mov),
        (b"M4V ", Format::M4v),
        (b"M4A ", Format::M4a),
        (b"3gp4", Format::ThreeGp),
    ];
    for (brand, format) in cases {
        assert_eq!(of(&film(brand, false)).format, Some(format));
    }
}

#[test]
fn a_film_without_its_index_says_so_and_what_is_missing() {
    let media = of(&film(b"isom", false)[..1000]);
    assert_eq!((media.facts.has_index, media.facts.seconds, media.facts.has_video), (Some(false), None, None));
    assert_eq!(media.facts.end, End::Cut(CutSign::Content(Some(4028))));
}

#[test]
fn a_box_with_a_long_size_is_walked() {
    let long = [&[0, 0, 0, 1][..], b"mdat", &24u64.to_be_bytes(), &[0; 8]].concat();
    let whole = film(b"isom", false);
    let media = of(&[&whole[..20], &long, &whole[20..]].concat());
    assert!(near(media.facts.seconds, 5.0));
}

#[test]
fn boxes_with_impossible_sizes_end_the_walk() {
    for size in [2u32, 7] {
        let bad = [&boxed(b"ftyp", b"isom\0\0\0\0")[..], &size.to_be_bytes(), b"moov", &[0; 40]].concat();
        assert_eq!(of(&bad).facts.seconds, None);
    }
    let huge = [&boxed(b"ftyp", b"isom\0\0\0\0")[..], &[0, 0, 0, 1], b"moov", &[0xff; 8], &[0xff; 60]].concat();
    assert_eq!(of(&huge).facts.seconds, None);
}

#[test]
fn webm_and_matroska_differ_by_their_document_type() {
    let head = |kind: &[u8]| [b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84", kind, &[0; 20]].concat();
    assert_eq!(of(&head(b"webm")).format, Some(Format::Webm));
    assert_eq!(of(&head(b"matroska")).format, Some(Format::Mkv));
}

#[test]
fn an_avi_tells_sides_length_and_rate() {
    let mut avih = vec![0; 56];
    avih[0..4].copy_from_slice(&40_000u32.to_le_bytes());
    avih[16..20].copy_from_slice(&100u32.to_le_bytes());
    avih[32..36].copy_from_slice(&640u32.to_le_bytes());
    avih[36..40].copy_from_slice(&360u32.to_le_bytes());
    let media = of(&riff(b"AVI ", &chunk(b"LIST", &[b"hdrl".to_vec(), chunk(b"avih", &avih)].concat())));
    assert_eq!((media.format, media.facts.shown()), (Some(Format::Avi), Some((640, 360))));
    assert!(near(media.facts.seconds, 4.0) && near(media.facts.frame_rate, 25.0));
}

#[test]
fn a_wav_tells_length_and_rates_behind_other_chunks() {
    let media = of(&wav(3));
    assert_eq!((media.format, media.facts.sample_rate, media.facts.channels), (Some(Format::Wav), Some(8000), Some(1)));
    assert!(near(media.facts.seconds, 3.0) && !media.facts.estimated && media.facts.end == End::Whole);
}

#[test]
fn a_wav_of_open_size_is_measured_by_what_is_there() {
    let mut bytes = wav(2);
    let at = bytes.len() - 32_000 - 4;
    bytes[at..at + 4].copy_from_slice(&[0xff; 4]);
    let facts = of(&bytes).facts;
    assert!(near(facts.seconds, 2.0) && facts.estimated);
}

#[test]
fn an_mp3_is_estimated_by_its_first_frame() {
    let facts = of(&mp3(100)).facts;
    assert!(near(facts.seconds, 2.61) && facts.estimated);
    assert_eq!((facts.sample_rate, facts.channels), (Some(44_100), Some(2)));
}

#[test]
fn an_mp3_tag_is_skipped_even_when_it_is_large() {
    let tag = [&b"ID3\x03\0\0\0\x01\x48\0"[..], &vec![0x20; 0x48 * 128 + 16_384]].concat();
    let media = of(&[tag, mp3(50)].concat());
    assert_eq!((media.format, media.facts.sample_rate), (Some(Format::Mp3), Some(44_100)));
    assert!(near(media.facts.seconds, 1.3));
}

#[test]
fn an_mp3_that_counts_its_frames_is_no_estimate() {
    let mut bytes = mp3(3);
    bytes[36..48].copy_from_slice(b"Xing\0\0\0\x01\0\0\x03\xe8");
    let facts = of(&bytes).facts;
    assert!(near(facts.seconds, 26.12) && !facts.estimated);
}

#[test]
fn aac_and_flac_tell_their_rates() {
    let aac = of(&[0xff, 0xf1, 0x50, 0x80, 0, 0x1f, 0xfc, 1]);
    assert_eq!((aac.format, aac.facts.sample_rate, aac.facts.channels), (Some(Format::Aac), Some(44_100), Some(2)));
    let bits: u64 = 48_000 << 44 | 1 << 41 | 15 << 36 | 0x1_7700;
    let flac = of(&[b"fLaC\0\0\0\x22", &[0; 10][..], &bits.to_be_bytes(), &[0; 16]].concat());
    assert_eq!((flac.format, flac.facts.sample_rate, flac.facts.channels), (Some(Format::Flac), Some(48_000), Some(2)));
    assert!(near(flac.facts.seconds, 2.0));
}

#[test]
fn every_format_has_a_name_a_family_and_a_fitting_type() {
    for format in [Format::Jpeg, Format::Mov, Format::Ogg, Format::Text, Format::Base64, Format::Gzip] {
        assert!(!format.name().is_empty() && format.fits(format.mime()));
    }
    assert_eq!((Format::Webm.family(), Format::M4a.family()), (Family::Video, Family::Audio));
}

#[test]
fn no_cut_of_any_file_fails() {
    for file in all() {
        for len in 0..file.len() {
            of(&file[..len]);
        }
        let text = encoded(&file);
        for len in 0..text.len().min(400) {
            inspect(&text[..len]);
        }
    }
}

#[test]
fn no_changed_byte_of_any_file_fails() {
    for file in all() {
        for at in 0..file.len().min(600) {
            for value in [0x00, 0x01, 0x7f, 0xff] {
                let mut changed = file.clone();
                changed[at] = value;
                of(&changed);
            }
        }
    }
}
