//! `suggest_retry_policy`: arguments in, verdicts, policy, simulation and forecast out.

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Resource, ResourceContents, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::diagnose_error::{Amount, Language, language};
use crate::diagnose::Engine;
use crate::joint;
use crate::mcp::{args, reply, schema};
use crate::retry::chart::{CHART, chart_workload};
use crate::retry::report::Advice;
use crate::retry::{Form, Input, InputError, Operation, Reading, Suggestion, markdown, suggest};

/// Name of the tool.
pub(crate) const NAME: &str = "suggest_retry_policy";

const EXAMPLE: &str = r#"{"error": "1303", "jobs": 86, "slots": 5, "job_seconds": 180}"#;
/// Media type of a chart.
pub(crate) const SVG: &str = "image/svg+xml";

const DESCRIPTION: &str = "Tells if a Kling AI (klingai.com, 可灵) POST that timed out or got 429 is safe to send again, how to back off, poll, run parallel jobs; checks a retry loop (current). Use when Kling gave no task_id or before a batch. Not for causes: diagnose_error. workload: schemas/workload. 重试 重复扣费 排队 任务 二重課金 同時 cola veces";

// The call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Call {
    #[default]
    Create,
    Query,
    Download,
    Callback,
}

/// Arguments of the tool.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    #[serde(default, deserialize_with = "args::text")]
    pub(crate) error: Option<String>,
    #[serde(default, deserialize_with = "args::word")]
    pub(crate) operation: Call,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) jobs: Option<i64>,
    #[serde(default, deserialize_with = "args::real")]
    pub(crate) arrival_per_hour: Option<f64>,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) slots: Option<i64>,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) slots_per_job: Option<i64>,
    #[serde(default, deserialize_with = "args::reals")]
    #[schemars(with = "String")]
    pub(crate) job_seconds: Vec<f64>,
    #[serde(default)]
    pub(crate) model: Option<String>,
    #[serde(default, deserialize_with = "args::real")]
    pub(crate) deadline_s: Option<f64>,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) max_attempts: Option<i64>,
    #[serde(default, deserialize_with = "args::language")]
    #[schemars(with = "String")]
    pub(crate) language: Option<Language>,
    #[serde(default)]
    pub(crate) current: Option<String>,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) seed: Option<i64>,
    #[serde(default, deserialize_with = "args::object_or_text")]
    #[schemars(schema_with = "workload_form")]
    pub(crate) workload: Option<Value>,
    #[serde(default, deserialize_with = "args::word")]
    pub(crate) detail: Amount,
}

/// An object; its form is a page of its own, which the description of the tool names.
fn workload_form(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({"type": "object"})
}

/// The tool as it is listed.
pub(crate) fn tool() -> Tool {
    Tool::new(NAME, DESCRIPTION, schema::input::<Arguments>())
        .with_title("May a Kling AI call be sent again? Retry policy")
        .with_raw_output_schema(schema::output::<Advice>())
        .with_annotations(ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false))
}

/// Answers a call; `now` is the system clock in seconds.
pub(crate) fn call(engine: &Engine, given: JsonObject, now: i64) -> CallToolResult {
    match answer(engine, given, now) {
        Ok((suggestion, full)) => {
            let mut result = reply::success(&suggestion.advice, markdown(&suggestion.advice));
            let address = suggestion.advice.chart_uri.as_deref();
            if full {
                let picture = ResourceContents::text(suggestion.svg, address.unwrap_or(CHART)).with_mime_type(SVG);
                result.content.push(ContentBlock::resource(picture));
            } else if let Some(address) = address {
                result.content.push(ContentBlock::resource_link(Resource::new(address, "chart").with_mime_type(SVG)));
            }
            result
        }
        Err(text) => reply::failure(text),
    }
}

fn answer(engine: &Engine, given: JsonObject, now: i64) -> Result<(Suggestion, bool), String> {
    let arguments: Arguments = args::parse(NAME, given, EXAMPLE)?;
    let full = arguments.detail == Amount::Full;
    let operation = match arguments.operation {
        Call::Create => Operation::Create,
        Call::Query => Operation::Query,
        Call::Download => Operation::Download,
        Call::Callback => Operation::Callback,
    };
    let input = Input {
        error: arguments.error,
        operation,
        jobs: arguments.jobs,
        arrival_per_hour: arguments.arrival_per_hour,
        slots: arguments.slots,
        slots_per_job: arguments.slots_per_job,
        job_seconds: arguments.job_seconds,
        model: arguments.model.map(|model| model.trim().to_owned()).filter(|model| !model.is_empty()),
        deadline_s: arguments.deadline_s,
        max_attempts: arguments.max_attempts,
        current: arguments.current.filter(|text| !text.trim().is_empty()),
        language: arguments.language.map(|wanted| language(wanted).unwrap_or("auto").to_owned()),
        seed: arguments.seed,
        full,
        workload: workload(arguments.workload.as_ref())?,
    };
    let read = |text: &str| joint::reading(engine, text, operation, now);
    suggest(&engine.knowledge, &input, &read).map(|suggestion| (suggestion, full)).map_err(|error| refusal(&error))
}

fn refusal(error: &InputError) -> String {
    format!("{NAME}: {error}. Example: {EXAMPLE}")
}

fn workload(given: Option<&Value>) -> Result<Form, String> {
    given.map_or_else(|| Ok(Form::default()), |value| Form::read(value).map_err(|error| refusal(&error)))
}

/// The picture that an address names, drawn from the workload in it; none when it is no address of a chart.
///
/// # Errors
/// Says which part of the address cannot be used.
pub(crate) fn chart(engine: &Engine, address: &str) -> Option<Result<String, String>> {
    let input = |workload| Input { workload, ..Input::default() };
    let form = chart_workload(address)?;
    let drawn = form.and_then(|form| suggest(&engine.knowledge, &input(form), &|_| Reading::default()));
    Some(drawn.map(|suggestion| suggestion.svg).map_err(|error| error.to_string()))
}
