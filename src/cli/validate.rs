//! `validate FILE...`: requests in files, JSON lines or HAR, for people, machines and CI.

use super::{Exit, fault, paint, print, say};
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
    let mut checked: Vec<(String, Verdict)> = Vec::new();
    let mut worst = Exit::Answered;
    for file in &args.files {
        match super::diagnose::read(file).and_then(|text| check(&engine, &validator, args, &text)) {
            Ok(verdicts) => checked.extend(verdicts.into_iter().map(|verdict| (file.clone(), verdict))),
            Err(text) => {
                say(&format!("klingai-mcp validate: {file}: {text}"));
                worst = Exit::Usage;
            }
        }
    }
    if worst == Exit::Answered && checked.iter().any(|(_, verdict)| !verdict.valid) {
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
    lines.into_iter().map(validate).collect::<Result<Vec<_>, _>>().map(|all| all.into_iter().flatten().collect())
}

fn show(args: &Args, checked: &[(String, Verdict)]) {
    if args.sarif {
        print(&sarif::log(checked).to_string());
        return;
    }
    for (file, verdict) in checked {
        if args.json {
            print(&serde_json::to_string(verdict).unwrap_or_default());
        } else {
            let named = if checked.len() > 1 { format!("{file}\n") } else { String::new() };
            print(&format!("{named}{}", paint::markdown(&present::verdict(verdict))));
        }
    }
    if checked.len() > 1 && !args.json {
        let bad = checked.iter().filter(|(_, verdict)| verdict.findings.iter().any(|f| f.severity == Severity::Error)).count();
        print(&format!("{} requests, {bad} with errors", checked.len()));
    }
}
