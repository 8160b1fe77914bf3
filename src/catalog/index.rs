//! Index pages: one line an entry, each with its address.

use std::fmt::Write as _;

use super::{Catalog, Kind, OWN_SCHEMAS, cell, links, models};
use crate::knowledge::{Category, Endpoint};

/// The index of a kind as Markdown.
pub(super) fn of(catalog: &Catalog<'_>, kind: Kind) -> String {
    let head = format!("# {}\n\n{}", kind.title(), kind.about());
    let template = kind.template().map(|template| format!(" One entry: `{template}`.")).unwrap_or_default();
    format!("{head}{template}\n\n{}", rows(catalog, kind))
}

/// Bodies of endpoints, then our own forms.
fn schemas(catalog: &Catalog<'_>) -> String {
    let bodies = endpoints(catalog, Kind::Schemas, |row| catalog.schema(&row.id).is_some());
    let own = OWN_SCHEMAS.iter().map(|(id, of, _)| vec![link(Kind::Schemas, id), (*of).to_owned()]);
    format!("{bodies}\n{}", table(&["Schema", "Of"], own))
}

fn rows(catalog: &Catalog<'_>, kind: Kind) -> String {
    let k = catalog.knowledge;
    match kind {
        Kind::Codes => codes(catalog),
        Kind::Causes => causes(catalog),
        Kind::Http => table(
            &["Page", "HTTP", "What it is"],
            k.http.iter().map(|doc| vec![link(kind, &doc.head.id), numbers(&doc.head.status), doc.head.title.clone()]),
        ),
        Kind::Messages => table(
            &["Page", "What the texts are about", "Cause"],
            k.messages.iter().map(|doc| vec![link(kind, &doc.head.id), doc.head.title.clone(), link(Kind::Causes, &doc.head.cause)]),
        ),
        Kind::Gateways => table(
            &["Page", "Name", "Kling itself", "Credential"],
            k.gateways
                .iter()
                .map(|doc| vec![link(kind, &doc.head.id), doc.head.name.clone(), yes(doc.head.official), doc.head.auth.clone()]),
        ),
        Kind::Rules => table(
            &["Rule", "Severity", "Title", "Known"],
            k.rules.iter().map(|doc| {
                vec![link(kind, &doc.head.id), doc.head.severity.clone(), doc.head.title.clone(), doc.head.certainty.to_string()]
            }),
        ),
        Kind::Myths => {
            table(&["Myth", "The wrong claim"], k.myths.iter().map(|doc| vec![link(kind, &doc.head.id), doc.head.claim.clone()]))
        }
        Kind::Guides => {
            let guides = k.guides.iter().filter(|doc| catalog.entry(kind, &doc.head.id).is_some());
            table(&["Guide", "Topic"], guides.map(|doc| vec![link(kind, &doc.head.id), doc.head.title.clone()]))
        }
        Kind::Endpoints => endpoints(catalog, kind, |_| true),
        Kind::Schemas => schemas(catalog),
        Kind::Models => models::index(catalog),
        Kind::Sources => table(
            &["Source", "Title", "Date", "Grade"],
            catalog
                .sources()
                .map(|row| vec![link(kind, &row.key), row.title.clone(), row.date.clone().unwrap_or_default(), row.certainty.to_string()]),
        ),
        Kind::Patterns => catalog.ids(kind).iter().map(|id| format!("- {}", link(kind, id))).collect::<Vec<_>>().join("\n") + "\n",
        Kind::ErrorCodes | Kind::Prices => String::new(),
    }
}

fn codes(catalog: &Catalog<'_>) -> String {
    let row = |doc: &crate::knowledge::Doc<crate::knowledge::CodeHead>| {
        let head = &doc.head;
        vec![
            link(Kind::Codes, &head.code.to_string()),
            numbers(&head.http),
            head.title.clone(),
            if head.kling { spoken(head.retry.word()) } else { "not Kling's number".to_owned() },
            spoken(head.task_state.word()),
        ]
    };
    table(&["Code", "HTTP", "What it is", "Create again?", "May a task exist?"], catalog.knowledge.codes.iter().map(row))
}

/// By situation, as answers name it.
fn causes(catalog: &Catalog<'_>) -> String {
    let mut out = String::new();
    for category in Category::ALL {
        let found: Vec<String> = catalog
            .knowledge
            .causes
            .iter()
            .filter(|doc| doc.head.category == *category)
            .map(|doc| format!("- {}: {}\n", link(Kind::Causes, &doc.head.id), doc.head.summary))
            .collect();
        if !found.is_empty() {
            let _ = write!(out, "## {category}\n\n{}\n", found.concat());
        }
    }
    out
}

fn endpoints(catalog: &Catalog<'_>, kind: Kind, listed: impl Fn(&Endpoint) -> bool) -> String {
    let row = |row: &Endpoint| {
        let path = if row.path.is_empty() { "not known".to_owned() } else { format!("`{}`", row.path) };
        vec![link(kind, &row.id), row.method.clone(), path, row.purpose.clone(), spoken(&row.status)]
    };
    table(&["Endpoint", "Method", "Path", "Purpose", "State"], catalog.endpoints().filter(|row| listed(row)).map(row))
}

/// A Markdown table.
pub(super) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

/// `wait_for_slot` as people say it.
pub(super) fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

fn link(kind: Kind, id: &str) -> String {
    links::link(kind, id)
}

fn numbers(all: &[u16]) -> String {
    all.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}
