//! The same verbs for a terminal. It converts and decides nothing.

mod completions;
mod demo;
mod diagnose;
mod docs;
mod doctor;
mod excerpt;
mod exit;
mod explain;
mod ledger;
mod log;
mod man;
mod models;
mod paint;
mod retry;
mod sandbox;
mod serve;
mod trial;
mod validate;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::mcp::{Collector, Server, Traces};
use crate::trial::Operator;
use crate::{config, mcp};
pub use exit::Exit;

const EXAMPLES: &str =
    "Exit codes: 0 answered, 1 a check failed, 2 bad usage or input, 3 cause not decided, 4 not Kling's error, 70 internal fault.

Examples:
  klingai-mcp                                  MCP server on stdio, for an assistant
  klingai-mcp diagnose error.json              what went wrong, in a file
  some-command 2>&1 | klingai-mcp diagnose -   the same, from a pipe
  klingai-mcp validate request.sh              is this request right, and what does it cost
  klingai-mcp test --mode sandbox              a whole generation against the built-in Kling API
  klingai-mcp retry --jobs 86 --slots 5        how long, how often, what to send again
  klingai-mcp explain 1303                     what a code, cause, gateway or model is
  klingai-mcp doctor                           which credentials this machine would use
  klingai-mcp demo                             a failing night, told in full: no key, no network";

#[derive(Parser)]
#[command(name = "klingai-mcp", version, about = "Finds out, with proof, why a Kling AI integration fails.", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// MCP server on stdin and stdout (also without any verb)
    #[command(after_help = "Examples:\n  claude mcp add --scope user kling -- klingai-mcp stdio\n  klingai-mcp stdio < messages.jsonl")]
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
    #[command(after_help = "Examples:\n  klingai-mcp demo\n  klingai-mcp demo > walk.md")]
    Demo,
    /// A local Kling API to try clients and failures against, without a key and without cost
    Sandbox(sandbox::Args),
    /// Hold the reference pages to their form and their examples
    Docs(docs::Args),
    /// Completions for bash, zsh, fish, elvish or powershell
    Completions(completions::Args),
    /// The manual page of the program or of a verb, for man
    Man(man::Args),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    log::to_stderr();
    log::quiet_panics();
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
        Verb::Completions(args) => completions::run(&args),
        Verb::Man(args) => man::run(&args),
    }
}

fn stdio() -> Exit {
    let served = traced(Server::new(now, Operator::from_environment(now_ms)), mcp::serve_stdio);
    served.map_or_else(|error| fault(&error), |()| Exit::Answered)
}

/// Serves with traces where the environment asks for them. A setting that cannot be used is told, and the server serves without.
fn traced<E>(server: Server, serve: impl FnOnce(Server) -> Result<(), E>) -> Result<(), E> {
    let text = |variable| config::read(variable).text().unwrap_or_default().to_owned();
    let endpoint = text(config::OTLP_ENDPOINT);
    if endpoint.is_empty() {
        return serve(server);
    }
    let service = config::read(config::SERVICE_NAME).text().unwrap_or("klingai-mcp").to_owned();
    let collector = Collector::new(&endpoint, &text(config::OTLP_HEADERS), &service).map_err(|error| error.to_string());
    match collector.and_then(|collector| Traces::start(collector, now_ms).map_err(|error| error.to_string())) {
        Ok(traces) => {
            let traces = Arc::new(traces);
            let ended = serve(server.traced(Arc::clone(&traces)));
            traces.finish();
            ended
        }
        Err(error) => {
            say(&format!("klingai-mcp: no traces: failed to {error}"));
            serve(server)
        }
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
