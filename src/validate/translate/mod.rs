//! The same intent on the other API generation, with what cannot be said there.
//!
//! Only for a request that can be understood: of one generation, with a model that both have, and without a list that only
//! running the snippet would tell. Host and credentials are left to the caller.

mod draft;
mod prompt;
mod to_legacy;
mod to_new;

use std::collections::BTreeMap;

use crate::knowledge::Endpoint;

use super::case::Case;
use super::cost::family;
use super::report::{Sendable, Translation};
use draft::{Draft, Target};

/// The request on the other generation, if its model is served there too.
pub(super) fn translate(case: &Case<'_>) -> Option<Translation> {
    let (endpoint, model) = other(case)?;
    let target = Target { fields: case.requests.endpoint(&endpoint.id)?, model };
    let strange = understandable(case, &target)?;
    let mut draft = if case.new_generation() { to_legacy::body(case, &target)? } else { to_new::body(case, &target)? };
    draft.losses.extend(strange);
    Some(Translation { request: sendable(endpoint, &draft), losses: draft.losses })
}

/// The endpoint of the same kind for the same model in the other generation, and its name of the model.
fn other<'k>(case: &Case<'k>) -> Option<(&'k Endpoint, &'k str)> {
    let kind = family(&case.endpoint.id)?;
    let model = case.model?;
    let same = case.knowledge.models.iter().find(|row| row.id == model && row.product == "video")?.same_as.as_deref()?;
    let mut fitting = case
        .knowledge
        .endpoints
        .iter()
        .filter(|row| row.kind == "create" && family(&row.id) == Some(kind) && row.models.iter().any(|id| id == same));
    fitting.find(|row| row.generation != case.endpoint.generation).map(|row| (row, same))
}

/// Losses of members that nobody knows; nothing when the request mixes generations or a value that decides is not known.
fn understandable(case: &Case<'_>, target: &Target<'_>) -> Option<Vec<String>> {
    const DECIDING: &[&str] = &[
        "/contents",
        "/settings",
        "/options",
        "/settings/duration",
        "/settings/resolution",
        "/settings/audio",
        "/settings/multi_shot",
        "/mode",
        "/duration",
        "/sound",
        "/multi_shot",
        "/shot_type",
        "/multi_prompt",
        "/image_list",
        "/video_list",
        "/element_list",
        "/voice_list",
        "/prompt",
    ];
    const LISTS: &[&str] = &["/contents", "/multi_prompt", "/image_list", "/video_list", "/element_list", "/voice_list"];
    let item = |list: &&str| case.items(list).iter().any(|(at, _)| case.unknown(at));
    if DECIDING.iter().any(|pointer| case.unknown(pointer)) || LISTS.iter().any(item) {
        return None;
    }
    let known = |key: &str| case.fields.fields.iter().any(|row| row.name == key);
    let strange: Vec<&str> = case.body.members().iter().map(|member| member.key.as_str()).filter(|key| !known(key)).collect();
    if strange.iter().any(|key| target.has(key)) {
        return None;
    }
    Some(strange.into_iter().map(|key| format!("{} is not known and was left out", named(key))).collect())
}

/// A key that may be repeated.
fn named(key: &str) -> String {
    let plain = key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!("`{key}`") } else { "a member".to_owned() }
}

fn sendable(endpoint: &Endpoint, draft: &Draft) -> Sendable {
    let headers = [("Authorization", "Bearer <your API key>"), ("Content-Type", "application/json")];
    Sendable {
        method: endpoint.method.clone(),
        endpoint: endpoint.path.clone(),
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>(),
        body: Some(draft.body()),
    }
}

#[cfg(test)]
mod tests;
