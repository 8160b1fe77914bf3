//! The same verbs for a terminal. It converts and decides nothing.

mod demo;
mod diagnose;
mod docs;
mod doctor;
mod excerpt;
mod exit;
mod explain;
mod ledger;
mod models;
mod paint;
mod retry;
mod sandbox;
mod serve;
mod trial;
mod validate;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::trial::Operator;
use crate::{config, mcp};
pub use exit::Exit;

const EXAMPLES: &str = "Examples:
  klingai-mcp                                  MCP server on stdio, for an assistant
  klingai-mcp diagnose error.json              what went wrong, in a file
  some-command 2>&1 | klingai-mcp diagnose -   the same, from a pipe
  klingai-mcp validate request.sh              is this request right, and what does it cost
  klingai-mcp test --mode sandbox              a whole generation against the built-in Kling API
  klingai-mcp retry --jobs 86 --slots 5        how long, how often, what to send again
  klingai-mcp explain 1303                     what a code, cause, gateway or model is
  klingai-mcp doctor                           which credentials this machine would use
  klingai-mcp demo                             a failing integration and its diagnosis, no key, no network

Exit codes: 0 answered, 1 a check failed, 2 bad usage or input, 3 cause not decided, 4 not Kling's error, 70 internal fault.";

#[derive(Parser)]
#[command(name = "klingai-mcp", version, about = "Finds out, with proof, why a Kling AI integration fails.", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// MCP server on stdin and stdout (also without any verb)
    Stdio,
    /// MCP server over HTTP, for clients that share one process
    Serve(serve::Args),
    /// Find the cause of a failure in a file or pipe
    Diagnose(diagnose::Args),
    /// Check requests before they are sent
    Validate(validate::Args),
    /// Prove a fix: dry run, free probe, sandbox, or one paid task that cannot be paid twice
    Test(trial::Args),
    /// What may be sent again, and a simulated retry policy for a workload
    Retry(Box<retry::Args>),
    /// Which models offer what is needed, cheapest first
    Models(models::Args),
    /// Print the page of a code, cause, message, gateway, rule, myth, guide, model, price or endpoint
    Explain(explain::Args),
    /// Show which credentials are seen (masked), their form, and the clock; nothing is sent
    Doctor(doctor::Args),
    /// What paid calls cost, what is set aside, what is unknown; nothing is sent
    Ledger(ledger::Args),
    /// A failing integration and its diagnosis, over a real MCP connection
    Demo,
    /// A local Kling API to try clients and failures against, without a key and without cost
    Sandbox(sandbox::Args),
    /// Hold the reference pages to their form and their examples
    Docs(docs::Args),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    log_to_stderr();
    quiet_panics();
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli.verb.unwrap_or(Verb::Stdio)),
        Err(error) => usage(&error),
    };
    ExitCode::from(code as u8)
}

fn run(verb: Verb) -> Exit {
    match verb {
        Verb::Stdio => stdio(),
        Verb::Serve(args) => serve::run(&args, now, Operator::from_environment(now_ms)),
        Verb::Diagnose(args) => diagnose::run(&args, now()),
        Verb::Validate(args) => validate::run(&args),
        Verb::Test(args) => trial::run(&args, &Operator::from_environment(now_ms)),
        Verb::Retry(args) => retry::run(&args, now()),
        Verb::Models(args) => models::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Doctor(args) => doctor::run(&args, now()),
        Verb::Ledger(args) => ledger::run(&args, now),
        Verb::Demo => demo::run(now, &Operator::unset(now_ms)),
        Verb::Sandbox(args) => sandbox::run(&args, now_ms),
        Verb::Docs(args) => docs::run(&args),
    }
}

fn stdio() -> Exit {
    match mcp::serve_stdio(now, Operator::from_environment(now_ms)) {
        Ok(()) => Exit::Answered,
        Err(error) => fault(&error),
    }
}

fn usage(error: &clap::Error) -> Exit {
    let text = error.to_string();
    if error.use_stderr() {
        say(&text);
        return Exit::Usage;
    }
    print(&text)
}

/// Writes to stdout; a closed pipe ends the program quietly.
fn print(text: &str) -> Exit {
    let mut out = std::io::stdout().lock();
    let _ = out
        .write_all(text.as_bytes())
        .and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") })
        .and_then(|()| out.flush());
    Exit::Answered
}

/// Writes a line to stderr.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
}

/// Prints an error with its causes.
fn fault(error: &dyn std::error::Error) -> Exit {
    let mut text = format!("klingai-mcp: failed to {error}");
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    say(&text);
    Exit::Internal
}

/// Seconds since 1970: the one place that reads the clock.
fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the shell reads the clock and passes it in")]
    jiff::Timestamp::now().as_second()
}

/// Milliseconds since 1970, for virtual time and for the files of the service.
fn now_ms() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the shell reads the clock and passes it in")]
    jiff::Timestamp::now().as_millisecond()
}

/// The libraries of the protocol and of the connection write whole messages at their debug levels, so they stay silent whatever
/// the filter says.
/// Milliseconds since 1970.
fn log_to_stderr() {
    use tracing_subscriber::filter::{EnvFilter, LevelFilter};
    let wanted = config::read(config::LOG).text().map_or_else(|| "klingai_mcp=info".to_owned(), str::to_owned);
    let mut filter = EnvFilter::builder().with_default_directive(LevelFilter::OFF.into()).parse_lossy(wanted);
    for silent in ["rmcp"].iter().chain(crate::kling::SILENT_TARGETS).filter_map(|target| format!("{target}=off").parse().ok()) {
        filter = filter.add_directive(silent);
    }
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).without_time().try_init();
}

/// A panic prints its place, never its text: that could hold what was pasted.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        say(&format!("klingai-mcp: internal fault at {place}"));
    }));
}
