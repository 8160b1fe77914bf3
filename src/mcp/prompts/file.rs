//! A prompt file: a fenced TOML head, then Markdown with sections that depend on what is at hand.
//!
//! A line `<!-- if CONDITION -->` opens such a section and `<!-- end -->` closes it. A condition is the name of an argument that was
//! given, a fact such as `cut`, or `tool:NAME`; `a or b` is any of them, `not a` the opposite, and `only a or b` means that
//! something of these was given and no `paste`. A line `{{TOOL}}` stands for the arguments of a call, as JSON.

use serde::Deserialize;

/// The head of a prompt file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) name: String,
    /// The phrase that people say.
    pub(super) title: String,
    pub(super) description: String,
    #[serde(rename = "argument")]
    pub(super) arguments: Vec<Argument>,
}

/// What the person may have at hand. Nothing of it is required.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) description: String,
    /// `TOOL.MEMBER` of the call that takes the value; `both` stands for either tool.
    pub(super) gives: String,
    /// What is written before the value where several values share a member.
    #[serde(default)]
    pub(super) label: String,
    /// Where values are looked up: `codes` or `paths`.
    pub(super) complete: Option<String>,
    /// Values that are offered.
    #[serde(default)]
    pub(super) values: Vec<String>,
}

/// A prompt.
#[derive(Debug)]
pub(super) struct Guided {
    pub(super) head: Head,
    pub(super) body: &'static str,
}

/// Takes a prompt file apart.
///
/// # Errors
/// Says what does not follow the form.
pub(super) fn parse(text: &'static str) -> Result<Guided, String> {
    let parts = text.strip_prefix("```toml\n").and_then(|rest| rest.split_once("\n```\n"));
    let (head, body) = parts.ok_or("no fenced head")?;
    let head: Head = toml::from_str(head).map_err(|error| error.to_string())?;
    Ok(Guided { head, body })
}

/// The Markdown with the sections whose condition `holds`; `call` is asked for the line that stands for a call.
pub(super) fn fill(text: &str, holds: impl Fn(&str) -> bool, call: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut shown = true;
    for line in text.lines() {
        if let Some(condition) = line.strip_prefix("<!-- if ").and_then(|rest| rest.strip_suffix(" -->")) {
            shown = met(condition, &holds);
        } else if line == "<!-- end -->" {
            shown = true;
        } else if shown {
            let tool = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
            out.push_str(&tool.map_or_else(|| line.to_owned(), &call));
            out.push('\n');
        }
    }
    out
}

fn met(condition: &str, holds: &impl Fn(&str) -> bool) -> bool {
    let any = |names: &str| names.split(" or ").any(holds);
    match condition.split_once(' ') {
        Some(("not", names)) => !any(names),
        Some(("only", names)) => any(names) && !holds("paste"),
        _ => any(condition),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_shown_when_its_condition_holds() {
        let text =
            "a\n<!-- if x or y -->\nb\n<!-- end -->\n<!-- if not x -->\nc\n<!-- end -->\n<!-- if only y -->\nd\n<!-- end -->\n{{t}}\n";
        let filled = |given: &[&str]| fill(text, |name| given.contains(&name), |tool| format!("<{tool}>")).replace('\n', "");
        assert_eq!(filled(&[]), "ac<t>");
        assert_eq!(filled(&["x"]), "ab<t>");
        assert_eq!(filled(&["y"]), "abcd<t>");
        assert_eq!(filled(&["y", "paste"]), "abc<t>");
    }

    #[test]
    fn a_file_without_a_head_or_with_an_unknown_key_is_refused() {
        assert!(parse("# no head").is_err());
        assert!(parse("```toml\nname = \"a\"\ncolour = 1\n```\n").unwrap_err().contains("colour"));
    }
}
