//! Addresses and paths: which host, which API generation, which endpoint, which operation.

use crate::knowledge::{Endpoint, Knowledge};
use crate::text::{Span, Text};

use crate::diagnose::evidence::{Evidence, readings as r};

/// At most this many addresses are read.
const MOST: usize = 200;

/// An address, or a path without a host.
#[derive(Debug, Clone)]
pub(crate) struct Url {
    /// Host in lower case, without port; empty for a bare path.
    pub host: String,
    /// Path without query, with its leading slash.
    pub path: String,
    /// Query, without the question mark.
    pub query: String,
    /// HTTP method that stands before it, if any.
    pub method: Option<&'static str>,
    /// Where it stands.
    pub span: Span,
}

/// Reads all addresses and paths of a text.
pub(crate) fn read(text: &Text) -> Vec<Url> {
    let mut found = Vec::new();
    for (at, _) in text.plain.match_indices("://").take(MOST) {
        found.extend(absolute(text, at));
    }
    for at in memchr::memchr_iter(b'/', text.plain.as_bytes()) {
        if found.len() >= MOST {
            break;
        }
        found
            .extend(bare(text, at).filter(|url| !found.iter().any(|u: &Url| u.span.start <= url.span.start && url.span.end <= u.span.end)));
    }
    found
}

/// Parses an address or path that a caller gave apart from the paste.
pub(crate) fn parse(address: &str) -> Option<Url> {
    read(&Text::new(address.trim().to_owned())).into_iter().next()
}

fn address_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+=%{}[]".contains(&b)
}

fn run(text: &Text, start: usize) -> usize {
    let bytes = text.plain.as_bytes().get(start..).unwrap_or_default();
    let mut len = bytes.iter().take(2_000).take_while(|b| address_byte(**b)).count();
    while len > 0 && matches!(bytes.get(len - 1), Some(b'.' | b':' | b'!' | b'?' | b'*' | b'}' | b']')) && !closes_placeholder(bytes, len) {
        len -= 1;
    }
    start + len
}

fn closes_placeholder(bytes: &[u8], len: usize) -> bool {
    bytes.get(len - 1) == Some(&b'}') && bytes.get(..len).is_some_and(|run| run.contains(&b'{'))
}

fn absolute(text: &Text, at: usize) -> Option<Url> {
    let scheme = text.lower.get(..at)?.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    if scheme < 2 || !matches!(text.lower.get(at - scheme..at)?, "http" | "https" | "ws" | "wss") {
        return None;
    }
    let start = at + 3;
    let end = run(text, start);
    let rest = text.plain.get(start..end)?;
    let cut = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(cut)?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_ascii_lowercase();
    if host.is_empty() {
        return None;
    }
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    Some(Url {
        host,
        path: path.split('#').next().unwrap_or("").to_owned(),
        query: query.to_owned(),
        method: method_before(text, at - scheme),
        span: Span::new(at - scheme, end),
    })
}

/// A path without a host: it must begin a word and have at least two letters.
fn bare(text: &Text, at: usize) -> Option<Url> {
    let previous = text.plain.get(..at)?.chars().next_back();
    if previous.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '<' | '_' | '-' | '*' | '@')) {
        return closes_template(text, at, previous).then(|| bare_from(text, at)).flatten();
    }
    bare_from(text, at)
}

/// `{BASE}/v1/...` and `$BASE/v1/...` are paths too.
fn closes_template(text: &Text, at: usize, previous: Option<char>) -> bool {
    let word: String = text.before(at, 24).chars().rev().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    previous.is_some_and(|c| c.is_ascii_alphanumeric())
        && (word.ends_with("esab") || word.starts_with("lru") || word.starts_with("tsoh") || word.starts_with("esab"))
}

fn bare_from(text: &Text, at: usize) -> Option<Url> {
    let end = run(text, at);
    let whole = text.plain.get(at..end)?;
    let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
    if path.len() < 4 || !path.as_bytes().get(1).copied().is_some_and(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    Some(Url {
        host: String::new(),
        path: path.to_owned(),
        query: query.to_owned(),
        method: method_before(text, at),
        span: Span::new(at, end),
    })
}

fn method_before(text: &Text, at: usize) -> Option<&'static str> {
    let before = text.before(at, 40);
    let method = ["post", "get", "put", "delete", "patch"].into_iter().filter_map(|name| Some((before.rfind(name)?, name))).max()?;
    let far = before.len() - method.0 > method.1.len() + 12;
    let word = before.get(..method.0).is_none_or(|head| head.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric()));
    (word && !far).then_some(match method.1 {
        "post" => "POST",
        "get" => "GET",
        "put" => "PUT",
        "delete" => "DELETE",
        _ => "PATCH",
    })
}

/// Makes the readings of hosts, paths and operations.
pub(crate) fn judge(evidence: &mut Evidence<'_>) {
    let urls = std::mem::take(&mut evidence.urls);
    for url in &urls {
        let role = host(evidence, url);
        if matches!(role, Host::Kling | Host::None | Host::Local) && !url.path.is_empty() {
            path(evidence, url, role);
        }
    }
    evidence.urls = urls;
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Host {
    Kling,
    Local,
    Foreign,
    None,
}

fn host(evidence: &mut Evidence<'_>, url: &Url) -> Host {
    if url.host.is_empty() {
        return Host::None;
    }
    let knowledge = evidence.knowledge;
    let matches =
        |name: &str| url.host == name || url.host.strip_suffix(name).is_some_and(|head| head.ends_with('.') || head.ends_with('-'));
    let row = knowledge.hosts.iter().filter(|row| matches(&row.name)).max_by_key(|row| row.name.len());
    if let Some(row) = row {
        let name = match row.role.as_str() {
            "singapore" => r::HOST_SINGAPORE,
            "beijing" => r::HOST_BEIJING,
            "old" => r::HOST_OLD,
            "docs" => r::HOST_DOCS,
            "result" => r::OP_DOWNLOAD,
            _ => r::HOST_WEB,
        };
        evidence.read(name, url.span, Some(row.note.clone()));
        let api = matches!(row.role.as_str(), "singapore" | "beijing" | "old");
        if api {
            evidence.read(r::HOST_OFFICIAL, url.span, None);
        }
        return if api { Host::Kling } else { Host::Foreign };
    }
    if private(&url.host) {
        evidence.read(r::HOST_LOCAL, url.span, None);
        return Host::Local;
    }
    if knowledge.gateways.iter().any(|doc| !doc.head.official && doc.head.recognise.hosts.iter().any(|name| matches(name))) {
        evidence.read(r::HOST_GATEWAY, url.span, None);
    }
    Host::Foreign
}

/// Loopback and private names and addresses, which a remote service cannot reach.
pub(crate) fn private(host: &str) -> bool {
    host == "localhost"
        || ["local", "internal"].iter().any(|end| host.rsplit('.').next() == Some(end))
        || ["127.", "10.", "192.168.", "0.0.0.0", "169.254."].iter().any(|start| host.starts_with(start))
        || (16..32).any(|second| host.starts_with(&format!("172.{second}.")))
}

fn path(evidence: &mut Evidence<'_>, url: &Url, host: Host) {
    let knowledge = evidence.knowledge;
    let path = url.path.trim_end_matches('/');
    if let Some(endpoint) = endpoint(knowledge, path, url.method) {
        family(evidence, &endpoint.generation, url.span);
        operation(evidence, endpoint, url);
        return;
    }
    if let Some(generation) = family_of(knowledge, path) {
        family(evidence, generation, url.span);
    }
    let invented = knowledge
        .invented
        .iter()
        .any(|row| row.invented.iter().any(|p| path == p || path.strip_prefix(p.as_str()).is_some_and(|tail| tail.starts_with('/'))));
    let kling_like = host == Host::Kling || invented || looks_like_kling(knowledge, path);
    if invented {
        evidence.read(r::PATH_INVENTED, url.span, None);
    }
    if kling_like && !model_path(knowledge, path) {
        evidence.read(r::PATH_UNKNOWN, url.span, None);
    }
    if kling_like && url.method == Some("POST") {
        evidence.read(r::OP_CREATE, url.span, None);
    }
}

/// The endpoint that serves a path; one whose method fits is preferred.
pub(crate) fn endpoint<'k>(knowledge: &'k Knowledge, path: &str, method: Option<&str>) -> Option<&'k Endpoint> {
    let all = knowledge.endpoints.iter().filter(|row| fits(&row.path, path) || row.aliases.iter().any(|alias| fits(alias, path)));
    let (same, other): (Vec<_>, Vec<_>) = all.partition(|row| method.is_none_or(|method| row.method == method));
    same.into_iter().chain(other).next()
}

/// Equal, or equal up to a last segment that stands for an id.
fn fits(template: &str, path: &str) -> bool {
    match template.strip_suffix("{id}") {
        None => template == path,
        Some(stem) => path.strip_prefix(stem).is_some_and(|id| !id.is_empty() && !id.contains('/')),
    }
}

/// The generation whose endpoints begin like this path.
fn family_of<'k>(knowledge: &'k Knowledge, path: &str) -> Option<&'k str> {
    let stem = stem(path)?;
    knowledge
        .endpoints
        .iter()
        .find(|row| row.path.strip_prefix(stem).is_some_and(|rest| rest.starts_with('/')))
        .map(|row| row.generation.as_str())
}

/// `/v1/videos` of `/v1/videos/text2video`, `/text-to-video` of `/text-to-video/kling-3.0`; nothing for one segment.
fn stem(path: &str) -> Option<&str> {
    let segments = if path.starts_with("/v1/") { 2 } else { 1 };
    let end = path.match_indices('/').nth(segments)?.0;
    path.get(..end)
}

/// A path of the new generation with another model in it: the server refuses the model, not the path.
fn model_path(knowledge: &Knowledge, path: &str) -> bool {
    family_of(knowledge, path) == Some("new") && path.matches('/').count() == 2
}

/// A bare path that uses the last segment of an official one under another prefix.
fn looks_like_kling(knowledge: &Knowledge, path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if family_of(knowledge, path) == Some("legacy") && segments.len() >= 2 {
        return true;
    }
    let known = |part: &str| part.len() > 8 && knowledge.endpoints.iter().any(|row| row.path.split('/').any(|segment| segment == part));
    segments.first() == Some(&"v1") && segments.iter().any(|part| known(part))
}

fn family(evidence: &mut Evidence<'_>, generation: &str, span: Span) {
    let name = match generation {
        "new" => r::PATH_NEW,
        "legacy" => r::PATH_LEGACY,
        "solutions" => r::PATH_SOLUTIONS,
        _ => r::PATH_ACCOUNT,
    };
    evidence.read(name, span, None);
}

fn operation(evidence: &mut Evidence<'_>, endpoint: &Endpoint, url: &Url) {
    if endpoint.status == "retired" {
        evidence.read(r::PATH_RETIRED, url.span, None);
    }
    if endpoint.path.contains("/images/") && endpoint.kind == "create" {
        evidence.read(r::BALANCE_IMAGE_CALL, url.span, None);
    }
    let other_method = evidence.knowledge.endpoints.iter().any(|row| row.path == endpoint.path && url.method == Some(row.method.as_str()));
    if url.method.is_some_and(|method| method != endpoint.method) && !other_method {
        evidence.read(r::METHOD_WRONG, url.span, Some(format!("this path takes {}", endpoint.method)));
    }
    let name = match (endpoint.kind.as_str(), url.method) {
        ("create" | "sync", Some("POST")) => r::OP_CREATE,
        ("query" | "list" | "account", _) | (_, Some("GET")) => r::OP_QUERY,
        _ => return,
    };
    evidence.read(name, url.span, None);
}
