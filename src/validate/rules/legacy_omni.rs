//! What a legacy omni request brings along: frames, plain pictures, elements, videos.

use crate::request::{Node, Value};

use crate::validate::case::{Case, filled};

/// The material of a request.
#[derive(Debug, Default)]
pub(super) struct Material {
    /// Pointer of the item that is the first frame.
    pub(super) first: Option<String>,
    /// Pointer of the item that is the end frame.
    pub(super) end: Option<String>,
    /// Pictures that are no frames.
    pub(super) plain: usize,
    /// Pictures in all.
    pub(super) images: usize,
    /// Elements.
    pub(super) elements: usize,
    /// Whether a video is to be edited.
    pub(super) base: bool,
    /// Whether a video serves as a reference.
    pub(super) feature: bool,
}

impl Material {
    /// Reads the lists; none if a part that decides is not known.
    pub(super) fn of(case: &Case<'_>) -> Option<Self> {
        let lists = ["/image_list", "/video_list", "/element_list"];
        if lists.iter().any(|list| case.unknown(list)) {
            return None;
        }
        let mut material = Self { elements: case.items("/element_list").len(), ..Self::default() };
        for (pointer, item) in case.items("/image_list") {
            material.images += 1;
            match kind(item, "type")? {
                Some("first_frame") => material.first = Some(pointer),
                Some("end_frame") => material.end = Some(pointer),
                Some(_) => {}
                None => material.plain += 1,
            }
        }
        for (_, item) in case.items("/video_list") {
            match kind(item, "refer_type")? {
                Some("base") | None => material.base = true,
                Some("feature") => material.feature = true,
                Some(_) => return None,
            }
        }
        Some(material)
    }

    /// Whether a video is there.
    pub(super) const fn video(&self) -> bool {
        self.base || self.feature
    }

    /// Whether a frame is there.
    pub(super) const fn frames(&self) -> bool {
        self.first.is_some() || self.end.is_some()
    }
}

/// A word of an item: not known, not there, or the word.
#[expect(clippy::option_option, reason = "not known, not there, and there are three answers")]
fn kind<'a>(item: &'a Node, key: &str) -> Option<Option<&'a str>> {
    if matches!(item.value, Value::Unknown(_)) {
        return None;
    }
    match item.get(key).filter(|node| filled(&node.value)) {
        None => Some(None),
        Some(node) => node.as_str().map(Some),
    }
}
