//! `validate_request`: arguments in, validator, verdict out.

use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::knowledge::Knowledge;
use crate::mcp::{args, reply, schema};
use crate::present;
use crate::validate::{Input, Parts, Validator, Verdict, day};

/// Name of the tool.
pub(crate) const NAME: &str = "validate_request";

const EXAMPLE: &str = r#"{"endpoint": "/v1/videos/text2video", "body": {"model_name": "kling-v3", "prompt": "a fox", "duration": "5"}}"#;

const DESCRIPTION: &str = "Checks a Kling AI (klingai.com, 可灵) request before it is sent, offline: JSON body, curl, model_name, prompt, duration, mode, negative_prompt, image_tail, cfg_scale. Returns every problem, a corrected and rechecked request, members silently dropped, and the cost. Use when a create (image2video) is about to be sent, or was refused. Not for why a call failed: diagnose_error. 检查 参数 写错 パラメータ 送信 revisa antes";

// Whether warnings count as errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Strictness {
    #[default]
    Standard,
    Strict,
}

/// Arguments of the tool.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// curl, raw HTTP, HAR, Python or JavaScript, or a JSON body
    #[serde(default)]
    pub(crate) request: Option<String>,
    #[serde(default)]
    pub(crate) method: Option<String>,
    /// URL or path
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
    #[serde(default)]
    pub(crate) headers: Option<JsonObject>,
    #[serde(default, deserialize_with = "args::object_or_text")]
    #[schemars(with = "Option<JsonObject>")]
    pub(crate) body: Option<Value>,
    #[serde(default, deserialize_with = "args::word")]
    pub(crate) strictness: Strictness,
    /// Day of the rules, YYYY-MM-DD
    #[serde(default)]
    pub(crate) as_of: Option<String>,
    #[serde(default, deserialize_with = "args::word")]
    pub(crate) detail: super::diagnose_error::Amount,
}

/// The tool as it is listed.
pub(crate) fn tool() -> Tool {
    Tool::new(NAME, DESCRIPTION, schema::input::<Arguments>())
        .with_title("Check a Kling AI request and its price before sending")
        .with_raw_output_schema(schema::output::<Verdict>())
        .with_annotations(ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false))
}

/// Answers a call.
pub(crate) fn call(validator: &Validator, knowledge: &Knowledge, given: JsonObject) -> CallToolResult {
    match answer(validator, knowledge, given) {
        Ok(verdict) => {
            let markdown = present::verdict(&verdict);
            reply::success(&verdict, markdown)
        }
        Err(text) => reply::failure(text),
    }
}

fn answer(validator: &Validator, knowledge: &Knowledge, given: JsonObject) -> Result<Verdict, String> {
    let arguments: Arguments = args::parse(NAME, given, EXAMPLE)?;
    let as_of = arguments.as_of.map(|day| day.trim().to_owned()).filter(|day| !day.is_empty());
    if as_of.as_deref().is_some_and(|day| !day::is_day(day)) {
        return Err(format!("{NAME}: argument `as_of`: expected a day such as 2026-09-01"));
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let input = Input {
        request: arguments.request,
        parts: Parts {
            method: arguments.method,
            endpoint: arguments.endpoint,
            headers: arguments.headers.into_iter().flatten().map(|(name, value)| (name, text(&value))).collect(),
            body: arguments.body.as_ref().map(text),
        },
        strict: arguments.strictness == Strictness::Strict,
        as_of,
        full: arguments.detail == super::diagnose_error::Amount::Full,
    };
    validator.validate(knowledge, &input).map_err(|error| format!("{NAME}: {error}. Example: {EXAMPLE}"))
}
