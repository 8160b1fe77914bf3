//! `test`: the same test as the tool; a person at the terminal agrees to what it costs.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::{Exit, fault, paint, print, say};
use crate::diagnose::Engine;
use crate::present;
use crate::trial::{self, Answer, Desk, Ended, Host, Input, LONGEST_WAIT_S, Mode, Operator, Outcome, Question, Reply, Soon};
use crate::validate::{Parts, Validator};

#[derive(clap::Args)]
#[command(
    after_help = "Exit codes: 0 it worked or is pending, 1 it failed or was refused, 2 bad usage, 3 whether a task exists is not known.

Examples:
  klingai-mcp test                                          what would be sent, and its price
  klingai-mcp test --mode sandbox request.sh                a whole run on the built-in Kling API
  klingai-mcp test --mode sandbox --scenario reset-after    what a failure looks like to your code
  klingai-mcp test --mode probe                             free questions to the real API
  klingai-mcp test --mode live --max-units 2                one paid task, after you agreed
  klingai-mcp test --mode status --external-task-id kmcp-..."
)]
pub(super) struct Args {
    /// File with curl, raw HTTP, code or JSON; - for standard input; nothing: the cheapest clip
    file: Option<String>,
    /// dry_run, probe, sandbox, live or status
    #[arg(long, default_value = "dry_run", value_parser = mode)]
    mode: Mode,
    /// URL or path, for a file that holds a body only
    #[arg(long)]
    endpoint: Option<String>,
    /// Failure that the sandbox raises; `klingai-mcp sandbox --list` has all
    #[arg(long)]
    scenario: Option<String>,
    /// Task to look at
    #[arg(long)]
    task_id: Option<String>,
    /// The same by our id
    #[arg(long)]
    external_task_id: Option<String>,
    /// Most units that a paid task may cost
    #[arg(long)]
    max_units: Option<f64>,
    /// Quote that was agreed to
    #[arg(long)]
    confirm: Option<String>,
    /// Seconds to wait for the task
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=i64::from(LONGEST_WAIT_S)))]
    wait: u32,
    /// The structured answer of the MCP tool
    #[arg(long)]
    json: bool,
}

fn mode(word: &str) -> Result<Mode, String> {
    let known = [Mode::DryRun, Mode::Probe, Mode::Sandbox, Mode::Live, Mode::Status];
    let plain = word.trim().to_ascii_lowercase().replace('-', "_");
    known.into_iter().find(|mode| mode.word() == plain).ok_or_else(|| "expected dry_run, probe, sandbox, live or status".to_owned())
}

pub(super) fn run(args: &Args, operator: &Operator) -> Exit {
    let (engine, validator) = match (Engine::new(), Validator::new()) {
        (Ok(engine), Ok(validator)) => (engine, validator),
        (Err(error), _) => return fault(&error),
        (_, Err(error)) => return fault(&error),
    };
    let input = match input(args) {
        Ok(input) => input,
        Err(text) => return refuse(&text),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fault(&error),
    };
    let desk = Desk { engine: &engine, validator: &validator, operator, host: &Terminal };
    match runtime.block_on(trial::run(desk, &input)) {
        Ok(Ended::Answer(answer)) => show(args, &answer),
        Ok(Ended::Ask(question)) => refuse(&question.text),
        Err(text) => refuse(&text),
    }
}

fn input(args: &Args) -> Result<Input, String> {
    let request = args.file.as_deref().map(super::diagnose::read).transpose()?;
    Ok(Input {
        mode: args.mode,
        request,
        parts: Parts { endpoint: args.endpoint.clone(), ..Parts::default() },
        scenario: args.scenario.clone(),
        task_id: args.task_id.clone(),
        external_task_id: args.external_task_id.clone(),
        max_units: args.max_units,
        confirm: args.confirm.clone(),
        wait_s: Some(args.wait),
    })
}

fn refuse(text: &str) -> Exit {
    say(&format!("klingai-mcp test: {text}"));
    Exit::Usage
}

fn show(args: &Args, answer: &Answer) -> Exit {
    if args.json {
        print(&serde_json::to_string(answer).unwrap_or_default());
    } else {
        print(&paint::markdown(&present::trial(answer)));
    }
    match answer.outcome {
        Outcome::Ok | Outcome::Pending => Exit::Answered,
        Outcome::Refused | Outcome::Failed => Exit::CheckFailed,
        Outcome::Unknown => Exit::Undecided,
    }
}

/// The person at the terminal; where there is none, nobody.
struct Terminal;

impl Host for Terminal {
    fn ask<'a>(&'a self, question: &'a Question) -> Soon<'a, Reply> {
        Box::pin(async move {
            let (mut input, mut output) = (std::io::stdin().lock(), std::io::stderr());
            if !input.is_terminal() || !output.is_terminal() {
                return Reply::Unavailable;
            }
            let _ = write!(output, "{} Type yes to agree: ", question.text).and_then(|()| output.flush());
            let mut line = String::new();
            let read = input.read_line(&mut line);
            if read.is_ok() && line.trim().eq_ignore_ascii_case("yes") { Reply::Agreed } else { Reply::Declined }
        })
    }

    fn progress<'a>(&'a self, _: Option<f64>, text: &'a str) -> Soon<'a, ()> {
        Box::pin(async move {
            if std::io::stderr().is_terminal() {
                say(text);
            }
        })
    }
}
