use super::files::{bmp, chunk, gif, heic, jpeg, png, riff, tiff};
use super::of;
use crate::media::{CutSign, End, Format};

#[test]
fn a_jpeg_tells_its_sides_from_the_frame_header() {
    let media = of(&jpeg(1920, 1080, None));
    assert_eq!((media.format, media.facts.shown()), (Some(Format::Jpeg), Some((1920, 1080))));
    assert_eq!((media.facts.orientation, media.facts.end), (None, End::Whole));
}

#[test]
fn orientation_from_five_on_swaps_the_sides_in_both_byte_orders() {
    for orientation in 1..=8 {
        let media = of(&jpeg(4000, 1_000, Some(orientation)));
        let shown = if orientation >= 5 { (1_000, 4000) } else { (4000, 1_000) };
        assert_eq!((media.facts.orientation.map(u16::from), media.facts.shown()), (Some(orientation), Some(shown)));
    }
}

#[test]
fn an_orientation_that_does_not_exist_is_ignored() {
    let media = of(&jpeg(40, 10, Some(77)));
    assert_eq!((media.facts.orientation, media.facts.turned), (None, false));
}

#[test]
fn the_ratio_is_that_of_the_shown_picture() {
    assert_eq!(of(&jpeg(100, 250, Some(6))).ratio(), Some(2.5));
    assert_eq!(of(&png(100, 0)).ratio(), None);
}

#[test]
fn a_cut_jpeg_is_told_by_its_missing_end() {
    let whole = jpeg(64, 48, None);
    let media = of(&whole[..whole.len() - 100]);
    assert_eq!((media.facts.width, media.facts.end), (Some(64), End::Cut(CutSign::Content(None))));
}

#[test]
fn data_of_a_camera_behind_the_end_mark_is_no_cut() {
    assert_eq!(of(&[jpeg(64, 48, None), vec![3; 900]].concat()).facts.end, End::Whole);
}

#[test]
fn a_png_tells_sides_and_end() {
    let media = of(&png(300, 299));
    assert_eq!((media.format, media.facts.shown(), media.facts.end), (Some(Format::Png), Some((300, 299)), End::Whole));
    let cut = of(&png(300, 299)[..40]);
    assert_eq!((cut.facts.width, cut.facts.end), (Some(300), End::Cut(CutSign::Content(None))));
}

#[test]
fn a_gif_tells_sides_and_end() {
    let media = of(&gif(320, 200));
    assert_eq!((media.format, media.facts.shown(), media.facts.end), (Some(Format::Gif), Some((320, 200)), End::Whole));
}

#[test]
fn a_bmp_may_run_from_the_top() {
    let media = of(&bmp(640, -480));
    assert_eq!((media.format, media.facts.shown(), media.facts.end), (Some(Format::Bmp), Some((640, 480)), End::Whole));
}

#[test]
fn a_bmp_says_how_many_bytes_are_missing() {
    assert_eq!(of(&bmp(640, 480)[..50]).facts.end, End::Cut(CutSign::Content(Some(8))));
}

#[test]
fn webp_tells_its_sides_in_all_three_forms() {
    let lossy = chunk(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 0x80, 0x02, 0xe0, 0x41]);
    let bits: u32 = (640 - 1) | (480 - 1) << 14;
    let lossless = chunk(b"VP8L", &[&[0x2f], &bits.to_le_bytes()[..]].concat());
    let extended = chunk(b"VP8X", &[0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0]);
    for body in [lossy, lossless, extended] {
        let media = of(&riff(b"WEBP", &body));
        assert_eq!((media.format, media.facts.shown(), media.facts.end), (Some(Format::Webp), Some((640, 480)), End::Whole));
    }
}

#[test]
fn a_tiff_tells_its_sides() {
    let media = of(&tiff(700, 500));
    assert_eq!((media.format, media.facts.shown()), (Some(Format::Tiff), Some((700, 500))));
}

#[test]
fn heic_and_avif_tell_the_largest_picture() {
    for (brand, format) in [(b"heic", Format::Heic), (b"avif", Format::Avif)] {
        let media = of(&heic(brand));
        assert_eq!((media.format, media.facts.shown(), media.facts.end), (Some(format), Some((4032, 3024)), End::Whole));
    }
}

#[test]
fn text_that_poses_as_a_picture_is_named() {
    let cases: [(&[u8], Format); 9] = [
        (b"<!DOCTYPE html><html><body>404</body></html>", Format::Html),
        (b"  {\"error\": \"not found\"}", Format::Json),
        (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", Format::Xml),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", Format::Svg),
        (b"iVBORw0KGgoAAAANSUhEUgAA", Format::Base64),
        (b"data:image/png;base64,iVBORw0KGgo", Format::Base64),
        (b"just some words", Format::Text),
        (b"%PDF-1.7\n", Format::Pdf),
        (b"PK\x03\x04zip", Format::Zip),
    ];
    for (bytes, format) in cases {
        assert_eq!(of(bytes).format, Some(format));
    }
}

#[test]
fn unknown_bytes_have_no_format() {
    assert_eq!(of(&[1, 2, 3, 4, 5, 6, 7, 8]).format, None);
}
