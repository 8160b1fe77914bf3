//! What never changes while a sandbox runs: the references, the request check, and lookups made of them.

use std::sync::{Arc, OnceLock};

use super::SandboxError;
use crate::knowledge::sandbox::{Product, Text};
use crate::knowledge::{Endpoint, Knowledge, SandboxKnowledge};
use crate::validate::Validator;

/// The references, ready to answer.
#[derive(Debug)]
pub(super) struct World {
    pub(super) knowledge: Knowledge,
    pub(super) validator: Validator,
    pub(super) table: SandboxKnowledge,
}

impl World {
    /// The one of this process; parsing takes longer than starting a server.
    pub(super) fn shared() -> Result<Arc<Self>, SandboxError> {
        static WORLD: OnceLock<Arc<World>> = OnceLock::new();
        if let Some(world) = WORLD.get() {
            return Ok(Arc::clone(world));
        }
        let world = Arc::new(Self::load()?);
        Ok(Arc::clone(WORLD.get_or_init(|| world)))
    }

    fn load() -> Result<Self, SandboxError> {
        Ok(Self { knowledge: Knowledge::load()?, validator: Validator::new()?, table: SandboxKnowledge::load()? })
    }

    /// The words of an answer.
    pub(super) fn text(&self, id: &str) -> Option<&Text> {
        self.table.texts.iter().find(|text| text.id == id)
    }

    /// The HTTP status of a code, and the words to send where none were recorded.
    pub(super) fn code(&self, code: i64) -> (u16, String) {
        match self.knowledge.code(code) {
            Some(page) => (
                page.head.http.first().copied().unwrap_or(500),
                format!("{} [sandbox: the service's words are not known]", page.head.title),
            ),
            None => (500, format!("{code} [sandbox: no page has this code]")),
        }
    }

    /// The endpoint of a path and method; a path of another method is told apart from none.
    pub(super) fn route(&self, method: &str, path: &str) -> Route<'_> {
        let fitting = |row: &&Endpoint| fits(&row.path, path) || row.aliases.iter().any(|alias| fits(alias, path));
        let mut rows: Vec<&Endpoint> = self.knowledge.endpoints.iter().filter(fitting).collect();
        rows.sort_by_key(|row| (row.method != method, row.path != path));
        match rows.first() {
            Some(row) if row.method == method => Route::Endpoint(row),
            Some(row) => Route::OtherMethod(row),
            None if self.model_path(path) => Route::UnknownModel,
            None => Route::None,
        }
    }

    /// Whether the first of two segments is that of paths with a model.
    fn model_path(&self, path: &str) -> bool {
        let halves = |path: &str| path.strip_prefix('/').and_then(|rest| rest.split_once('/')).map(|(a, b)| (a.to_owned(), b.to_owned()));
        let Some((family, model)) = halves(path) else { return false };
        let new = self.knowledge.endpoints.iter().filter(|row| row.generation == "new");
        !model.is_empty() && !model.contains('/') && new.filter_map(|row| halves(&row.path)).any(|(first, _)| first == family)
    }

    /// What an endpoint's tasks draw on. Avatar, speech, voices and elements draw on the video pack.
    pub(super) fn product(endpoint: &Endpoint) -> Product {
        if endpoint.id.contains("try-on") {
            Product::TryOn
        } else if endpoint.path.starts_with("/v1/images/") {
            Product::Image
        } else {
            Product::Video
        }
    }
}

/// What a path and method lead to.
#[derive(Debug)]
pub(super) enum Route<'w> {
    Endpoint(&'w Endpoint),
    OtherMethod(&'w Endpoint),
    UnknownModel,
    None,
}

fn fits(template: &str, path: &str) -> bool {
    match template.strip_suffix("{id}") {
        None => template == path,
        Some(stem) => path.strip_prefix(stem).is_some_and(|id| !id.is_empty() && !id.contains('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_leads_to_itself() {
        let world = World::shared().unwrap();
        assert!(world.knowledge.endpoints.len() > 100 - 20);
        for row in &world.knowledge.endpoints {
            let path = row.path.replace("{id}", "8401");
            let found = match world.route(&row.method, &path) {
                Route::Endpoint(found) => found.id.clone(),
                other => panic!("{} leads to {other:?}", row.id),
            };
            assert_eq!(found, row.id);
        }
    }

    #[test]
    fn a_wrong_method_a_wrong_model_and_a_wrong_path_are_three_things() {
        let world = World::shared().unwrap();
        assert!(matches!(world.route("DELETE", "/v1/videos/text2video"), Route::OtherMethod(_)));
        assert!(matches!(world.route("POST", "/text-to-video/kling-99"), Route::UnknownModel));
        assert!(matches!(world.route("GET", "/v1/tasks/1"), Route::None));
    }
}
