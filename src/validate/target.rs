//! Method, host and path: which endpoint is meant, and what is wrong with how it is called.

use crate::knowledge::{Certainty, Endpoint, Knowledge};

use super::found::{Finding, Fix, Found, Op, Operation, Severity};
use super::names::distance;

/// An address taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Address {
    /// Host in lower case; empty for a bare path.
    pub(super) host: String,
    /// Path without query.
    pub(super) path: String,
    /// Query members in order.
    pub(super) query: Vec<(String, String)>,
}

/// Takes an address or path apart; a base that is a variable counts as no host.
pub(super) fn address(url: &str) -> Address {
    let url = url.trim();
    let (host, rest) = match url.split_once("://") {
        Some((_, rest)) => rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())),
        None => ("", url.find('/').map_or(url, |at| url.get(at..).unwrap_or(url))),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let pair =
        |part: &str| part.split_once('=').map_or((part.to_owned(), String::new()), |(name, value)| (name.to_owned(), value.to_owned()));
    let host = host.rsplit('@').next().unwrap_or("").split(':').next().unwrap_or("").to_ascii_lowercase();
    Address {
        host,
        path: path.split('#').next().unwrap_or("").to_owned(),
        query: query.split('&').filter(|part| !part.is_empty()).map(pair).collect(),
    }
}

/// What the path and method say.
pub(super) enum Target<'k> {
    /// An endpoint, and the model that stands in its path.
    Known(&'k Endpoint, Option<String>),
    /// A path of the new generation with a model that is not known.
    UnknownModel(String),
    /// No endpoint.
    None,
}

/// Finds the endpoint and adds what is wrong outside the body.
pub(super) fn find<'k>(knowledge: &'k Knowledge, method: &str, address: &Address, as_of: &str, found: &mut Found) -> Target<'k> {
    let path = address.path.trim_end_matches('/');
    if path.len() < address.path.len() && !path.is_empty() {
        found.add(outside(
            "path-trailing-slash",
            Severity::Warning,
            "$url",
            "the path ends with a slash; the pages write it without".into(),
        ));
    }
    host(knowledge, address, found);
    if let Some(endpoint) = by_path(knowledge, path, method) {
        retired(endpoint, as_of, found);
        return known(knowledge, endpoint, method, path, address, found);
    }
    if let Some(model) = model_of(knowledge, path) {
        return Target::UnknownModel(model);
    }
    found.add(unknown_path(knowledge, path, method));
    Target::None
}

fn known<'k>(
    knowledge: &'k Knowledge,
    endpoint: &'k Endpoint,
    method: &str,
    path: &str,
    address: &Address,
    found: &mut Found,
) -> Target<'k> {
    if endpoint.method != method {
        let fix = Fix::safe(format!("use {}", endpoint.method), vec![Operation::set(Op::Replace, "$method", endpoint.method.as_str())]);
        found.add(outside("method", Severity::Error, "$method", format!("this path takes {}", endpoint.method)).with_fix(fix));
    }
    if endpoint.generation == "new" && role(knowledge, &address.host) == Some("old") {
        let fix = Fix::guess(
            "the host of the global region",
            vec![Operation::set(Op::Replace, "$url", format!("https://api-singapore.klingai.com{path}"))],
        );
        found.add(
            outside("G21", Severity::Error, "$url", "the replaced host does not serve paths of the new generation".into()).with_fix(fix),
        );
    }
    let model = (endpoint.generation == "new").then(|| path.rsplit('/').next().unwrap_or("").to_owned());
    Target::Known(endpoint, model.filter(|model| knowledge.models.iter().any(|known| &known.id == model)))
}

/// Retired is certain from the day on which the refusal was seen; before that day it is only announced here.
fn retired(endpoint: &Endpoint, as_of: &str, found: &mut Found) {
    if endpoint.status != "retired" {
        return;
    }
    let over = endpoint.last_seen_live.as_deref().is_none_or(|day| day <= as_of);
    let (severity, message) = if over {
        (Severity::Error, "this endpoint was retired and refuses every call")
    } else {
        (Severity::Warning, "this endpoint is retired in newer documents")
    };
    found.add(outside("L31", severity, "$url", message.into()));
}

/// The endpoint of a path; the one whose method fits is preferred.
fn by_path<'k>(knowledge: &'k Knowledge, path: &str, method: &str) -> Option<&'k Endpoint> {
    let fitting = |row: &&Endpoint| fits(&row.path, path) || row.aliases.iter().any(|alias| fits(alias, path));
    let literal = knowledge.endpoints.iter().filter(fitting).filter(|row| row.path == path).min_by_key(|row| row.method != method);
    literal.or_else(|| knowledge.endpoints.iter().filter(fitting).min_by_key(|row| row.method != method))
}

fn fits(template: &str, path: &str) -> bool {
    match template.strip_suffix("{id}") {
        None => template == path,
        Some(stem) => path.strip_prefix(stem).is_some_and(|id| !id.is_empty() && !id.contains('/')),
    }
}

/// The model in a path whose first segment is one of the new generation's.
fn model_of(knowledge: &Knowledge, path: &str) -> Option<String> {
    let (family, model) = path.strip_prefix('/')?.split_once('/')?;
    let new = knowledge.endpoints.iter().any(|row| {
        row.generation == "new"
            && row.path.strip_prefix('/').and_then(|rest| rest.split_once('/')).is_some_and(|(first, _)| first == family)
    });
    (new && !model.is_empty() && !model.contains('/')).then(|| model.to_owned())
}

fn role<'k>(knowledge: &'k Knowledge, host: &str) -> Option<&'k str> {
    let named = knowledge.hosts.iter().filter(|row| {
        host == row.name || host.strip_suffix(row.name.as_str()).is_some_and(|head| head.ends_with('.') || head.ends_with('-'))
    });
    named.max_by_key(|row| row.name.len()).map(|row| row.role.as_str())
}

fn host(knowledge: &Knowledge, address: &Address, found: &mut Found) {
    if address.host.is_empty() || address.host.contains(['<', '{', '$']) || loopback(&address.host) {
        return;
    }
    match role(knowledge, &address.host) {
        Some("singapore" | "beijing") => {}
        Some("old") => found.add(outside(
            "host-replaced",
            Severity::Warning,
            "$url",
            "this host was replaced; it still serves /v1 and /account".into(),
        )),
        Some(_) => {
            let fix = Fix::guess(
                "the host of the global region",
                vec![Operation::set(Op::Replace, "$url", format!("https://api-singapore.klingai.com{}", address.path))],
            );
            found.add(
                outside("host-not-api", Severity::Error, "$url", "this host serves pages or results, not the API".into()).with_fix(fix),
            );
        }
        None => found.add(outside(
            "host-unknown",
            Severity::Warning,
            "$url",
            "this is no official host; a gateway has rules of its own that are not checked".into(),
        )),
    }
}

fn unknown_path(knowledge: &Knowledge, path: &str, method: &str) -> Finding {
    let mut near: Vec<&Endpoint> = knowledge.endpoints.iter().filter(|row| row.method == method && row.status != "retired").collect();
    near.sort_by_key(|row| (likeness(&row.path, path), row.path.clone()));
    let three: Vec<&str> = near.iter().take(3).map(|row| row.path.as_str()).collect();
    let mut finding = outside("G30", Severity::Error, "$url", "no official endpoint has this path".into());
    finding.help = format!("The nearest are {}.", three.join(", "));
    if let Some(first) = three.first().filter(|first| likeness(first, path) <= 9) {
        finding = finding.with_fix(Fix::guess("the nearest path", vec![Operation::set(Op::Replace, "$url", *first)]));
    }
    finding
}

/// Edits between two paths, blind to dashes and to `to` written as `2`.
fn likeness(a: &str, b: &str) -> usize {
    let plain = |path: &str| {
        path.to_ascii_lowercase()
            .replace("-to-", "2")
            .replace("_to_", "2")
            .replace(['-', '_'], "")
            .replace("/v1/", "/")
            .replace("videos/", "")
    };
    distance(&plain(a), &plain(b))
}

/// A finding outside the body.
pub(super) fn outside(rule: &str, severity: Severity, pointer: &str, message: String) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        pointer: pointer.to_owned(),
        message,
        help: String::new(),
        certainty: Certainty::Documented,
        fix: None,
        reference: match rule {
            "authorization" => "kling://guides/auth".to_owned(),
            "host-replaced" | "host-not-api" | "host-unknown" => "kling://guides/regions".to_owned(),
            _ if rule.starts_with(|c: char| c.is_ascii_uppercase()) => format!("kling://rules/{rule}"),
            _ => "kling://guides/generations".to_owned(),
        },
        place: None,
    }
}

fn loopback(host: &str) -> bool {
    host == "localhost" || host.starts_with("127.") || host == "0.0.0.0"
}
