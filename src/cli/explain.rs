//! `explain WORD`: the page or row of whatever the word names.

use std::fmt::Write as _;

use super::{Exit, fault, print, say};
use crate::knowledge::Knowledge;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  klingai-mcp explain 1303\n  klingai-mcp explain quota.concurrency\n  klingai-mcp explain fal\n  klingai-mcp explain kling-v1-6"
)]
pub(super) struct Args {
    /// A service code, cause, message family, HTTP page, gateway, myth, guide, model, endpoint or path
    word: String,
    /// As JSON: path and text of the page
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let knowledge = match Knowledge::load() {
        Ok(knowledge) => knowledge,
        Err(error) => return fault(&error),
    };
    let word = args.word.trim();
    match found(&knowledge, word) {
        Some((path, text)) if args.json => print(&serde_json::json!({"path": path, "text": text}).to_string()),
        Some((_, text)) => print(&text),
        None => {
            let near = nearest(&knowledge, word);
            let hint = if near.is_empty() {
                "Known words: a service code such as 1303, a cause such as quota.concurrency, a gateway such as fal, a model, a path."
                    .to_owned()
            } else {
                format!("Did you mean: {}?", near.join(", "))
            };
            say(&format!("klingai-mcp explain: nothing is called {word:?}. {hint}"));
            Exit::Usage
        }
    }
}

/// Path below `references/` and text to print.
fn found(knowledge: &Knowledge, word: &str) -> Option<(String, String)> {
    let folders = ["codes", "causes", "gateways", "messages", "http", "rules", "myths", "guides"];
    let page = folders
        .iter()
        .map(|folder| format!("{folder}/{word}.md"))
        .chain([format!("{word}.md")])
        .find_map(|path| Some((path.clone(), knowledge.file(&path)?.to_owned())));
    page.or_else(|| models(knowledge, word)).or_else(|| endpoints(knowledge, word))
}

fn models(knowledge: &Knowledge, word: &str) -> Option<(String, String)> {
    let rows: Vec<String> = knowledge.models.iter().filter(|model| model.id.eq_ignore_ascii_case(word)).map(model).collect();
    (!rows.is_empty()).then(|| ("models.toml".to_owned(), rows.join("\n\n")))
}

fn model(model: &crate::knowledge::Model) -> String {
    let mut text = format!("{} ({}, {} generation): {}", model.id, model.product, model.generation, model.status);
    for (name, value) in [
        ("retired on", &model.retired_on),
        ("the other generation calls it", &model.same_as),
        ("last seen live", &model.last_seen_live),
        ("note:", &model.note),
    ] {
        if let Some(value) = value {
            let _ = write!(text, "\n  {name} {value}");
        }
    }
    if !model.replace_with.is_empty() {
        let _ = write!(text, "\n  replacement: {}", model.replace_with.join(" or "));
    }
    let _ = write!(text, "\n  {}, {} ({})", model.certainty, model.as_of, model.sources.join(", "));
    text
}

fn endpoints(knowledge: &Knowledge, word: &str) -> Option<(String, String)> {
    let named = |row: &&crate::knowledge::Endpoint| {
        row.id.eq_ignore_ascii_case(word) || row.path == word || row.aliases.iter().any(|alias| alias == word)
    };
    let rows: Vec<String> = knowledge
        .endpoints
        .iter()
        .filter(named)
        .map(|row| {
            format!(
                "{} {} ({}, {} generation, {})\n  {}\n  {}, {} ({})",
                row.method,
                row.path,
                row.id,
                row.generation,
                row.status,
                row.purpose,
                row.certainty,
                row.as_of,
                row.sources.join(", ")
            )
        })
        .collect();
    (!rows.is_empty()).then(|| ("endpoints/".to_owned(), rows.join("\n\n")))
}

/// Up to five names that hold the word or a part of it.
fn nearest(knowledge: &Knowledge, word: &str) -> Vec<String> {
    let small = word.to_ascii_lowercase();
    let stem = small.get(..small.len().min(5)).unwrap_or(&small).to_owned();
    let pages = knowledge.files().filter_map(|path| path.rsplit('/').next()?.strip_suffix(".md")).map(str::to_owned);
    let names =
        pages.chain(knowledge.models.iter().map(|model| model.id.clone())).chain(knowledge.endpoints.iter().map(|row| row.path.clone()));
    let mut near: Vec<String> = names.filter(|name| name.to_ascii_lowercase().contains(&stem)).collect();
    near.sort_by_key(|name| (!name.to_ascii_lowercase().contains(&small), name.len(), name.clone()));
    near.dedup();
    near.truncate(5);
    near
}
