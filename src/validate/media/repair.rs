//! The bare standard Base64 of a text that has more around or within it, when nothing of it is lost.

use crate::media::{Kind, Padding, Wrapper};
use crate::validate::found::{Fix, Op, Operation};
use crate::validate::stand_in;

use super::Piece;

/// Longest `data:` head that is taken off.
const HEAD: usize = 512;

/// A correction that puts the bare text in place; none when the text is bare, or broken beyond repair.
pub(super) fn fix(piece: &Piece<'_>) -> Option<Fix> {
    let bare = bare(piece).filter(|bare| bare != piece.text && !bare.is_empty())?;
    let patch = vec![Operation::set(Op::Replace, piece.pointer, bare)];
    let guessed = piece.media.base64.as_ref().is_some_and(|health| health.lost_plus);
    Some(if guessed { Fix::guess("the bare Base64, with + for each blank", patch) } else { Fix::safe("the bare Base64", patch) })
}

fn bare(piece: &Piece<'_>) -> Option<String> {
    let payload = payload(piece)?;
    let stands_in = stand_in(piece.text) || piece.media.payload == Some(Kind::StandIn);
    if stands_in || piece.media.base64.as_ref().is_some_and(|health| health.elided_at.is_some()) {
        return Some(payload.to_owned());
    }
    let health = piece.media.base64.as_ref()?;
    if health.bad.is_some() || matches!(health.padding, Padding::Inside(_) | Padding::Impossible) {
        return None;
    }
    let standard = |c: char| match c {
        '-' => Some('+'),
        '_' => Some('/'),
        ' ' if health.lost_plus => Some('+'),
        '=' => None,
        c => Some(c).filter(|c| !c.is_whitespace()),
    };
    let mut text: String = payload.chars().filter_map(standard).collect();
    let wanted = text.len().next_multiple_of(4) - text.len();
    text.extend(std::iter::repeat_n('=', wanted));
    Some(text)
}

/// The text without what stands around it and without its `data:` heads.
fn payload<'a>(piece: &Piece<'a>) -> Option<&'a str> {
    let text = piece.text.trim();
    let inner = match piece.media.wrapper {
        Wrapper::PythonBytes => text.get(2..text.len().checked_sub(1)?)?,
        Wrapper::Quotes => text.get(1..text.len().checked_sub(1)?)?,
        _ => text,
    };
    if !matches!(piece.media.kind, Kind::DataUri { .. }) {
        return Some(inner);
    }
    let mut rest = inner;
    // A second head follows the first where a program added one to a text that had one.
    while rest.len() == inner.len() || rest.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("data:")) {
        let comma = rest.char_indices().take_while(|(at, _)| *at < HEAD).find(|(_, c)| *c == ',')?.0;
        rest = rest.get(comma + 1..)?.trim();
    }
    Some(rest)
}
