//! `explain WORD`: the page or row of whatever the word names.

use super::{Exit, fault, print, say};
use crate::catalog::{Catalog, Entry, links};
use crate::knowledge::{Knowledge, RequestKnowledge};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  klingai-mcp explain 1303\n  klingai-mcp explain quota.concurrency\n  klingai-mcp explain fal\n  klingai-mcp explain kling-v1-6\n  klingai-mcp explain schemas/new.t2v.3.0   the body as JSON Schema\n  klingai-mcp explain prices/kling-v3\n  klingai-mcp explain causes                the index of a kind"
)]
pub(super) struct Args {
    /// A service code, cause, message family, HTTP page, gateway, rule, myth, guide, model, price, endpoint, path or source, also as
    /// KIND/ID or kling://KIND/ID; or a kind, for its index
    word: String,
    /// As JSON: path and text of the page
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let (knowledge, requests) = match (Knowledge::load(), RequestKnowledge::load()) {
        (Ok(knowledge), Ok(requests)) => (knowledge, requests),
        (Err(error), _) | (_, Err(error)) => return fault(&error),
    };
    let catalog = Catalog::new(&knowledge, &requests);
    let word = args.word.trim();
    match catalog.find(word) {
        Some(Entry { path, text, .. }) if args.json => print(&serde_json::json!({"path": path, "text": text}).to_string()),
        Some(Entry { text, .. }) => print(&links::without_addresses(&text)),
        None => unknown(&catalog, word),
    }
}

fn unknown(catalog: &Catalog<'_>, word: &str) -> Exit {
    let near = catalog.near(None, word);
    let hint = if near.is_empty() {
        "Known words: a service code such as 1303, a cause such as quota.concurrency, a gateway such as fal, a model, a path.".to_owned()
    } else {
        format!("Did you mean: {}?", near.join(", "))
    };
    say(&format!("klingai-mcp explain: nothing is called {word:?}. {hint}"));
    Exit::Usage
}
