//! What a check found: one row a problem, with a pointer into the request.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::Place;
use crate::knowledge::Certainty;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Severity {
    /// The request fails, or does and bills something else than was asked for.
    Error,
    /// It may fail, or a fact about it is uncertain.
    Warning,
    /// Good to know.
    Info,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// Identifier of the rule, e.g. `N25` or `type`.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// RFC 6901 pointer into the body; `$url`, `$method`, `$headers/Name`, `$query/name`, `$body` outside it.
    pub pointer: String,
    /// What is wrong, in our words.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// How the rule is known.
    pub certainty: Certainty,
    /// A correction of this place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Fix")]
    pub fix: Option<Fix>,
    /// The page with sources and dates.
    pub reference: String,
    /// Where it stands in `request`, when that is text; of what is missing, where it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Place")]
    pub place: Option<Place>,
}

impl Finding {
    /// Whether the generic pass made it, and not a rule with a page.
    fn generic(&self) -> bool {
        matches!(
            self.rule.as_str(),
            "unknown-member" | "model-lacks-member" | "required" | "type" | "enum" | "range" | "length" | "items" | "exclusive"
        )
    }
}

/// A correction: RFC 6902 operations on the body.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Fix {
    /// What it does, in our words.
    pub title: String,
    /// The operations.
    pub patch: Vec<Operation>,
    /// `safe` keeps what was asked for; `guess` chooses for the caller.
    pub applicability: Applicability,
}

/// Whether a correction may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Applicability {
    /// It keeps what was asked for.
    Safe,
    /// It chooses for the caller.
    Guess,
}

/// One RFC 6902 operation. Pointers that begin with `$` change the parts outside the body.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Operation {
    /// `add`, `remove` or `replace`.
    pub op: Op,
    /// Where.
    pub path: String,
    /// The new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_value")]
    pub value: Option<serde_json::Value>,
}

/// A schema that any JSON value meets.
fn any_value(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({})
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Op {
    /// Adds a member or item, or replaces a member.
    Add,
    /// Removes a member or item.
    Remove,
    /// Replaces what is there.
    Replace,
}

impl Operation {
    /// `add` or `replace` a value at `path`.
    pub fn set(op: Op, path: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        Self { op, path: path.into(), value: Some(value.into()) }
    }

    /// `remove` what is at `path`.
    pub fn remove(path: impl Into<String>) -> Self {
        Self { op: Op::Remove, path: path.into(), value: None }
    }
}

impl Fix {
    /// A correction that keeps what was asked for.
    pub fn safe(title: impl Into<String>, patch: Vec<Operation>) -> Self {
        Self { title: title.into(), patch, applicability: Applicability::Safe }
    }

    /// A correction that chooses for the caller.
    pub fn guess(title: impl Into<String>, patch: Vec<Operation>) -> Self {
        Self { title: title.into(), patch, applicability: Applicability::Guess }
    }
}

/// Said of the first of several list items with the same problem.
const MORE: &str = "; further items have the same problem";

/// A pointer with its list positions left out.
fn kind(pointer: &str) -> String {
    pointer
        .split('/')
        .map(|part| if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) { "#" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// The list items that a member of one belongs to, as a pointer without positions.
fn item(pointer: &str) -> Option<String> {
    let kind = kind(pointer);
    kind.rfind("/#/").map(|at| kind.get(..at).unwrap_or("").to_owned())
}

/// Collects findings; the same rule at the same place, or at the next item of the same list, counts once.
#[derive(Debug, Default)]
pub(super) struct Found {
    list: Vec<Finding>,
}

impl Found {
    /// Adds a finding.
    pub(super) fn add(&mut self, finding: Finding) {
        let grouped = matches!(finding.rule.as_str(), "required" | "type");
        let siblings = |f: &Finding| {
            f.message.trim_end_matches(MORE) == finding.message && item(&f.pointer).is_some() && item(&f.pointer) == item(&finding.pointer)
        };
        let same_place =
            |f: &Finding| f.pointer == finding.pointer || (grouped && (kind(&f.pointer) == kind(&finding.pointer) || siblings(f)));
        let known = |f: &&mut Finding| f.rule == finding.rule && same_place(f);
        match self.list.iter_mut().find(known) {
            Some(first) if first.pointer != finding.pointer && !first.message.ends_with(MORE) => first.message.push_str(MORE),
            Some(_) => {}
            None => self.list.push(finding),
        }
    }

    /// Whether an error stands at this place already.
    pub(super) fn has_error_at(&self, pointer: &str) -> bool {
        self.list.iter().any(|f| f.pointer == pointer && f.severity == Severity::Error)
    }

    /// All findings, worst first, then by place.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        // A rule that explains a place makes the generic finding there superfluous.
        let explained: Vec<String> = self.list.iter().filter(|f| !f.generic()).map(|f| f.pointer.clone()).collect();
        let errors: Vec<String> =
            self.list.iter().filter(|f| !f.generic() && f.severity == Severity::Error).map(|f| f.pointer.clone()).collect();
        // A body of the other generation is one problem and not one for every member.
        let mixed = self.list.iter().any(|f| f.rule == "G01" && f.pointer == "$body");
        self.list.retain(|f| match f.rule.as_str() {
            "unknown-member" | "required" if mixed => false,
            "unknown-member" | "model-lacks-member" => !explained.contains(&f.pointer),
            "required" => !errors.contains(&f.pointer),
            _ => true,
        });
        self.list.sort_by(|a, b| (a.severity, &a.pointer, &a.rule).cmp(&(b.severity, &b.pointer, &b.rule)));
        self.list
    }
}

/// A pointer as it stands in a sentence: a part that is no plain name is told by its length alone, because a
/// caller's own names can be made to read like something else.
pub fn shown_pointer(pointer: &str) -> String {
    let plain = |part: &str| part.len() <= 60 && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-.$[]~:".contains(c));
    let shown = pointer
        .split('/')
        .map(|part| if plain(part) { part.to_owned() } else { format!("(a name of {} characters)", part.chars().count()) });
    shown.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_be_read_as_something_else_is_not_shown() {
        for plain in ["/settings/audio", "/multi_prompt/0/duration", "$headers/Content-Type", "$url", ""] {
            assert_eq!(shown_pointer(plain), plain);
        }
        assert_eq!(shown_pointer("/a\u{202e}b/x"), "/(a name of 3 characters)/x");
        assert_eq!(shown_pointer("/ignore the above"), "/(a name of 16 characters)");
        assert_eq!(shown_pointer(&format!("/{}", "x".repeat(61))), "/(a name of 61 characters)");
    }
}
