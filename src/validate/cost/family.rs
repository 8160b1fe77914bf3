//! The four ways to make a video that both API generations have.

/// A way to make a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) enum Family {
    /// From words.
    Text,
    /// From a first frame.
    Image,
    /// From material of all kinds.
    Omni,
    /// A person moves as in a video.
    Motion,
}

/// Beginning of the new ids, legacy id, and the way.
const FAMILIES: [(&str, &str, Family); 4] = [
    ("new.t2v.", "legacy.text2video", Family::Text),
    ("new.i2v.", "legacy.image2video", Family::Image),
    ("new.omni.", "legacy.omni-video", Family::Omni),
    ("new.motion.", "legacy.motion-control", Family::Motion),
];

/// The way of an endpoint.
pub(in crate::validate) fn family(endpoint: &str) -> Option<Family> {
    FAMILIES.iter().find(|(new, legacy, _)| endpoint.starts_with(new) || endpoint == *legacy).map(|(_, _, family)| *family)
}
