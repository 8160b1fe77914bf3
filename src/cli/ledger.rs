//! `ledger`: what was spent, what is set aside, what is unknown; nothing is sent.

use std::fmt::Write as _;
use std::path::Path;

use super::{Exit, print, say};
use crate::config;
use crate::diagnose::utc;
use crate::ledger::{Balance, Caps, Entry, Intent, Ledger, LedgerError, State, Units, Verified, system_entropy};

/// Intents that are shown unless told otherwise.
const SHOWN: usize = 20;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  klingai-mcp ledger\n  klingai-mcp ledger --csv > ledger.csv\n  klingai-mcp ledger --verify\n  klingai-mcp ledger --resolve kmcp-... created --task 123456"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Every entry of the chain as CSV
    #[arg(long, conflicts_with_all = ["json", "verify"])]
    csv: bool,
    /// Check the whole chain of entries and hold every intent against it
    #[arg(long)]
    verify: bool,
    /// Newest intents to show
    #[arg(long, value_name = "N", default_value_t = SHOWN)]
    last: usize,
    /// Let paid calls go on after a price that was more than a tenth above its quote
    #[arg(long, conflicts_with_all = ["csv", "verify", "resolve"])]
    acknowledge_price: bool,
    /// Decide on a create that was looked for and not found: ID created, or ID not_created
    #[arg(long, num_args = 2, value_names = ["ID", "WORD"], conflicts_with_all = ["csv", "verify"])]
    resolve: Option<Vec<String>>,
    /// Task id of a create that is resolved as created
    #[arg(long, requires = "resolve")]
    task: Option<String>,
}

pub(super) fn run(args: &Args, now: fn() -> i64) -> Exit {
    let folder = match config::state_dir() {
        Ok(folder) => folder,
        Err(error) => return failed(&error),
    };
    let (caps, bad) = config::caps();
    for setting in &bad {
        say(&format!("klingai-mcp ledger: failed to {setting}"));
    }
    if !folder.join("ledger.db").exists() && folder.symlink_metadata().is_err() {
        return nothing(args, &folder, caps);
    }
    match answer(args, &folder, caps, now) {
        Ok(exit) => exit,
        Err(Trouble::Usage(text)) => {
            say(&format!("klingai-mcp ledger: {text}"));
            Exit::Usage
        }
        Err(Trouble::Ledger(error)) => failed(&error),
    }
}

/// Why there is no answer.
enum Trouble {
    Usage(String),
    Ledger(LedgerError),
}

impl From<LedgerError> for Trouble {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

fn failed(error: &dyn std::error::Error) -> Exit {
    say(&format!("klingai-mcp ledger: failed to {error}"));
    Exit::CheckFailed
}

fn nothing(args: &Args, folder: &Path, caps: Caps) -> Exit {
    if args.json {
        return print(&serde_json::json!({"folder": folder, "caps": shown(caps), "intents": [], "open": []}).to_string());
    }
    print(&format!("No ledger yet in {}: no paid call was ever prepared.\n{}", folder.display(), caps_line(caps)))
}

fn answer(args: &Args, folder: &Path, caps: Caps, now: fn() -> i64) -> Result<Exit, Trouble> {
    let changes = args.acknowledge_price || args.resolve.is_some();
    let open = if changes { Ledger::open } else { Ledger::inspect };
    let ledger = open(folder, caps, Box::new(now), system_entropy())?;
    if args.verify {
        return Ok(verified(args.json, &ledger.verify()?));
    }
    if args.csv {
        return Ok(print(&csv(&ledger.entries()?)));
    }
    if args.acknowledge_price {
        return Ok(changed(args.json, "acknowledged", &ledger.acknowledge()?));
    }
    if let Some(words) = &args.resolve {
        return Ok(changed(args.json, "resolved", &[resolve(&ledger, words, args.task.as_deref())?]));
    }
    let overview = Overview::of(&ledger, folder, args.last)?;
    Ok(print(&if args.json { overview.json(caps).to_string() } else { overview.text(caps) }))
}

fn resolve(ledger: &Ledger, words: &[String], task: Option<&str>) -> Result<Intent, Trouble> {
    let (id, created) = match words {
        [id, word] if word == "created" => (id, true),
        [id, word] if word == "not_created" => (id, false),
        _ => return Err(Trouble::Usage("--resolve takes an id and the word created or not_created".to_owned())),
    };
    if task.is_some() && !created {
        return Err(Trouble::Usage("--task goes with created".to_owned()));
    }
    Ok(ledger.resolve(id, created, task)?)
}

fn verified(json: bool, found: &Verified) -> Exit {
    if json {
        return print(&serde_json::to_string(found).unwrap_or_default());
    }
    let head = found.head.as_deref().unwrap_or("none");
    print(&format!("{} entries and {} intents agree. Last hash: {head}", found.entries, found.intents))
}

fn changed(json: bool, what: &str, intents: &[Intent]) -> Exit {
    if json {
        return print(&serde_json::json!({ what: intents }).to_string());
    }
    if intents.is_empty() {
        return print("Nothing was waiting.");
    }
    print(&intents.iter().map(|intent| format!("{what}: {}", line(intent))).collect::<Vec<_>>().join("\n"))
}

/// What is shown without an option.
struct Overview {
    folder: String,
    balances: Vec<(String, [Balance; 2])>,
    stops: Vec<Intent>,
    open: Vec<Intent>,
    recent: Vec<Intent>,
}

impl Overview {
    fn of(ledger: &Ledger, folder: &Path, last: usize) -> Result<Self, LedgerError> {
        let balance = |account: String| ledger.balance(&account).map(|balance| (account, balance));
        Ok(Self {
            folder: folder.display().to_string(),
            balances: ledger.accounts()?.into_iter().map(balance).collect::<Result<_, _>>()?,
            stops: ledger.price_stops()?,
            open: ledger.unfinished()?,
            recent: ledger.recent(last)?,
        })
    }

    fn json(&self, caps: Caps) -> serde_json::Value {
        let accounts: Vec<_> =
            self.balances.iter().map(|(account, balance)| serde_json::json!({"account": account, "balance": balance})).collect();
        serde_json::json!({
            "folder": self.folder, "caps": shown(caps), "accounts": accounts,
            "price_stops": self.stops, "open": self.open, "intents": self.recent,
        })
    }

    fn text(&self, caps: Caps) -> String {
        let mut text = format!("Ledger in {}\n{}\n", self.folder, caps_line(caps));
        for (account, balances) in &self.balances {
            for Balance { window, cap, spent, left } in balances {
                let _ = writeln!(text, "  account {account}, this {window}: {spent} of {cap} used, {left} left");
            }
        }
        for stop in &self.stops {
            let _ = writeln!(
                text,
                "\nPaid calls are stopped: {} (quoted {}). Look at the price, then --acknowledge-price.",
                line(stop),
                stop.units
            );
        }
        list(&mut text, "Not finished", &self.open);
        list(&mut text, "Newest", &self.recent);
        text
    }
}

fn list(text: &mut String, title: &str, intents: &[Intent]) {
    let _ = writeln!(text, "\n{title}:{}", if intents.is_empty() { " none" } else { "" });
    for intent in intents {
        let _ = writeln!(text, "  {}", line(intent));
    }
}

fn line(intent: &Intent) -> String {
    let Intent { external_id, state, endpoint, task_id, reserved_at, .. } = intent;
    let task = task_id.as_ref().map_or_else(String::new, |id| format!(" task {id}"));
    let meaning = match state {
        State::Unknown => " (may exist; is looked for; counts as spent)",
        State::Held => " (never found; counts as spent until you --resolve it)",
        _ => "",
    };
    format!("{} {external_id} {state} {} {endpoint}{task}{meaning}", utc(*reserved_at), intent.counts())
}

fn caps_line(caps: Caps) -> String {
    let state = if caps.day.milli() == 0 || caps.month.milli() == 0 { "off" } else { "on" };
    format!("Paid calls are {state}. Caps: {} a day, {} a month; unattended up to {}.", caps.day, caps.month, caps.unattended)
}

fn shown(caps: Caps) -> serde_json::Value {
    serde_json::json!({"day_units": caps.day, "month_units": caps.month, "unattended_units": caps.unattended})
}

const COLUMNS: &str = "seq,time,step,external_id,account,principal,endpoint,state,consent,quoted_units,final_units,counts_units,task_id,http_status,service_code,request_id,quote,digest,hash";

fn csv(entries: &[Entry]) -> String {
    let mut text = format!("{COLUMNS}\n");
    for entry in entries {
        let cells: Vec<String> = cells(entry).iter().map(|cell| quoted(cell)).collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

fn cells(entry: &Entry) -> [String; 19] {
    let Entry { seq, at, kind, intent, hash } = entry;
    let consent = serde_json::to_value(intent.consent).ok().and_then(|word| word.as_str().map(str::to_owned));
    let number = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
    [
        seq.to_string(),
        utc(*at),
        kind.clone(),
        intent.external_id.clone(),
        intent.account.clone(),
        intent.principal.clone(),
        intent.endpoint.clone(),
        intent.state.to_string(),
        consent.unwrap_or_default(),
        intent.units.decimal(),
        intent.final_units.map_or_else(String::new, Units::decimal),
        intent.counts().decimal(),
        intent.task_id.clone().unwrap_or_default(),
        number(intent.receipt.http_status.map(i64::from)),
        number(intent.receipt.service_code),
        intent.receipt.request_id.clone().unwrap_or_default(),
        intent.quote.clone(),
        intent.digest.clone(),
        hash.clone(),
    ]
}

/// A cell that no spreadsheet runs or splits.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '@', '\t', '\r']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let plain = if formula { format!("'{cell}") } else { cell.to_owned() };
    if plain.contains([',', '"', '\n', '\r']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_neither_split_nor_run() {
        for (cell, shown) in [("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "'=1+1"), ("-1", "-1"), ("-a", "'-a")] {
            assert_eq!(quoted(cell), shown);
        }
    }
}
