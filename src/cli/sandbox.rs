//! `sandbox`: a local Kling API until Ctrl-C, with a line for each request.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Exit, fault, print, say};
use crate::config;
use crate::knowledge::Knowledge;
use crate::sandbox::{Clock, Request, Running, Sandbox, SandboxError, Scenario, ScenarioError, Settings, signature};

/// Largest scenario file.
const LARGEST: u64 = 1 << 20;

const HELP: &str =
    "Both API generations, checked as Kling checks them: credentials, members, slots, packs. Tasks end by themselves; results are
small real files. It listens on 127.0.0.1 only, and its credentials open nothing else.

A prompt or address that contains sandbox:NAME meets that scenario alone, for example
  {\"prompt\": \"sandbox:CODE a fox\"}                refused with that code, such as 1303
  {\"prompt\": \"sandbox:task-risk-control a fox\"}   accepted, and fails later
  {\"image\": \"https://example.com/sandbox:media-fetch.png\"}

For tests: GET /__sandbox/requests (the record), /__sandbox/callbacks, /__sandbox/health, POST /__sandbox/reset.
KLING_WEBHOOK_SECRET=whsec_... signs callbacks; they go to loopback addresses only.

Examples:
  klingai-mcp sandbox                              a service without faults, 60 times as fast
  klingai-mcp sandbox --scenario CODE              every create is refused with that service code
  klingai-mcp sandbox --scenario reset-after       the first create exists, its answer is lost
  klingai-mcp sandbox --scenario ./mine.toml       a scenario of your own
  klingai-mcp sandbox --list                       all scenarios";

#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// Port on 127.0.0.1; 0: any that is free
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// What goes wrong: a name of --list, or a file
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    /// Virtual seconds in a real second
    #[arg(long, default_value_t = 60.0, value_parser = speed)]
    speed: f64,
    /// Ids and run times follow from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Slots of each kind and model, instead of those of the packs
    #[arg(long)]
    slots: Option<usize>,
    /// Say nothing about requests
    #[arg(long)]
    quiet: bool,
    /// Name all scenarios and end
    #[arg(long)]
    list: bool,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.001..=100_000.0).contains(&speed) => Ok(speed),
        _ => Err("expected a number from 0.001 to 100000, such as 60".to_owned()),
    }
}

pub(super) fn run(args: &Args, clock: fn() -> i64) -> Exit {
    let knowledge = match Knowledge::load() {
        Ok(knowledge) => knowledge,
        Err(error) => return fault(&error),
    };
    if args.list {
        return list(&knowledge);
    }
    match settings(args, &knowledge, clock) {
        Ok(settings) => serve(settings, args),
        Err(text) => refuse(&text),
    }
}

fn refuse(text: &str) -> Exit {
    say(&format!("klingai-mcp sandbox: {text}"));
    Exit::Usage
}

fn list(knowledge: &Knowledge) -> Exit {
    let row = |name: &String| Scenario::named(knowledge, name).map(|scenario| format!("{name:<28} {}", scenario.title)).ok();
    print(&Scenario::names(knowledge).iter().filter_map(row).collect::<Vec<_>>().join("\n"))
}

fn settings(args: &Args, knowledge: &Knowledge, clock: fn() -> i64) -> Result<Settings, String> {
    let mut settings = Settings::new(Clock::scaled(clock, args.speed));
    if let Some(name) = &args.scenario {
        settings.scenario = scenario(knowledge, name)?;
    }
    settings.port = args.port;
    settings.seed = args.seed;
    settings.slots = args.slots;
    settings.webhook_secret = secret()?;
    if !args.quiet {
        settings.listener = Some(Arc::new(|request| say(&line(request))));
    }
    Ok(settings)
}

fn secret() -> Result<Option<SecretString>, String> {
    let value = config::read(config::WEBHOOK_SECRET);
    match value.text() {
        Some(secret) if signature(secret, "1", 1, "").is_none() => Err(format!("{} is not whsec_ and Base64", config::WEBHOOK_SECRET.name)),
        secret => Ok(secret.map(|secret| secret.to_owned().into())),
    }
}

/// A name of the list, or else a file.
pub(super) fn scenario(knowledge: &Knowledge, name: &str) -> Result<Scenario, String> {
    match Scenario::named(knowledge, name) {
        Err(ScenarioError::Unknown { .. }) if looks_like_file(name) => {
            let text = file(name).map_err(|error| format!("read the scenario {name}: {error}"))?;
            Scenario::parse(name, &text).map_err(|error| error.to_string())
        }
        found => found.map_err(|error| error.to_string()),
    }
}

fn looks_like_file(name: &str) -> bool {
    name.contains(['/', '\\']) || std::path::Path::new(name).extension().is_some_and(|ending| ending == "toml")
}

fn file(path: &str) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

fn serve(settings: Settings, args: &Args) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fault(&error),
    };
    runtime.block_on(async {
        let greeting = greeting(&settings, args.speed);
        match Sandbox::start(settings).await {
            Ok(running) => {
                print(&greeting.replace("<url>", running.url()));
                until_stopped().await;
                farewell(&running);
                running.shutdown().await;
                Exit::Answered
            }
            Err(error @ SandboxError::Bind { .. }) => refuse(&error.to_string()),
            Err(error) => fault(&error),
        }
    })
}

fn greeting(settings: &Settings, speed: f64) -> String {
    let known = &settings.credentials;
    let key = known.api_key.expose_secret();
    let title = if settings.scenario.name.is_empty() {
        "none: nothing goes wrong".to_owned()
    } else {
        format!("{}: {}", settings.scenario.name, settings.scenario.title)
    };
    format!(
        "Local Kling API on <url>   (Ctrl-C ends it)
  scenario    {title}
  time        {speed} virtual seconds a second
  API key     {key}
  AccessKey   {}
  SecretKey   {}
These credentials open nothing but this sandbox. Try:

curl -s <url>/text-to-video/kling-3.0 -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '{{\"prompt\": \"a fox in the snow\", \"settings\": {{\"duration\": 5}}}}'
",
        known.access_key,
        known.secret_key.expose_secret()
    )
}

fn farewell(running: &Running) {
    let counts = running.counts();
    say(&format!("{} requests, {} creates accepted", counts.requests, counts.creates));
}

/// One request in one line; nothing of its body or headers.
fn line(request: &Request) -> String {
    let path: String = request.path.chars().filter(|c| !c.is_control()).take(120).collect();
    let answered = match (request.status, request.code) {
        (None, _) => "connection reset".to_owned(),
        (Some(status), Some(code)) => format!("{status} code {code}"),
        (Some(status), None) => status.to_string(),
    };
    let created = request.created.as_ref().map(|id| format!("  task {id}")).unwrap_or_default();
    format!("{:>5} {} {path}  {answered}{created}", request.number, request.method)
}

/// Waits for Ctrl-C or a request of the system to end.
async fn until_stopped() {
    #[cfg(unix)]
    if let Ok(mut ended) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = ended.recv() => {} }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
