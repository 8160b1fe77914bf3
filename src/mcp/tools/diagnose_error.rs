//! `diagnose_error`: arguments in, engine, report out.

use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnose::{Detail, Engine, Input, Report};
use crate::joint;
use crate::mcp::{args, reply, schema};
use crate::present;
use crate::validate::Validator;

/// Name of the tool.
pub(crate) const NAME: &str = "diagnose_error";

const EXAMPLE: &str = r#"{"report": "HTTP/1.1 429 {\"code\":1303,\"message\":\"...\",\"request_id\":\"...\"}"}"#;

const DESCRIPTION: &str = "Finds why a Kling AI (klingai.com, 可灵) API call or task failed, from any paste: HTTP 401, 403, 429, code such as 1303, message, JSON, log, JWT; also via fal or resellers. Returns ranked causes, evidence, fix, retry and billing verdict. Use when Kling is not working: an image2video task failed or hangs (task_status, task_status_msg), a key, token, balance, risk control, webhook or callback is the trouble. Not for unsent requests: validate_request. 失败 原因 一直报 日志 接口 ログ なぜ が返る qué código saldo causa";

// Language of code fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Language {
    #[default]
    Auto,
    Python,
    Typescript,
    Go,
    Rust,
    Java,
    Php,
    Shell,
}

// How much to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Amount {
    #[default]
    Concise,
    Full,
}

/// Arguments of the tool.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Verbatim
    pub(crate) report: String,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) http_status: Option<u16>,
    #[serde(default, deserialize_with = "args::number")]
    pub(crate) service_code: Option<i64>,
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
    #[serde(default, deserialize_with = "args::language")]
    #[schemars(with = "String")]
    pub(crate) language: Language,
    #[serde(default)]
    pub(crate) suspicion: Option<String>,
    /// RFC 3339
    #[serde(default)]
    pub(crate) now: Option<String>,
    #[serde(default, deserialize_with = "args::word")]
    pub(crate) detail: Amount,
}

/// The tool as it is listed.
pub(crate) fn tool() -> Tool {
    Tool::new(NAME, DESCRIPTION, schema::input::<Arguments>())
        .with_title("Find out why a Kling AI call or task failed")
        .with_raw_output_schema(schema::output::<Report>())
        .with_annotations(ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false))
}

/// Answers a call; `now` is the system clock in seconds.
pub(crate) fn call<'v>(engine: &Engine, validator: impl FnOnce() -> Option<&'v Validator>, given: JsonObject, now: i64) -> CallToolResult {
    match answer(engine, validator, given, now) {
        Ok((report, markdown)) => reply::success(&report, markdown),
        Err(text) => reply::failure(text),
    }
}

fn answer<'v>(
    engine: &Engine,
    validator: impl FnOnce() -> Option<&'v Validator>,
    given: JsonObject,
    now: i64,
) -> Result<(Report, String), String> {
    let arguments: Arguments = args::parse(NAME, given, EXAMPLE)?;
    let now = clock(arguments.now.as_deref(), now)?;
    let input = Input {
        report: &arguments.report,
        http_status: arguments.http_status,
        service_code: arguments.service_code,
        endpoint: arguments.endpoint.as_deref(),
        language: language(arguments.language),
        suspicion: arguments.suspicion.as_deref(),
        now,
        detail: if arguments.detail == Amount::Full { Detail::Full } else { Detail::Concise },
    };
    let mut report = engine.diagnose(&input).map_err(|error| format!("{NAME}: {error}. Example: {EXAMPLE}"))?;
    if joint::worth_checking(&report, &arguments.report)
        && let Some(validator) = validator()
    {
        joint::add_request(&mut report, &engine.knowledge, validator, &arguments.report);
    }
    let markdown = present::markdown(&report);
    Ok((report, markdown))
}

fn clock(given: Option<&str>, now: i64) -> Result<i64, String> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(now),
        Some(text) => crate::diagnose::instant(text)
            .ok_or_else(|| format!("{NAME}: argument `now`: expected an RFC 3339 time such as 2026-09-01T10:00:00Z")),
    }
}

pub(crate) fn language(language: Language) -> Option<&'static str> {
    match language {
        Language::Auto => None,
        Language::Python => Some("python"),
        Language::Typescript => Some("typescript"),
        Language::Go => Some("go"),
        Language::Rust => Some("rust"),
        Language::Java => Some("java"),
        Language::Php => Some("php"),
        Language::Shell => Some("shell"),
    }
}
