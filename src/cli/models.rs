//! `models --need FEATURE,...`: which models offer what is needed, cheapest first.

use super::{Exit, fault, print, say};
use crate::knowledge::{Knowledge, RequestKnowledge};
use crate::validate;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  klingai-mcp models --need last_frame,native_audio --max-units 6 --duration 10\n  klingai-mcp models --need multi_shot --json"
)]
pub(super) struct Args {
    /// Features, separated by commas
    #[arg(long, value_delimiter = ',')]
    need: Vec<String>,
    /// Most units that a clip may cost
    #[arg(long)]
    max_units: Option<f64>,
    /// Length in seconds
    #[arg(long)]
    duration: Option<u32>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let (knowledge, requests) = match (Knowledge::load(), RequestKnowledge::load()) {
        (Ok(knowledge), Ok(requests)) => (knowledge, requests),
        (Err(error), _) | (_, Err(error)) => return fault(&error),
    };
    let found = validate::search(&requests, &knowledge, &args.need, args.max_units, args.duration);
    if args.json {
        return print(&serde_json::to_string(&found).unwrap_or_default());
    }
    if found.is_empty() {
        let known: std::collections::BTreeSet<&str> =
            requests.capability.video.iter().flat_map(|row| row.features.keys()).map(String::as_str).collect();
        let names: Vec<&str> = known.into_iter().collect();
        say(&format!(
            "klingai-mcp models: no model that is known offers all of that. Leave out a need, or allow more units. Features: {}",
            names.join(", ")
        ));
        return Exit::Undecided;
    }
    let line = |choice: &validate::Alternative| {
        let units = choice.units.map_or_else(|| "price not known".to_owned(), |units| format!("{units} units"));
        let gives = if choice.gives_up.is_empty() { String::new() } else { format!(" (gives up: {})", choice.gives_up.join(", ")) };
        format!("{units:>16}  {}{gives}", choice.choice)
    };
    print(&found.iter().map(line).collect::<Vec<_>>().join("\n"))
}
