//! The skill "kling-troubleshooting": how an assistant works with the tools, for hosts that load skills.
//!
//! `SKILL.md` lies in the plugin package. The files beside it are the index pages of the catalogue; they are written when a
//! package is built, and made on the fly when the skill is served.

use crate::catalog::{Catalog, Kind};

/// Name of the skill and of its folder.
pub const NAME: &str = "kling-troubleshooting";

/// The text of `SKILL.md`.
pub const SKILL_MD: &str = include_str!("../packaging/plugin/skills/kling-troubleshooting/SKILL.md");

/// Kinds whose index stands beside `SKILL.md`; the others are for editors and programs.
const KINDS: &[Kind] = &[
    Kind::ErrorCodes,
    Kind::Causes,
    Kind::Messages,
    Kind::Http,
    Kind::Gateways,
    Kind::Rules,
    Kind::Myths,
    Kind::Guides,
    Kind::Endpoints,
    Kind::Models,
    Kind::Prices,
];

/// Paths inside the skill with their texts, `SKILL.md` first.
pub fn files(catalog: &Catalog<'_>) -> Vec<(String, String)> {
    let reference = |kind: &Kind| (format!("references/{}.md", kind.word()), catalog.index(*kind).reader_view());
    [("SKILL.md".to_owned(), SKILL_MD.to_owned())].into_iter().chain(KINDS.iter().map(reference)).collect()
}

/// A member of the front matter.
pub fn front_matter(key: &str) -> Option<&'static str> {
    let (head, _) = SKILL_MD.strip_prefix("---\n")?.split_once("\n---\n")?;
    head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ").map(str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Knowledge, RequestKnowledge};

    #[test]
    fn the_front_matter_names_the_skill_and_the_phrases_people_say() {
        assert_eq!(front_matter("name"), Some(NAME));
        let description = front_matter("description").unwrap();
        for phrase in ["klingai not working", "kling ai error", "fix klingai", "klingai failed"] {
            assert!(description.contains(phrase), "{phrase}");
        }
        assert!(description.len() <= 1024 && !description.contains(": "), "plain YAML: {description}");
    }

    #[test]
    fn every_file_that_the_skill_names_is_beside_it_and_none_is_left_unnamed() {
        let (knowledge, requests) = (Knowledge::load().unwrap(), RequestKnowledge::load().unwrap());
        let files = files(&Catalog::new(&knowledge, &requests));
        assert_eq!(files.len(), KINDS.len() + 1);
        for (path, text) in files.iter().skip(1) {
            assert!(SKILL_MD.contains(&format!("]({path})")), "{path} is not named");
            assert!(!text.contains("](../"), "{path}");
        }
        assert_eq!(SKILL_MD.matches("](references/").count(), KINDS.len());
    }
}
