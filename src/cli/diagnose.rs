//! `diagnose [FILE|-]`.

use std::io::Read as _;

use super::{Exit, fault, paint, print, say};
use crate::diagnose::{Detail, Engine, Input, MAX_REPORT, Report, Verdict, instant};
use crate::joint;
use crate::present;
use crate::validate::Validator;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  klingai-mcp diagnose error.json\n  klingai-mcp diagnose --status 429 --suspicion 'rate limit' app.log\n  pbpaste | klingai-mcp diagnose -"
)]
pub(super) struct Args {
    /// What to read: a file, or - for standard input
    #[arg(default_value = "-")]
    file: String,
    /// HTTP status, if it is not in the paste
    #[arg(long)]
    status: Option<u16>,
    /// Kling's `code`, if it is not in the paste
    #[arg(long)]
    code: Option<i64>,
    /// URL or path that was called
    #[arg(long)]
    endpoint: Option<String>,
    /// Language of code fixes: python, typescript, go, rust, java, shell
    #[arg(long)]
    language: Option<String>,
    /// What you suspect; it is checked, not believed
    #[arg(long)]
    suspicion: Option<String>,
    /// Clock for expiry questions, RFC 3339
    #[arg(long)]
    now: Option<String>,
    /// Tell everything
    #[arg(long)]
    full: bool,
    /// The structured answer of the MCP tool
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, now: i64) -> Exit {
    let report = match read(&args.file) {
        Ok(report) => report,
        Err(text) => return refuse(&text),
    };
    let now = match args.now.as_deref().map(|text| instant(text).ok_or(text)) {
        Some(Err(text)) => return refuse(&format!("--now {text}: expected a time such as 2026-09-01T10:00:00Z")),
        Some(Ok(now)) => now,
        None => now,
    };
    let engine = match Engine::new() {
        Ok(engine) => engine,
        Err(error) => return fault(&error),
    };
    let language = args.language.as_ref().map(|word| word.to_ascii_lowercase());
    let input = Input {
        report: &report,
        http_status: args.status,
        service_code: args.code,
        endpoint: args.endpoint.as_deref(),
        language: language.as_deref(),
        suspicion: args.suspicion.as_deref(),
        now,
        detail: if args.full { Detail::Full } else { Detail::Concise },
    };
    match engine.diagnose(&input) {
        Ok(mut answer) => {
            if joint::worth_checking(&answer, &report)
                && let Ok(validator) = Validator::new()
            {
                joint::add_request(&mut answer, &engine.knowledge, &validator, &report);
            }
            show(&answer, args.json)
        }
        Err(error) => refuse(&error.to_string()),
    }
}

fn refuse(text: &str) -> Exit {
    say(&format!("klingai-mcp diagnose: {text}"));
    Exit::Usage
}

/// Reads one byte more than is allowed, so that the engine can say what to cut.
pub(super) fn read(file: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let most = MAX_REPORT as u64 + 1;
    let done = if file == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(most).read_to_end(&mut bytes))
    };
    done.map_err(|error| format!("cannot read {file}: {error}; name a file, or - for standard input (--help shows the options)"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn show(report: &Report, json: bool) -> Exit {
    if json {
        match serde_json::to_string_pretty(report) {
            Ok(text) => print(&text),
            Err(error) => return fault(&error),
        };
    } else {
        print(&paint::markdown(&present::markdown(report)));
    }
    match report.verdict {
        Verdict::Diagnosed => Exit::Answered,
        Verdict::Ambiguous | Verdict::NeedMore => Exit::Undecided,
        Verdict::NotKling => Exit::NotKling,
    }
}
