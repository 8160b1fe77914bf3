//! Completion of template variables and prompt arguments: names that begin with what was typed, then names that hold it.

use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use super::prompts::{self, Offers};
use crate::catalog::{Catalog, Kind};

/// What can follow. An unknown reference or argument has nothing to offer, which is no error.
pub(super) fn complete(catalog: &Catalog<'_>, request: &CompleteRequestParams) -> CompleteResult {
    let names = match &request.r#ref {
        Reference::Resource(template) => of_template(catalog, &template.uri, request),
        Reference::Prompt(prompt) => of_prompt(catalog, &prompt.name, &request.argument.name),
        _ => Vec::new(),
    };
    CompleteResult::new(page(matching(names, &request.argument.value)))
}

fn of_template(catalog: &Catalog<'_>, template: &str, request: &CompleteRequestParams) -> Vec<String> {
    let argument = request.argument.name.as_str();
    let known = Kind::ALL.iter().find(|kind| kind.template() == Some(template) && template.contains(&format!("{{{argument}}}")));
    match known {
        Some(Kind::Patterns) => {
            of_patterns(catalog, argument, request.context.as_ref().and_then(|context| context.get_argument("language")))
        }
        Some(kind) => catalog.ids(*kind),
        None => Vec::new(),
    }
}

/// Languages, or the tasks of a language that was chosen before.
fn of_patterns(catalog: &Catalog<'_>, argument: &str, language: Option<&String>) -> Vec<String> {
    let ids = catalog.ids(Kind::Patterns);
    let parts = ids.iter().filter_map(|id| id.split_once('/'));
    let mut names: Vec<String> = if argument == "language" {
        parts.map(|(language, _)| language.to_owned()).collect()
    } else {
        parts.filter(|(of, _)| language.is_none_or(|chosen| chosen == of)).map(|(_, task)| task.to_owned()).collect()
    };
    names.sort();
    names.dedup();
    names
}

fn of_prompt(catalog: &Catalog<'_>, prompt: &str, argument: &str) -> Vec<String> {
    match prompts::offers(prompt, argument) {
        Some(Offers::Codes) => catalog.ids(Kind::Codes),
        Some(Offers::Paths) => catalog.paths(),
        Some(Offers::Words(words)) => words.to_vec(),
        None => Vec::new(),
    }
}

fn matching(names: Vec<String>, typed: &str) -> Vec<String> {
    let typed = typed.trim().to_lowercase();
    let (first, rest): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| name.to_lowercase().starts_with(&typed));
    first.into_iter().chain(rest.into_iter().filter(|name| name.to_lowercase().contains(&typed))).collect()
}

/// The first hundred, and how many there are.
fn page(mut names: Vec<String>) -> CompletionInfo {
    let total = u32::try_from(names.len()).ok();
    let more = names.len() > CompletionInfo::MAX_VALUES;
    names.truncate(CompletionInfo::MAX_VALUES);
    CompletionInfo::with_pagination(names, total, more).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_with_the_word_come_first() {
        let names = ["b-quota", "quota.rate", "other"].map(str::to_owned).to_vec();
        assert_eq!(matching(names, " Quota"), ["quota.rate", "b-quota"]);
    }

    #[test]
    fn a_hundred_values_at_most_and_the_whole_number() {
        let info = page((0..250).map(|n| n.to_string()).collect());
        assert_eq!((info.values.len(), info.total, info.has_more), (100, Some(250), Some(true)));
        let info = page(vec!["a".to_owned()]);
        assert_eq!((info.total, info.has_more), (Some(1), Some(false)));
    }
}
