//! An address in parts, and what keeps a stranger's server from fetching it. Keeps neither user info nor query.

use super::data::near;
use super::expiry::{self, Expiry};
use super::host::{self, Reach};
use super::kind::{ENDINGS, LONG};
use super::share::{self, Share};

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlFault {
    /// It has no scheme.
    NotAbsolute,
    /// Its scheme is not `http` or `https`.
    Scheme,
    /// The scheme is not followed by exactly `://`, or stands twice.
    Malformed,
    /// It names no host.
    NoHost,
    /// Its port is no number from 1 to 65535.
    Port,
    /// It carries a user name or a password.
    UserInfo,
    /// It contains a blank.
    Space,
    /// It contains a line break.
    LineBreak,
    /// It contains letters outside ASCII that are not escaped.
    NonAscii,
    /// It contains a backslash: a Windows path or an escaped slash.
    Backslash,
    /// It contains `&amp;`, copied out of HTML.
    HtmlEscape,
    /// It contains `\u0026`, copied out of JSON.
    JsonEscape,
    /// It contains a stand-in such as `{bucket}` or `<id>`.
    StandIn,
    /// Its host is a number in a form that hides it.
    Disguised,
}

/// An address in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlFacts {
    /// Scheme in lower case; empty when there is none.
    pub scheme: String,
    /// Host in lower case, without user info and port.
    pub host: String,
    /// Port, when it names one.
    pub port: Option<u16>,
    /// Path, without query.
    pub path: String,
    /// File ending of the path in lower case.
    pub ending: Option<String>,
    /// From where the host can be reached.
    pub reach: Reach,
    /// When a signature ends.
    pub expires: Option<Expiry>,
    /// A known site that does not serve the plain file.
    pub share: Option<Share>,
    /// What is wrong, each once.
    pub faults: Vec<UrlFault>,
}

/// Whether a text in lower case is an address, with or without a scheme.
pub(super) fn is_url(lower: &str) -> bool {
    let scheme = lower.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme));
    let known = ["http:", "https:", "http//", "https//", "blob:", "www."].iter().any(|head| lower.starts_with(head));
    scheme || known || host_first(lower.strip_prefix("//").unwrap_or(lower))
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 16
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// `cdn.example.com/a.png`, `localhost:3000/a`, `10.0.0.1/a`: a host without a scheme.
fn host_first(lower: &str) -> bool {
    let Some((first, _)) = lower.split_once('/') else { return false };
    let (name, port) = first.split_once(':').unwrap_or((first, "80"));
    let dotted = name.split('.').count() >= 2 && name.split('.').all(|label| !label.is_empty() && label.bytes().all(label_byte));
    let last = name.rsplit('.').next().unwrap_or_default();
    let top = (2..=18).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_lowercase()) && !ENDINGS.contains(&last);
    port.parse::<u16>().is_ok() && (name == "localhost" || dotted && (top || name.parse::<core::net::Ipv4Addr>().is_ok()))
}

const fn label_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-' || b == b'_'
}

/// Reads an address, of a very long one the beginning.
pub(super) fn read(text: &str) -> UrlFacts {
    let text = near(text, LONG);
    let (scheme, rest) = scheme_and_rest(text);
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let authority = percent(&authority.replace(['。', '．'], "."));
    let (user, place) = authority.rsplit_once('@').map_or((None, authority.as_str()), |(user, place)| (Some(user), place));
    let (host, port) = host_and_port(place);
    let (path, query) = path_and_query(tail);
    let host = host.to_ascii_lowercase();
    let (reach, disguised) = if host.is_empty() { (Reach::default(), false) } else { host::reach(&host) };
    let mut facts =
        UrlFacts { scheme: scheme.to_ascii_lowercase(), port: port.and_then(|port| port.parse().ok()), reach, ..UrlFacts::default() };
    facts.ending = ending(path);
    facts.expires = expiry::read(&host, &query);
    facts.share = share::read(&host, path, &query);
    facts.faults = faults(text, &facts.scheme, &host);
    facts.faults.extend(port.filter(|_| facts.port.is_none_or(|port| port == 0)).map(|_| UrlFault::Port));
    facts.faults.extend(user.map(|_| UrlFault::UserInfo));
    facts.faults.extend(disguised.then_some(UrlFault::Disguised));
    UrlFacts { host, path: path.to_owned(), ..facts }
}

fn scheme_and_rest(text: &str) -> (&str, &str) {
    let colon = text.split_once(':').filter(|(scheme, rest)| is_scheme(scheme) && !rest.starts_with(|c: char| c.is_ascii_digit()));
    match colon {
        Some(("blob", rest)) => ("blob", rest.split_once("://").map_or(rest, |(_, inner)| inner)),
        Some((scheme, rest)) => (scheme, rest.strip_prefix("//").unwrap_or(rest.trim_start_matches(['/', '\\']))),
        None => ("", text.strip_prefix("//").unwrap_or(text)),
    }
}

fn host_and_port(place: &str) -> (&str, Option<&str>) {
    let after = place.rfind(']').map_or(0, |at| at + 1);
    match place.get(after..).and_then(|rest| rest.find(':')) {
        Some(at) => (place.get(..after + at).unwrap_or(place), place.get(after + at + 1..)),
        None => (place, None),
    }
}

fn path_and_query(tail: &str) -> (&str, Vec<(String, String)>) {
    let tail = tail.split('#').next().unwrap_or_default();
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let clean = query.replace("&amp;", "&").replace("\\u0026", "&");
    let pairs = clean.split('&').filter_map(|pair| pair.split_once('=')).take(64);
    (path, pairs.map(|(key, value)| (key.to_ascii_lowercase(), percent(value))).collect())
}

/// Undoes percent escapes; what is no UTF-8 afterwards becomes the replacement character.
fn percent(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = if *first == b'%' { after.first_chunk().and_then(|pair: &[u8; 2]| hex(*pair)) } else { None };
        out.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(pair: [u8; 2]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    Some(digit(pair[0])? << 4 | digit(pair[1])?)
}

fn ending(path: &str) -> Option<String> {
    let (stem, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    let plain = (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then(|| ending.to_ascii_lowercase())
}

fn faults(text: &str, scheme: &str, host: &str) -> Vec<UrlFault> {
    let after = text.get(scheme.len()..).unwrap_or_default();
    let web = matches!(scheme, "http" | "https");
    let twice = matches!(host, "http" | "https");
    let stand_in = text.contains(['{', '<']) || host.contains("...") || text.contains("/path/to/");
    let rows = [
        (scheme.is_empty(), UrlFault::NotAbsolute),
        (!matches!(scheme, "" | "http" | "https"), UrlFault::Scheme),
        (web && (!after.starts_with("://") || after.starts_with(":///")) || twice, UrlFault::Malformed),
        (host.is_empty() && scheme != "file", UrlFault::NoHost),
        (text.contains([' ', '\t']), UrlFault::Space),
        (text.contains(['\n', '\r']), UrlFault::LineBreak),
        (!text.is_ascii(), UrlFault::NonAscii),
        (text.replace("\\u0026", "").contains('\\'), UrlFault::Backslash),
        (text.contains("&amp;"), UrlFault::HtmlEscape),
        (text.contains("\\u0026"), UrlFault::JsonEscape),
        (stand_in, UrlFault::StandIn),
    ];
    rows.into_iter().filter(|(is, _)| *is).map(|(_, fault)| fault).collect()
}
