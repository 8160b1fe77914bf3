//! Format, size, sides, ratio, length and frame rate of inline content against the limits of the row.

use std::collections::BTreeMap;

use crate::media::{Family, Format};
use crate::validate::found::{Found, Severity};

use super::{Piece, Problem};

/// Seconds by which a stated length may miss a limit before it counts for sure: containers round to frames.
const SLACK: f64 = 0.1;

pub(super) fn check(piece: &Piece<'_>, found: &mut Found) {
    let checks: [fn(&Piece<'_>) -> Option<Problem>; 7] = [format, size, sides, pixels, ratio, length, frames];
    let problems = checks.iter().filter_map(|check| check(piece)).collect();
    if let Some(finding) = piece.gathered(piece.limit_rule(), problems) {
        found.add(finding);
    }
}

/// The names by which the rows call a format.
const fn names(format: Format) -> &'static [&'static str] {
    match format {
        Format::Jpeg => &["jpg", "jpeg"],
        Format::Png => &["png"],
        Format::Webp => &["webp"],
        Format::Gif => &["gif"],
        Format::Mp4 | Format::M4v => &["mp4"],
        Format::Mov => &["mov"],
        Format::M4a => &["m4a"],
        Format::Mp3 => &["mp3"],
        Format::Wav => &["wav", "wave"],
        Format::Aac => &["aac"],
        _ => &[],
    }
}

fn format(piece: &Piece<'_>) -> Option<Problem> {
    if piece.limits.formats.is_empty() {
        return None;
    }
    let offered = piece.limits.formats.join(", ");
    let Some(format) = piece.media.format else {
        return whole(piece).then(|| (Severity::Warning, format!("the first bytes are those of no known format; taken are {offered}")));
    };
    let sound_only = format == Format::Mp4 && piece.media.facts.has_video == Some(false) && piece.offers("m4a");
    if sound_only || names(format).iter().any(|name| piece.offers(name)) {
        return None;
    }
    let what = match format {
        Format::Base64 => "the content is Base64 again: it was encoded twice".to_owned(),
        _ if format.family() == Family::Other => format!("the content is {}, no media", format.name()),
        _ => format!("the content is {}", format.name()),
    };
    Some((piece.error(), format!("{what}; taken are {offered}")))
}

/// Whether there is content, and nothing of it was left out for showing.
fn whole(piece: &Piece<'_>) -> bool {
    piece.media.base64.as_ref().is_some_and(|health| health.elided_at.is_none())
}

/// The vendor writes MB and does not say which: between the two readings it is a warning.
fn size(piece: &Piece<'_>) -> Option<Problem> {
    let (most, bytes) = piece.limits.max_mb.zip(piece.media.bytes.filter(|_| whole(piece)))?;
    let bytes = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
    let severity = match bytes {
        over if over > most * 1_048_576.0 => piece.error(),
        over if over > most * 1_000_000.0 => Severity::Warning,
        _ => return None,
    };
    Some((severity, format!("the file has {:.2} MB ({bytes} bytes), at most {most} MB are taken", bytes / 1_000_000.0)))
}

fn sides(piece: &Piece<'_>) -> Option<Problem> {
    let (width, height) = piece.media.facts.shown()?;
    let limits = piece.limits;
    let mut ranges: Vec<[u32; 2]> = limits.side_px.into_iter().chain(chosen(piece, &limits.side_px_by_case).into_iter().copied()).collect();
    if ranges.is_empty() && (limits.min_side_px.is_some() || limits.max_side_px.is_some()) {
        ranges.push([limits.min_side_px.unwrap_or(0), limits.max_side_px.unwrap_or(u32::MAX)]);
    }
    let fits = |range: &[u32; 2]| width.min(height) >= range[0] && width.max(height) <= range[1];
    if ranges.is_empty() || ranges.iter().any(fits) {
        return None;
    }
    let words: Vec<String> =
        ranges.iter().map(|[low, high]| if *high == u32::MAX { format!("at least {low}") } else { format!("{low} to {high}") }).collect();
    Some((piece.error(), format!("it is {width} x {height} px; each side must have {} px", words.join(" or "))))
}

fn pixels(piece: &Piece<'_>) -> Option<Problem> {
    let (width, height) = piece.media.facts.shown()?;
    let most = piece.limits.max_pixels.or_else(|| chosen(piece, &piece.limits.max_pixels_by_case).into_iter().max().copied())?;
    let area = u64::from(width) * u64::from(height);
    (area > most).then(|| (piece.error(), format!("{width} x {height} px are {area} pixels, at most {most} are taken")))
}

fn ratio(piece: &Piece<'_>) -> Option<Problem> {
    let ([low, high], ratio) = piece.limits.aspect_range.zip(piece.media.ratio())?;
    let (width, height) = piece.media.facts.shown()?;
    let fits = ratio >= low - 1e-9 && ratio <= high + 1e-9;
    (!fits).then(|| (piece.error(), format!("width to height is {ratio:.3} ({width} x {height}), must be {low} to {high}")))
}

fn length(piece: &Piece<'_>) -> Option<Problem> {
    let seconds = piece.media.facts.seconds?;
    let ranges: Vec<[f64; 2]> = piece.limits.duration_s.iter().chain(chosen(piece, &piece.limits.duration_s_by_case)).copied().collect();
    let fits = |slack: f64| ranges.iter().any(|[low, high]| seconds >= low - slack && seconds <= high + slack);
    if ranges.is_empty() || fits(0.0) {
        return None;
    }
    let words: Vec<String> = ranges.iter().map(|[low, high]| format!("{low} to {high}")).collect();
    let (about, severity) = match piece.media.facts.estimated {
        true => ("about ", Severity::Warning),
        false if fits(SLACK) => ("", Severity::Warning),
        false => ("", piece.error()),
    };
    Some((severity, format!("it lasts {about}{seconds:.1} s; {} s are taken", words.join(" or "))))
}

fn frames(piece: &Piece<'_>) -> Option<Problem> {
    let rate = piece.media.facts.frame_rate?;
    let limits = piece.limits;
    let [low, high] = limits.fps_range.or(limits.fps_min.map(|min| [min, f64::MAX]))?;
    let words = if high < f64::MAX { format!("{low} to {high}") } else { format!("at least {low}") };
    // 23.976 is sold as 24.
    let fits = rate >= low - 0.5 && rate <= high + 0.5;
    (!fits).then(|| (Severity::Warning, format!("it has {rate:.1} frames a second; {words} are taken")))
}

/// The limits of the cases that hold; all of them while what decides is not given.
fn chosen<'m, T>(piece: &Piece<'_>, cases: &'m BTreeMap<String, T>) -> Vec<&'m T> {
    let case = piece.case;
    let given = |what: &str| match what {
        "model" => case.model,
        member => case.text(&format!("/{member}")).or_else(|| case.text(&format!("/settings/{member}"))),
    };
    let holds = |key: &str| key.split_once(' ').is_none_or(|(what, wanted)| given(what).is_none_or(|value| value == wanted));
    cases.iter().filter(|(key, _)| holds(key)).map(|(_, limit)| limit).collect()
}
