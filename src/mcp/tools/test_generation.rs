//! `test_generation`: arguments in, trial, answer out.

use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::mcp::{args, reply, schema};
use crate::present;
use crate::trial::{Answer, Desk, Ended, Input, LONGEST_WAIT_S, Mode, Question, run};
use crate::validate::Parts;

/// Name of the tool.
pub(crate) const NAME: &str = "test_generation";

const EXAMPLE: &str = r#"{"mode": "sandbox", "endpoint": "/text-to-video/kling-3.0", "body": {"prompt": "a fox"}, "scenario": "1303"}"#;

const DESCRIPTION: &str = "Proves that a Kling AI (klingai.com, 可灵) API key or fix works. dry_run tells the cost; probe is free: key accepted, packs left; sandbox fakes a generation or failure; live runs one paid video within the operator's cap, after a person agrees; status resumes. Use when a Kling key must be checked without paying. Not for fields: validate_request. 沙箱 验证 試し 確認 simular sin gastar";

/// Arguments of the tool.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    #[serde(default, deserialize_with = "args::word")]
    pub(crate) mode: Mode,
    /// Default: the cheapest clip
    #[serde(default)]
    pub(crate) request: Option<String>,
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
    #[serde(default, deserialize_with = "args::object_or_text")]
    #[schemars(with = "Option<JsonObject>")]
    pub(crate) body: Option<Value>,
    /// sandbox: code or name
    #[serde(default, deserialize_with = "args::text")]
    pub(crate) scenario: Option<String>,
    #[serde(default, deserialize_with = "args::text")]
    pub(crate) task_id: Option<String>,
    #[serde(default)]
    pub(crate) external_task_id: Option<String>,
    #[serde(default, deserialize_with = "args::real")]
    pub(crate) max_units: Option<f64>,
    /// Quote id
    #[serde(default)]
    pub(crate) confirm: Option<String>,
    /// 0 to 45
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) wait_s: Option<u32>,
}

/// The tool as it is listed. It may spend money, so hosts ask and graders leave it alone.
pub(crate) fn tool() -> Tool {
    Tool::new(NAME, DESCRIPTION, schema::input::<Arguments>())
        .with_title("Test a Kling AI key, fix or generation")
        .with_raw_output_schema(schema::output::<Answer>())
        .with_annotations(ToolAnnotations::new().read_only(false).destructive(true).idempotent(false).open_world(true))
}

/// What a call came to.
pub(crate) enum Called {
    /// A result.
    Result(CallToolResult),
    /// A question to a person.
    Ask(Question),
}

/// Answers a call.
pub(crate) async fn call(desk: Desk<'_>, given: JsonObject) -> Called {
    let input = match input(given) {
        Ok(input) => input,
        Err(text) => return Called::Result(reply::failure(text)),
    };
    match run(desk, &input).await {
        Ok(Ended::Answer(answer)) => Called::Result(reply::success(&answer, present::trial(&answer))),
        Ok(Ended::Ask(question)) => Called::Ask(question),
        Err(text) => Called::Result(reply::failure(format!("{NAME}: {text}. Example: {EXAMPLE}"))),
    }
}

fn input(given: JsonObject) -> Result<Input, String> {
    let arguments: Arguments = args::parse(NAME, given, EXAMPLE)?;
    if arguments.wait_s.is_some_and(|wait| wait > LONGEST_WAIT_S) {
        return Err(format!("{NAME}: argument `wait_s`: expected 0 to {LONGEST_WAIT_S}; for a longer wait call again with mode status"));
    }
    if arguments.max_units.is_some_and(|units| !(units >= 0.0 && units.is_finite())) {
        return Err(format!("{NAME}: argument `max_units`: expected a number of units such as 2.5"));
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(Input {
        mode: arguments.mode,
        request: arguments.request,
        parts: Parts { endpoint: arguments.endpoint, body: arguments.body.as_ref().map(text), ..Parts::default() },
        scenario: arguments.scenario,
        task_id: arguments.task_id,
        external_task_id: arguments.external_task_id,
        max_units: arguments.max_units,
        confirm: arguments.confirm,
        wait_s: arguments.wait_s,
    })
}
