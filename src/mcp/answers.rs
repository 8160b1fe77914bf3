//! What answers share: how long they may be kept, and how a name of the caller is repeated.
//!
//! What is compiled in is the same for everybody until the program is replaced.

use rmcp::model::{
    CacheScope, GetSkillResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult, ListToolsResult,
    ReadResourceResult,
};

/// An hour, in milliseconds.
pub(super) const TTL_MS: u64 = 3_600_000;

/// An answer that carries caching hints.
pub(super) trait Cached: Sized {
    /// The answer with the hints of compiled-in data.
    fn cached(self) -> Self;
}

macro_rules! cached {
    ($($answer:ty),+) => {
        $(impl Cached for $answer {
            fn cached(mut self) -> Self {
                self.ttl_ms = Some(TTL_MS);
                self.cache_scope = Some(CacheScope::Public);
                self
            }
        })+
    };
}

cached!(
    GetSkillResult,
    ListPromptsResult,
    ListResourceTemplatesResult,
    ListResourcesResult,
    ListSkillsResult,
    ListToolsResult,
    ReadResourceResult
);

/// A name of the caller as it may be repeated in an error: short and plain.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(120).collect()
}
