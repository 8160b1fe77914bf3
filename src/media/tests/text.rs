use super::files::{film, jpeg, png};
use super::{encoded, inspect, of};
use crate::media::{Alphabet, Bad, CutSign, End, Format, Kind, Padding};

fn noise(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(len)
    .collect()
}

#[test]
fn clean_base64_is_strict_and_its_size_is_computed() {
    for len in [300, 301, 302] {
        let media = inspect(&encoded(&noise(len)));
        assert_eq!((media.kind, media.bytes), (Kind::Base64, Some(len as u64)));
        assert!(media.base64.unwrap().strict());
    }
}

#[test]
fn line_breaks_are_counted_and_do_not_hide_the_bytes() {
    let lines: Vec<String> = encoded(&film(b"isom", false)).as_bytes().chunks(76).map(|l| String::from_utf8(l.to_vec()).unwrap()).collect();
    for gap in ["\n", "\r\n"] {
        let media = inspect(&lines.join(gap));
        let health = media.base64.unwrap();
        assert_eq!((health.line_breaks, health.bad, health.strict()), (lines.len() - 1, None, false));
        assert_eq!((media.facts.shown(), media.bytes), (Some((1280, 720)), Some(film(b"isom", false).len() as u64)));
    }
}

#[test]
fn the_alphabet_is_told() {
    let text = encoded(&noise(600));
    let safe = text.replace('+', "-").replace('/', "_");
    let alphabet = |text: &str| inspect(text).base64.unwrap().alphabet;
    assert_eq!((alphabet(&text), alphabet(&safe)), (Alphabet::Standard, Alphabet::UrlSafe));
    assert_eq!(alphabet(&text.replace('+', "-")), Alphabet::Mixed);
}

#[test]
fn url_safe_text_is_read_all_the_same() {
    let text = encoded(&jpeg(320, 240, None)).replace('+', "-").replace('/', "_");
    assert_eq!(inspect(&text).facts.shown(), Some((320, 240)));
}

#[test]
fn padding_that_is_missing_or_too_much_is_counted() {
    let text = encoded(&png(1, 1));
    let bare = text.trim_end_matches('=');
    let missing = (4 - bare.len() % 4) % 4;
    assert!(missing > 0);
    assert_eq!(inspect(bare).base64.unwrap().padding, Padding::Missing(missing));
    assert_eq!(inspect(&format!("{text}==")).base64.unwrap().padding, Padding::Excess(2));
    assert_eq!(inspect(bare).bytes, Some(png(1, 1).len() as u64));
}

#[test]
fn padding_within_the_text_is_found() {
    let text = format!("{}{}", encoded(&png(1, 1)), encoded(&png(1, 1)));
    let at = text.find('=').unwrap();
    assert_eq!(inspect(&text).base64.unwrap().padding, Padding::Inside(at));
}

#[test]
fn an_impossible_length_is_a_cut() {
    let text = &encoded(&jpeg(64, 64, None))[..201];
    let media = inspect(text);
    assert_eq!((media.base64.unwrap().padding, media.facts.end), (Padding::Impossible, End::Cut(CutSign::Length)));
}

#[test]
fn a_foreign_character_is_named_with_its_offset() {
    let mut text = format!("  data:image/jpeg;base64,{}", encoded(&jpeg(64, 64, None)));
    text.replace_range(60..61, "é");
    let media = inspect(&text);
    let health = media.base64.unwrap();
    assert_eq!((health.bad, health.bad_count), (Some(Bad { offset: 60, found: 'é' }), 2));
    assert_eq!(media.format, Some(Format::Jpeg));
}

#[test]
fn a_percent_escape_is_a_foreign_character() {
    let text = encoded(&png(1, 1)).replace('=', "%3D");
    assert_eq!(inspect(&text).base64.unwrap().bad.map(|bad| bad.found), Some('%'));
}

#[test]
fn a_mark_of_omission_is_a_cut_and_no_foreign_character() {
    let text = encoded(&jpeg(64, 64, None));
    for mark in ["...", "…", "...[truncated]", "[truncated 1234 chars]", "... (5120 more bytes)", "<omitted>"] {
        let media = inspect(&format!("{}{mark}", &text[..120]));
        let health = media.base64.unwrap();
        assert_eq!((health.elided_at, health.bad, health.symbols), (Some(120), None, 120), "{mark}");
        assert_eq!((media.bytes, media.facts.end), (Some(90), End::Cut(CutSign::Mark)));
    }
}

#[test]
fn a_plus_that_became_a_blank_is_read_as_plus() {
    let film = [film(b"isom", false), noise(3000)].concat();
    let text = encoded(&film).replace('+', " ");
    let media = inspect(&text);
    let health = media.base64.unwrap();
    assert!(health.lost_plus && health.blanks > 0);
    assert_eq!((media.bytes, media.facts.shown()), (Some(film.len() as u64), Some((1280, 720))));
}

#[test]
fn the_whole_text_is_measured_at_every_length_around_a_block() {
    for len in 760..780 {
        let media = of(&noise(len));
        assert_eq!(media.bytes, Some(len as u64));
        let media = inspect(&format!("data:;base64,{}", encoded(&noise(len)).replace('A', "A\n")));
        assert_eq!(media.bytes, Some(len as u64));
    }
}

#[test]
fn a_large_text_is_read_to_its_end() {
    let mut bytes = film(b"isom", false);
    let filler = [&2_000_008u32.to_be_bytes()[..], b"free", &vec![0x5a; 2_000_000]].concat();
    bytes.splice(20..20, filler);
    let text = encoded(&bytes);
    let wrapped = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n");
    for text in [&text, &wrapped] {
        let media = inspect(text);
        assert_eq!((media.facts.shown(), media.bytes), (Some((1280, 720)), Some(bytes.len() as u64)));
    }
}

#[test]
fn the_end_behind_a_foreign_character_is_unknown() {
    let mut text = encoded(&film(b"isom", false));
    text.replace_range(900..901, "%");
    assert_eq!(inspect(&text).facts.end, End::Unknown);
}

#[test]
fn every_kind_of_character_anywhere_is_read() {
    let text = encoded(&jpeg(9, 9, None));
    for at in (0..text.len()).step_by(7) {
        for odd in ["=", " ", "\n", "-", "%", "é", "\0", "..."] {
            let mut changed = text.clone();
            changed.insert_str(at, odd);
            inspect(&changed);
            inspect(&format!("data:image/jpeg;base64,{changed}"));
        }
    }
}
