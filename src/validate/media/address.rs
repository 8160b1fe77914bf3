//! An address: whether a stranger's server can fetch it, how long it works, what its ending promises.

use jiff::Timestamp;

use crate::media::{Reach, Share, ShareKind, UrlFacts, UrlFault, Wrapper};
use crate::validate::found::{Fix, Found, Op, Operation, Severity};
use crate::validate::stand_in;

use super::{Piece, Problem};

/// A signature that ends within this many seconds may end before the service fetches.
const SOON: i64 = 86_400;

/// Endings that name a format; others may be anything.
const ENDINGS: [&str; 28] = [
    "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "svg", "mp4", "mov", "m4v", "m4a", "webm", "mkv",
    "avi", "mp3", "wav", "aac", "flac", "ogg", "pdf", "txt", "zip", "html",
];

pub(super) fn check(piece: &Piece<'_>, found: &mut Found) {
    let Some(url) = piece.media.url.as_ref() else { return };
    access(piece, url, found);
    expiry(piece, url, found);
    ending(piece, url, found);
}

fn access(piece: &Piece<'_>, url: &UrlFacts, found: &mut Found) {
    let mut problems: Vec<Problem> = wrapped(piece.media.wrapper).into_iter().collect();
    problems.extend(url.faults.iter().filter_map(|fault| faulty(*fault)));
    let invented = stand_in(&url.host) || url.host.contains(['{', '<', '$', '[', '%']) && url.faults.contains(&UrlFault::StandIn);
    if !invented {
        problems.extend(unreachable(url));
    }
    problems.extend(url.share.map(shared));
    let Some(finding) = piece.gathered(Some("G27"), problems) else { return };
    found.add(match repaired(piece, url) {
        Some(fix) => finding.with_fix(fix),
        None => finding,
    });
}

fn wrapped(wrapper: Wrapper) -> Option<Problem> {
    let what = match wrapper {
        Wrapper::None => return None,
        Wrapper::Quotes => "quotes belong to the value",
        Wrapper::PythonBytes => "the value is Python bytes that were printed",
        Wrapper::Angle => "angle brackets stand around the address",
        Wrapper::Markdown => "the address stands in Markdown",
    };
    Some((Severity::Error, what.to_owned()))
}

fn faulty(fault: UrlFault) -> Option<Problem> {
    let (severity, what) = match fault {
        UrlFault::NotAbsolute => (Severity::Error, "the address does not begin with https:// or http://"),
        UrlFault::Scheme => (Severity::Error, "the service fetches http and https addresses only"),
        UrlFault::Malformed => (Severity::Error, "the address does not begin with one scheme and ://"),
        UrlFault::NoHost => (Severity::Error, "the address names no host"),
        UrlFault::Port => (Severity::Error, "the port is no number from 1 to 65535"),
        UrlFault::LineBreak => (Severity::Error, "there is a line break in the address"),
        UrlFault::Backslash => (Severity::Error, "there is a backslash in the address"),
        UrlFault::Disguised => (Severity::Error, "the host is a number in a disguised form"),
        UrlFault::UserInfo => (Severity::Warning, "the address carries a user name or password; it must be public"),
        UrlFault::Space => (Severity::Warning, "there is a blank in the address; write it as %20"),
        UrlFault::NonAscii => (Severity::Warning, "the address has letters that must be percent-encoded"),
        UrlFault::HtmlEscape => (Severity::Warning, "the address has &amp; where & belongs"),
        UrlFault::JsonEscape => (Severity::Warning, "the address has an escaped & as in JSON"),
        UrlFault::StandIn => return None,
    };
    Some((severity, what.to_owned()))
}

fn unreachable(url: &UrlFacts) -> Option<Problem> {
    let what = match url.reach {
        Reach::Public | Reach::Example => return None,
        Reach::Loopback => "the host is your own machine",
        Reach::Private => "the host is in a private network",
        Reach::LinkLocal => "the host is on the local link",
        Reach::LocalName => "only a local resolver knows this host",
        Reach::Reserved => "no public host has this number",
    };
    // A name without a dot may also be a shortened example.
    let short = url.reach == Reach::LocalName && !url.host.contains('.');
    let severity = if short { Severity::Warning } else { Severity::Error };
    Some((severity, format!("{what}; the service fetches the address itself and cannot reach it")))
}

fn shared(share: Share) -> Problem {
    let site = share.site;
    let what = match share.kind {
        ShareKind::Temporary if site.starts_with("Telegram") => "a Telegram file address fails when the service fetches it".to_owned(),
        ShareKind::Page => format!("{site} serves a page here, not the file; give the address of the file itself"),
        ShareKind::Redirect => format!("{site} answers with a redirect or a question, not always with the file"),
        ShareKind::Temporary => format!("{site} addresses work for a short time only"),
        ShareKind::Tunnel => format!("this is a tunnel ({site}) to a machine that must be up, and some plans show a page first"),
    };
    (Severity::Warning, what)
}

/// The address without what stands around it, or with a scheme.
fn repaired(piece: &Piece<'_>, url: &UrlFacts) -> Option<Fix> {
    let text = piece.text.trim();
    let replace = |inner: String| vec![Operation::set(Op::Replace, piece.pointer, inner)];
    let inner = match piece.media.wrapper {
        Wrapper::None if url.scheme.is_empty() && !url.host.is_empty() => {
            let bare = text.trim_start_matches('/');
            return Some(Fix::guess("add https://", replace(format!("https://{bare}"))));
        }
        Wrapper::None => return None,
        Wrapper::Quotes | Wrapper::Angle => text.get(1..text.len().checked_sub(1)?)?,
        Wrapper::PythonBytes => text.get(2..text.len().checked_sub(1)?)?,
        Wrapper::Markdown => text.split_once("](")?.1.strip_suffix(')')?,
    };
    Some(Fix::safe("the address alone", replace(inner.to_owned())))
}

fn expiry(piece: &Piece<'_>, url: &UrlFacts, found: &mut Found) {
    let day = piece.case.as_of;
    let Some((expires, now)) = url.expires.zip(midnight(day)) else { return };
    let at = Timestamp::from_second(expires.at).map(|at| at.to_string()).unwrap_or_default();
    if expires.is_past(now) {
        found.add(piece.plain("url-expired", Severity::Warning, format!("the signature of this address ended at {at}, before {day}")));
    } else if expires.is_past(now.saturating_add(SOON)) {
        found.add(piece.plain(
            "url-expiring",
            Severity::Info,
            format!("the signature of this address ends at {at}; the service may fetch later than that"),
        ));
    }
}

/// Seconds since 1970 of 00:00 UTC of a day.
fn midnight(day: &str) -> Option<i64> {
    format!("{day}T00:00:00Z").parse::<Timestamp>().ok().map(Timestamp::as_second)
}

fn ending(piece: &Piece<'_>, url: &UrlFacts, found: &mut Found) {
    let Some(ending) = url.ending.as_deref().filter(|ending| ENDINGS.contains(ending)) else { return };
    if piece.offers(ending) {
        return super::inline::doubted(piece, ending, found);
    }
    if piece.limits.formats.is_empty() {
        return;
    }
    let message =
        format!("the address ends in .{ending}, which is not among {}; what counts is the file behind it", piece.limits.formats.join(", "));
    found.add(match piece.limit_rule() {
        Some(rule) => piece.case.finding(rule, piece.pointer, message).as_severity(Severity::Warning),
        None => piece.plain("media-limits", Severity::Warning, message),
    });
}
