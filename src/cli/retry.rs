//! `retry [ERROR]`: what may be sent again, and a policy for a workload, for people and machines.

use std::io::Write as _;

use super::{Exit, fault, paint, print, say};
use crate::diagnose::Engine;
use crate::joint;
use crate::retry::form::Outage;
use crate::retry::report::{Advice, Code};
use crate::retry::{Form, Input, Operation, Suggestion, markdown, policy_schema, suggest, times, trace, workload_schema};

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(
    after_help = "Examples:\n  klingai-mcp retry 1303 --jobs 86 --slots 5 --job-seconds 180\n  klingai-mcp retry --jobs 86 --slots 20 --deadline-s 14400\n  klingai-mcp retry --arrival-per-hour 80 --slots 5 --svg policy.svg\n  klingai-mcp retry --current worker.py\n  klingai-mcp retry --jobs 400 --slots 5 --others-per-hour 12 --outage 600:300\n  klingai-mcp retry --jobs 400 --slots 5 --pack-units 1200 --units-per-job 6\n  klingai-mcp retry --workload workload.json\n  klingai-mcp retry --jobs 86 --slots 5 --language python --code worker\n  klingai-mcp retry --jobs 5 --slots 3 --trace slot-storm\n  klingai-mcp retry --policy > policy.json"
)]
pub(super) struct Args {
    /// Code, HTTP status, text of the failure, or a file with it; - for standard input
    error: Option<String>,
    /// create, query, download or callback
    #[arg(long, default_value = "create")]
    operation: String,
    /// Jobs to be done; all at once unless --arrival-per-hour is given
    #[arg(long, allow_hyphen_values = true)]
    jobs: Option<i64>,
    /// Jobs that come in an hour
    #[arg(long, allow_hyphen_values = true)]
    arrival_per_hour: Option<f64>,
    /// Task slots of the account
    #[arg(long, allow_hyphen_values = true)]
    slots: Option<i64>,
    /// Slots that one job takes
    #[arg(long, allow_hyphen_values = true)]
    slots_per_job: Option<i64>,
    /// Mean run time in seconds, or observed times: 150,170,260
    #[arg(long, allow_hyphen_values = true)]
    job_seconds: Option<String>,
    /// Model, for a recorded run time
    #[arg(long)]
    model: Option<String>,
    /// Seconds within which everything should be done
    #[arg(long, allow_hyphen_values = true)]
    deadline_s: Option<f64>,
    /// Creates that a job may make at most
    #[arg(long, allow_hyphen_values = true)]
    max_attempts: Option<i64>,
    #[command(flatten)]
    around: Around,
    /// File with your retry code or settings, to be checked
    #[arg(long, value_name = "FILE")]
    current: Option<String>,
    /// Language of the code: python, typescript, go, rust, java or shell
    #[arg(long)]
    language: Option<String>,
    /// Write code that carries the policy out to this folder, which may exist
    #[arg(long, value_name = "DIR")]
    code: Option<String>,
    /// The calls that the policy leads to, one by one, as JSON: undisturbed, or in a scenario of the sandbox
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["json", "policy"])]
    trace: Option<String>,
    /// How long the tasks of the trace run, job by job: 170,185; the others are drawn from the job times
    #[arg(long, requires = "trace", allow_hyphen_values = true)]
    task_s: Option<String>,
    /// Seed of the simulation
    #[arg(long)]
    seed: Option<i64>,
    /// Write the chart to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<String>,
    /// Tell everything
    #[arg(long)]
    full: bool,
    /// The structured answer of the MCP tool
    #[arg(long, conflicts_with = "policy")]
    json: bool,
    /// The policy alone, as JSON
    #[arg(long)]
    policy: bool,
    /// The JSON Schema of a policy
    #[arg(long, exclusive = true)]
    schema: bool,
    /// The JSON Schema of a workload file
    #[arg(long, exclusive = true)]
    workload_schema: bool,
}

// What happens around the work.
#[derive(clap::Args)]
struct Around {
    /// A whole workload as JSON, a trace of arrivals included; flags win over it; - for standard input
    #[arg(long, value_name = "FILE")]
    workload: Option<String>,
    /// Tasks an hour that other users of the same account start
    #[arg(long, allow_hyphen_values = true)]
    others_per_hour: Option<f64>,
    /// Slots that other users hold all the time
    #[arg(long, allow_hyphen_values = true)]
    others_slots: Option<i64>,
    /// Jobs that the resource pack still pays for
    #[arg(long, allow_hyphen_values = true)]
    pack_jobs: Option<i64>,
    /// Units left in the pack, with --units-per-job
    #[arg(long, allow_hyphen_values = true)]
    pack_units: Option<f64>,
    /// Price of one job in units
    #[arg(long, allow_hyphen_values = true)]
    units_per_job: Option<f64>,
    /// A span without service, such as 600:300: from second 600 on, 300 s long; may be repeated
    #[arg(long, value_name = "START:LENGTH", allow_hyphen_values = true)]
    outage: Vec<String>,
}

pub(super) fn run(args: &Args, now: i64) -> Exit {
    if args.schema {
        return print(&pretty(&policy_schema()));
    }
    if args.workload_schema {
        return print(&pretty(&workload_schema()));
    }
    let engine = match Engine::new() {
        Ok(engine) => engine,
        Err(error) => return fault(&error),
    };
    if let Some(scenario) = &args.trace {
        return match traced(&engine, args, scenario) {
            Ok(trace) => print(&pretty(&trace)),
            Err(text) => usage(&text),
        };
    }
    match advise(&engine, args, now).and_then(|suggestion| save(args, &suggestion).map(|()| suggestion)) {
        Ok(suggestion) => show(args, &suggestion),
        Err(text) => usage(&text),
    }
}

fn usage(text: &str) -> Exit {
    say(&format!("klingai-mcp retry: {text}"));
    Exit::Usage
}

/// The calls of the policy; `scenario` is empty where nothing goes wrong.
fn traced(engine: &Engine, args: &Args, scenario: &str) -> Result<serde_json::Value, String> {
    let knowledge = &engine.knowledge;
    let faults = match scenario {
        "" => Vec::new(),
        name => {
            joint::faults(knowledge, &super::sandbox::scenario(knowledge, name)?).map_err(|fault| format!("--trace {name}: {fault}"))?
        }
    };
    let task_s = args.task_s.as_deref().map_or(Some(Vec::new()), times).ok_or("--task-s: expected seconds such as 170,185")?;
    let trace = trace(knowledge, &input(args)?, faults, task_s).map_err(|error| error.to_string())?;
    serde_json::to_value(trace).map_err(|error| error.to_string())
}

fn advise(engine: &Engine, args: &Args, now: i64) -> Result<Suggestion, String> {
    let input = input(args)?;
    let read = |text: &str| joint::reading(engine, text, input.operation, now);
    suggest(&engine.knowledge, &input, &read).map_err(|error| error.to_string())
}

fn input(args: &Args) -> Result<Input, String> {
    let job_seconds = args.job_seconds.as_deref().map_or(Some(Vec::new()), times);
    Ok(Input {
        error: args.error.as_deref().map(error).transpose()?,
        operation: operation(&args.operation)?,
        jobs: args.jobs,
        arrival_per_hour: args.arrival_per_hour,
        slots: args.slots,
        slots_per_job: args.slots_per_job,
        job_seconds: job_seconds.ok_or("--job-seconds: expected seconds such as 180, or observed times such as 150,170,260")?,
        model: args.model.clone(),
        deadline_s: args.deadline_s,
        max_attempts: args.max_attempts,
        current: args.current.as_deref().map(super::diagnose::read).transpose()?,
        language: args.language.as_ref().map(|word| word.to_ascii_lowercase()).or_else(|| args.code.as_ref().map(|_| "auto".to_owned())),
        seed: args.seed,
        full: args.full,
        workload: workload(&args.around)?,
    })
}

/// The file, with the flags over it.
fn workload(around: &Around) -> Result<Form, String> {
    let form = match &around.workload {
        Some(file) => {
            let text = super::diagnose::read(file).map_err(|error| format!("--workload: {error}"))?;
            Form::read(&serde_json::Value::String(text)).map_err(|error| format!("--workload {file}: {error}"))?
        }
        None => Form::default(),
    };
    let outages = around.outage.iter().map(|text| outage(text)).collect::<Result<Vec<_>, _>>()?;
    Ok(Form {
        others_per_hour: around.others_per_hour.or(form.others_per_hour),
        others_slots: around.others_slots.or(form.others_slots),
        pack_jobs: around.pack_jobs.or(form.pack_jobs),
        pack_units: around.pack_units.or(form.pack_units),
        units_per_job: around.units_per_job.or(form.units_per_job),
        outages: if outages.is_empty() { form.outages } else { outages },
        ..form
    })
}

fn outage(text: &str) -> Result<Outage, String> {
    let parts = text.split_once(':').and_then(|(start, length)| Some((start.trim().parse().ok()?, length.trim().parse().ok()?)));
    let (start_s, length_s) = parts.ok_or_else(|| format!("--outage {text:.40}: expected START:LENGTH in seconds, such as 600:300"))?;
    Ok(Outage { start_s, length_s })
}

fn operation(word: &str) -> Result<Operation, String> {
    match word {
        "create" => Ok(Operation::Create),
        "query" => Ok(Operation::Query),
        "download" => Ok(Operation::Download),
        "callback" => Ok(Operation::Callback),
        _ => Err(format!("--operation {word}: expected create, query, download or callback")),
    }
}

/// A number, or text that no file is called, stands for itself; everything else for a file.
fn error(word: &str) -> Result<String, String> {
    let is_text = word.contains([' ', '{', '\n']) && !std::path::Path::new(word).exists();
    if word.parse::<i64>().is_ok() || is_text {
        return Ok(word.to_owned());
    }
    super::diagnose::read(word).map_err(|error| format!("{word}: {error} (a code such as 1303, an HTTP status, a file, or -)"))
}

fn save(args: &Args, suggestion: &Suggestion) -> Result<(), String> {
    if let Some(file) = &args.svg {
        std::fs::write(file, &suggestion.svg).map_err(|error| format!("--svg {file}: {error}"))?;
    }
    match (&args.code, &suggestion.advice.code) {
        (Some(folder), Some(code)) => save_code(folder, code).map_err(|error| format!("--code {folder}: {error}")),
        _ => Ok(()),
    }
}

/// Writes new files; what is there already may hold somebody's changes and is left as it is.
fn save_code(folder: &str, code: &Code) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for file in &code.files {
        std::fs::File::create_new(std::path::Path::new(folder).join(&file.name))?.write_all(file.text.as_bytes())?;
    }
    Ok(())
}

fn show(args: &Args, suggestion: &Suggestion) -> Exit {
    if args.policy {
        return print(&serde_json::to_value(&suggestion.advice.policy).map(|value| pretty(&value)).unwrap_or_default());
    }
    if args.json {
        return print(&serde_json::to_string(&suggestion.advice).unwrap_or_default());
    }
    let text = match (&args.code, &suggestion.advice.code) {
        // The code stands in the folder; what is printed says where and how it is called.
        (Some(folder), Some(code)) => {
            let advice = Advice { code: None, ..suggestion.advice.clone() };
            format!("{}{}", markdown(&advice), written(folder, code))
        }
        _ => markdown(&suggestion.advice),
    };
    print(&paint::markdown(&text))
}

/// The files that were written, and how they are called.
fn written(folder: &str, code: &Code) -> String {
    let files: Vec<String> = code.files.iter().map(|file| std::path::Path::new(folder).join(&file.name).display().to_string()).collect();
    format!("\nWritten: {}. {}\n", files.join(", "), code.usage)
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
