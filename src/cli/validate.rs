//! `validate FILE...`: requests in files, JSON lines or HAR, for people, machines and CI.

use super::{Exit, excerpt, fault, paint, print, say};
use std::rc::Rc;

use crate::diagnose::Engine;
use crate::present;
use crate::sarif;
use crate::validate::{Input, Parts, Severity, Validator, Verdict, day};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  klingai-mcp validate request.sh\n  klingai-mcp validate --endpoint /v1/videos/text2video body.json\n  klingai-mcp validate --sarif requests/*.json > kling.sarif"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Args {
    /// Files with curl commands, raw HTTP, HAR, code or JSON; - for standard input
    #[arg(default_value = "-")]
    files: Vec<String>,
    /// URL or path, for files that hold a body only
    #[arg(long)]
    endpoint: Option<String>,
    /// HTTP method; default POST
    #[arg(long)]
    method: Option<String>,
    /// Day of the rules, YYYY-MM-DD; default: the newest day that is known
    #[arg(long)]
    as_of: Option<String>,
    /// Warnings count as errors
    #[arg(long)]
    strict: bool,
    /// Tell everything
    #[arg(long)]
    full: bool,
    /// The structured answers of the MCP tool, one a line
    #[arg(long, conflicts_with = "sarif")]
    json: bool,
    /// SARIF 2.1.0 for CI
    #[arg(long)]
    sarif: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    if let Some(day) = args.as_of.as_deref().filter(|day| !day::is_day(day)) {
        say(&format!("klingai-mcp validate: --as-of {day}: expected a day such as 2026-09-01"));
        return Exit::Usage;
    }
    let (engine, validator) = match (Engine::new(), Validator::new()) {
        (Ok(engine), Ok(validator)) => (engine, validator),
        (Err(error), _) => return fault(&error),
        (_, Err(error)) => return fault(&error),
    };
    let mut checked: Vec<Checked> = Vec::new();
    let mut worst = Exit::Answered;
    for file in &args.files {
        let read = super::diagnose::read(file).and_then(|text| Ok((check(&engine, &validator, args, &text)?, Rc::new(text))));
        match read {
            Ok((verdicts, text)) => {
                checked.extend(verdicts.into_iter().map(|verdict| Checked { file: file.clone(), text: Rc::clone(&text), verdict }));
            }
            Err(text) => {
                say(&format!("klingai-mcp validate: {file}: {text}"));
                worst = Exit::Usage;
            }
        }
    }
    if worst == Exit::Answered && checked.iter().any(|checked| !checked.verdict.valid) {
        worst = Exit::CheckFailed;
    }
    show(args, &checked);
    worst
}

/// All requests of a text; of JSON lines one a line.
fn check(engine: &Engine, validator: &Validator, args: &Args, text: &str) -> Result<Vec<Verdict>, String> {
    let input = |request: &str| Input {
        request: Some(request.to_owned()),
        parts: Parts { method: args.method.clone(), endpoint: args.endpoint.clone(), ..Parts::default() },
        strict: args.strict,
        as_of: args.as_of.clone(),
        full: args.full,
    };
    let validate = |request: &str| validator.validate_all(&engine.knowledge, &input(request)).map_err(|error| error.to_string());
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let json_lines = lines.len() > 1 && lines.iter().all(|line| line.starts_with('{') && line.ends_with('}'));
    if !json_lines {
        return validate(text);
    }
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered.map(|(above, line)| validate(line).map(|all| below(above, all))).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
}

/// Places in one line, as places in the file.
fn below(lines_above: usize, mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let places = verdicts.iter_mut().flat_map(|verdict| &mut verdict.findings).filter_map(|finding| finding.place.as_mut());
    places.for_each(|place| place.line += lines_above);
    verdicts
}

/// A request of a file, and the file's text.
struct Checked {
    file: String,
    text: Rc<String>,
    verdict: Verdict,
}

fn show(args: &Args, checked: &[Checked]) {
    if args.sarif {
        print(&sarif::log(checked.iter().map(|checked| (checked.file.as_str(), &checked.verdict))).to_string());
        return;
    }
    for Checked { file, text, verdict } in checked {
        if args.json {
            print(&serde_json::to_string(verdict).unwrap_or_default());
        } else {
            let named = if checked.len() > 1 { format!("{file}\n") } else { String::new() };
            let shown = present::verdict_with(verdict, |finding| excerpt::of(text, finding.place?));
            print(&format!("{named}{}", paint::markdown(&shown)));
        }
    }
    if checked.len() > 1 && !args.json {
        let bad = checked.iter().filter(|checked| checked.verdict.findings.iter().any(|f| f.severity == Severity::Error)).count();
        print(&format!("{} requests, {bad} with errors", checked.len()));
    }
}
