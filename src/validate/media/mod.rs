//! Inline media and addresses against the limits of their row, by what the text itself says.
//!
//! Nothing is fetched and no file is opened. One finding gathers all that one rule says about a place.

mod address;
mod inline;
mod limits;
mod repair;

use crate::knowledge::Certainty;
use crate::knowledge::requests::{Field, Media as Limits};
use crate::media::{self, Kind, Media};
use crate::request::{Node, Unknown, Value};

use super::case::Case;
use super::fields::{self, Place};
use super::found::{Finding, Found, Severity};
use super::stand_in;

/// Checks a value that may be media. A row without limits of its own takes those of the list or object it stands in.
pub(super) fn member<'a>(case: &Case<'a>, found: &mut Found, row: Option<&'a Field>, node: &Node, place: &Place) {
    let text = match &node.value {
        Value::String(text) | Value::Unknown(Unknown::Template(text)) => text.as_str(),
        _ => return,
    };
    // A correction is checked as JSON, in which a text that is not wholly known stands like this.
    let text = text.strip_prefix("<unknown: template ").unwrap_or(text);
    // The head of a text tells enough even where the rest is a stand-in.
    let headed =
        ["data:", "http:", "https:"].iter().any(|head| text.trim_start().get(..head.len()).is_some_and(|s| s.eq_ignore_ascii_case(head)));
    if text.trim().is_empty() || !headed && (matches!(node.value, Value::Unknown(_)) || stand_in(text)) {
        return;
    }
    if let Some(row) = limited(case, row, place) {
        check(case, found, row, text, &place.pointer);
    }
}

/// The row whose limits hold for a place.
fn limited<'a>(case: &Case<'a>, row: Option<&'a Field>, place: &Place) -> Option<&'a Field> {
    let with = |name: &str| case.fields.fields.iter().filter(move |row| row.media.is_some() && row.name == name).collect::<Vec<_>>();
    if row.is_some_and(|row| row.media.is_some()) {
        // An item that does not say its type may be any of several kinds.
        return row.filter(|row| row.content_types.is_empty() || place.kind.is_some() || with(&row.name).len() == 1);
    }
    let key = place.name.trim_end_matches("[]").rsplit('.').next().unwrap_or_default();
    if row.is_some_and(|row| row.allowed.is_some()) || key.ends_with("_id") {
        return None;
    }
    if key.ends_with("mask") {
        return with("image").first().copied();
    }
    let named = ["image", "video", "url"].iter().any(|word| key.contains(word));
    above(&place.name).filter(|_| named).find_map(|name| with(name).first().copied())
}

/// Names of the lists and objects around a name, the nearest first.
fn above(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(outer(name), |name| outer(name))
}

fn outer(name: &str) -> Option<&str> {
    name.strip_suffix("[]").or_else(|| Some(name.rsplit_once('.')?.0))
}

/// Checks a text against the limits of a row.
pub(super) fn check(case: &Case<'_>, found: &mut Found, row: &Field, text: &str, pointer: &str) {
    let Some(limits) = row.media.as_ref() else { return };
    let media = media::inspect(text);
    let piece = Piece { case, row, limits, text, media: &media, pointer };
    match media.kind {
        Kind::Empty | Kind::StandIn => {}
        Kind::Url => address::check(&piece, found),
        Kind::DataUri { .. } | Kind::Base64 => inline::check(&piece, found),
        Kind::FilePath => {
            let message = "this is a path of a file on your side, which the service cannot open; give a public address or, where it is taken, the content as Base64";
            found.add(case.finding("G27", pointer, message).as_severity(Severity::Error));
        }
        Kind::Hex => piece.form(found, Severity::Error, "these are hexadecimal digits; an address or Base64 is taken"),
        Kind::RawBytes => piece.form(found, Severity::Error, "these are the bytes of a file read as text; they must be written as Base64"),
        Kind::Lost => {
            piece.form(found, Severity::Error, "this is what a program prints for a value that it does not have or did not convert");
        }
        Kind::Other => other(&piece, found),
    }
}

/// Neither of the known forms.
fn other(piece: &Piece<'_>, found: &mut Found) {
    let text = piece.text.trim();
    let few = text.chars().count() <= 3;
    if few || text.ends_with("...") || text.ends_with('…') {
        return;
    }
    if like_base64(text) {
        return piece.form(found, Severity::Warning, "this may be Base64, but it is too short for a file");
    }
    piece.form(found, Severity::Error, "this is neither an address nor Base64");
}

/// Complete groups of the alphabet in which capitals, small letters and others all occur.
fn like_base64(text: &str) -> bool {
    let is = |of: fn(&u8) -> bool| text.bytes().any(|b| of(&b));
    let alphabet = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let varied = is(u8::is_ascii_uppercase) && is(u8::is_ascii_lowercase) && is(|b| b.is_ascii_digit() || b"+/=".contains(b));
    text.len() >= 8 && text.len().is_multiple_of(4) && alphabet && varied
}

/// A text at its place, with what it is and what it may be.
struct Piece<'a> {
    case: &'a Case<'a>,
    row: &'a Field,
    limits: &'a Limits,
    text: &'a str,
    media: &'a Media,
    pointer: &'a str,
}

impl Piece<'_> {
    /// A finding without a rule page.
    fn plain(&self, rule: &str, severity: Severity, message: impl Into<String>) -> Finding {
        fields::finding(self.case, Some(self.row), rule, severity, self.pointer, message.into())
    }

    fn form(&self, found: &mut Found, severity: Severity, message: &str) {
        found.add(self.plain("media-form", severity, message));
    }

    /// All that a rule says about this place, with the weight of the worst; nothing when there is none.
    fn gathered(&self, rule: Option<&str>, mut problems: Vec<Problem>) -> Option<Finding> {
        problems.sort_by_key(|(severity, _)| *severity);
        let worst = problems.first()?.0;
        let words: Vec<String> = problems.into_iter().map(|(_, words)| words).collect();
        let message = words.join("; ");
        Some(match rule {
            Some(rule) if rule.starts_with(|c: char| c.is_ascii_uppercase()) => {
                self.case.finding(rule, self.pointer, message).as_severity(worst)
            }
            rule => self.plain(rule.unwrap_or("media-limits"), worst, message),
        })
    }

    /// The rule of the endpoint that states the limits of this row.
    fn limit_rule(&self) -> Option<&'static str> {
        const PICTURE: &[&str] = &["N07", "L28", "E07", "E13", "N28"];
        const VIDEO: &[&str] = &["N10", "N18", "N22", "L19", "L24", "E09", "E12", "G16", "L27", "N28"];
        const SOUND: &[&str] = &["G12", "E09", "L27"];
        let rules = if self.offers("png") {
            PICTURE
        } else if self.offers("mp4") || self.limits.formats.is_empty() {
            VIDEO
        } else {
            SOUND
        };
        rules.iter().copied().find(|rule| self.case.fields.rules.iter().any(|id| id == rule))
    }

    fn offers(&self, format: &str) -> bool {
        self.limits.formats.iter().any(|offered| offered == format)
    }

    /// An error where the limits are documented or seen, else a warning.
    fn error(&self) -> Severity {
        match self.row.certainty.unwrap_or(self.case.endpoint.certainty) {
            Certainty::Documented | Certainty::Observed => Severity::Error,
            _ => Severity::Warning,
        }
    }
}

/// Something wrong, and how bad it is.
type Problem = (Severity, String);

#[cfg(test)]
mod tests;
