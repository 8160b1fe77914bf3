//! Inline content: whether it is taken at all, its `data:` head, the state of its Base64.

use crate::knowledge::requests::{DataPrefix, MediaInput};
use crate::media::{Alphabet, CutSign, End, Format, Health, Kind, Padding, Wrapper};
use crate::validate::found::{Found, Severity};
use crate::validate::stand_in;

use super::{Piece, Problem, limits, repair};

pub(super) fn check(piece: &Piece<'_>, found: &mut Found) {
    let taken = taken(piece, found);
    if taken {
        prefix(piece, found);
    }
    if stand_in(piece.text) {
        return;
    }
    if taken {
        state(piece, found);
    }
    limits::check(piece, found);
    match piece.media.format {
        Some(Format::M4a) if piece.offers("m4a") => doubted(piece, "m4a", found),
        Some(Format::Aac) if piece.offers("aac") => doubted(piece, "aac", found),
        _ => {}
    }
}

/// Whether the row takes inline content, as far as its pages say.
fn taken(piece: &Piece<'_>, found: &mut Found) -> bool {
    let inputs = &piece.limits.inputs;
    if !inputs.is_empty() && !inputs.contains(&MediaInput::Base64) {
        let message = "only an address is taken here, no content; there is no upload endpoint, so put the file on public storage";
        found.add(piece.case.finding("G27", piece.pointer, message).as_severity(Severity::Error));
        return false;
    }
    let video = piece.offers("mp4") && !piece.offers("png");
    if inputs.is_empty() && (video || piece.pointer.ends_with("_url")) {
        let message = "the pages speak of an address here; content as Base64 is probably refused";
        found.add(piece.case.finding("G27", piece.pointer, message).as_severity(Severity::Warning));
    }
    true
}

fn prefix(piece: &Piece<'_>, found: &mut Found) {
    let headed = matches!(piece.media.kind, Kind::DataUri { .. });
    let finding = match (piece.limits.base64_data_prefix, headed) {
        (Some(DataPrefix::Forbidden), true) => {
            piece.case.finding("G05", piece.pointer, "Base64 is taken bare here; this text has a data: prefix")
        }
        (None, true) if piece.case.endpoint.generation == "legacy" => piece
            .case
            .finding("G05", piece.pointer, "send the bare Base64: legacy endpoints take no data: prefix")
            .as_severity(Severity::Warning),
        (Some(DataPrefix::NotStated), true) => piece.case.finding(
            "G24",
            piece.pointer,
            "the pages do not say whether a data: prefix is taken; send the bare Base64, or better an address",
        ),
        (Some(DataPrefix::NotStated), false) => {
            piece.case.finding("G24", piece.pointer, "Base64 is documented here, but was seen to be refused; an address is safer")
        }
        _ => return,
    };
    let fix = repair::fix(piece).filter(|_| headed);
    found.add(fix.map_or(finding.clone(), |fix| finding.with_fix(fix)));
}

/// The state of the Base64 text.
fn state(piece: &Piece<'_>, found: &mut Found) {
    let mut problems: Vec<Problem> = behind_head(piece.media.payload.as_ref()).into_iter().collect();
    if matches!(piece.media.wrapper, Wrapper::Quotes | Wrapper::PythonBytes) {
        problems.push((Severity::Error, "quotes around it, or the b of printed Python bytes, belong to the value".to_owned()));
    }
    if let Some(health) = &piece.media.base64 {
        problems.extend(broken(health));
        problems.extend(loose(health));
        problems.extend(cut(piece.media.facts.end, health));
    }
    let Some(finding) = piece.gathered(Some("base64"), problems) else { return };
    found.add(match repair::fix(piece) {
        Some(fix) => finding.with_fix(fix),
        None => finding,
    });
}

fn behind_head(payload: Option<&Kind>) -> Option<Problem> {
    let what = match payload? {
        Kind::StandIn => return None,
        Kind::Empty => "nothing follows the data: prefix",
        Kind::Url => "an address follows the data: prefix",
        Kind::FilePath => "a path of a file follows the data: prefix",
        Kind::Hex => "hexadecimal digits follow the data: prefix; Base64 is taken",
        _ => "what follows the data: prefix is no Base64",
    };
    Some((Severity::Error, what.to_owned()))
}

/// What no decoder takes.
fn broken(health: &Health) -> Option<Problem> {
    let what = match (health.bad, health.padding) {
        (Some(bad), _) => format!("the character at byte {} is no Base64{}", bad.offset, more(health.bad_count, bad.found.len_utf8())),
        (None, Padding::Inside(at)) => format!("text follows the = at byte {at}: two texts were joined, or one was cut and joined"),
        _ if health.lost_plus => "there are blanks where + was: the text went through a form without being escaped".to_owned(),
        _ => return None,
    };
    Some((Severity::Error, what))
}

fn more(bad: usize, first: usize) -> &'static str {
    if bad > first { ", and further ones are not" } else { "" }
}

/// What some decoders take and others do not.
fn loose(health: &Health) -> Vec<Problem> {
    let blanks = health.blanks > 0 && !health.lost_plus;
    let rows = [
        (health.line_breaks > 0 || blanks, "line breaks or blanks divide the Base64"),
        (!matches!(health.alphabet, Alphabet::Common | Alphabet::Standard), "it uses - and _ of the URL-safe alphabet instead of + and /"),
        (matches!(health.padding, Padding::Missing(_)), "the = at its end are missing"),
        (matches!(health.padding, Padding::Excess(_)), "there are too many = at its end"),
    ];
    rows.into_iter().filter(|(is, _)| *is && health.elided_at.is_none()).map(|(_, what)| (Severity::Warning, what.to_owned())).collect()
}

fn cut(end: End, health: &Health) -> Option<Problem> {
    let End::Cut(sign) = end else { return None };
    Some(match sign {
        CutSign::Mark => (Severity::Info, "the text was shortened with a mark such as ...; what was left out is not checked".to_owned()),
        CutSign::Length => {
            (Severity::Error, format!("{} characters of Base64 give no whole bytes: the text is cut or lost a character", health.symbols))
        }
        CutSign::Content(Some(missing)) if missing > 1 << 31 => return None,
        CutSign::Content(Some(missing)) => (Severity::Error, format!("the file is cut: it promises {missing} bytes more")),
        CutSign::Content(None) => (Severity::Error, "the file is cut: its end is missing".to_owned()),
    })
}

/// Formats of sound that are documented and said to be refused.
pub(super) fn doubted(piece: &Piece<'_>, format: &str, found: &mut Found) {
    if matches!(format, "m4a" | "aac") && piece.case.endpoint.generation == "legacy" {
        found.add(piece.case.finding(
            "G28",
            piece.pointer,
            format!("{format} is documented, but one client records that it is refused; mp3 and wav are safe"),
        ));
    }
}
