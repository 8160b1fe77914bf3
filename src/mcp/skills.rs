//! The skill over the protocol (SEP-2640): its manifest, and its files as resources.

use rmcp::model::{
    DIRECTORY_MIME_TYPE, ErrorData, GetSkillResult, ListResourcesResult, ListSkillsResult, Resource, Skill, SkillFrontmatter,
    SkillResource, SkillResources,
};
use serde_json::json;

use super::answers::{Cached as _, plain};
use crate::catalog::{Catalog, Format};
use crate::skill;

fn root() -> String {
    format!("skill://{}", skill::NAME)
}

/// The text of a file of the skill.
pub(super) fn file(catalog: &Catalog<'_>, address: &str) -> Option<String> {
    let path = address.strip_prefix(&root())?.strip_prefix('/')?;
    skill::files(catalog).into_iter().find(|(name, _)| name == path).map(|(_, text)| text)
}

/// The skills: one.
pub(super) fn list(catalog: &Catalog<'_>) -> ListSkillsResult {
    ListSkillsResult::with_all_items(vec![manifest(catalog)]).cached()
}

/// The skill with this address of its `SKILL.md`.
///
/// # Errors
/// Names the address of the one skill.
pub(super) fn get(catalog: &Catalog<'_>, address: &str) -> Result<GetSkillResult, ErrorData> {
    let skill = manifest(catalog);
    if skill.uri != address {
        return Err(ErrorData::invalid_params(format!("no skill is called `{}`; this server has: {}", plain(address), skill.uri), None));
    }
    Ok(GetSkillResult::new(skill).cached())
}

fn manifest(catalog: &Catalog<'_>) -> Skill {
    let text = |key| skill::front_matter(key).unwrap_or_default();
    let files = skill::files(catalog);
    let files = files.iter().map(|(path, text)| SkillResource::from_bytes(format!("{}/{path}", root()), text.as_bytes())).collect();
    let uri = format!("{}/SKILL.md", root());
    Skill::new(uri, SkillFrontmatter::new(text("name"), text("description")), SkillResources::Files(files))
}

/// The direct children of a folder of the skill.
///
/// # Errors
/// Says that the address is no folder.
pub(super) fn directory(catalog: &Catalog<'_>, address: &str) -> Result<ListResourcesResult, ErrorData> {
    let (root, files) = (root(), skill::files(catalog));
    let resource = |path: &str| Resource::new(format!("{root}/{path}"), path.rsplit('/').next().unwrap_or(path));
    let file = |path: &str| resource(path).with_mime_type(Format::Markdown.mime());
    let below = |path: &str| path.starts_with("references/");
    let children: Vec<Resource> = match address.trim_end_matches('/').strip_prefix(&root) {
        Some("") => {
            let top = files.iter().filter(|(path, _)| !below(path)).map(|(path, _)| file(path));
            top.chain([resource("references").with_mime_type(DIRECTORY_MIME_TYPE)]).collect()
        }
        Some("/references") => files.iter().filter(|(path, _)| below(path)).map(|(path, _)| file(path)).collect(),
        _ => {
            let address = plain(address);
            let text = format!("no folder is called `{address}`; this server has: {root}, {root}/references");
            return Err(ErrorData::invalid_params(text, Some(json!({"uri": address}))));
        }
    };
    Ok(ListResourcesResult::with_all_items(children).cached())
}
