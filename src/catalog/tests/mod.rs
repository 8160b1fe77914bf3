use std::sync::OnceLock;

use super::*;
use crate::knowledge::requests::PriceStatus;

fn catalog() -> Catalog<'static> {
    static TABLES: OnceLock<(Knowledge, RequestKnowledge)> = OnceLock::new();
    let (knowledge, requests) = TABLES.get_or_init(|| (Knowledge::load().unwrap(), RequestKnowledge::load().unwrap()));
    Catalog::new(knowledge, requests)
}

/// All addresses inside a text.
fn addresses(text: &str) -> Vec<String> {
    let parts = text.split(links::SCHEME).skip(1);
    let address = |part: &str| part.split([')', '`', ' ', '"', '\n']).next().unwrap_or_default().trim_end_matches(['.', ',']).to_owned();
    parts.map(address).filter(|rest| !rest.contains('{')).map(|rest| format!("{}{rest}", links::SCHEME)).collect()
}

#[test]
fn every_id_of_every_kind_has_an_entry_and_stands_in_its_index() {
    let catalog = catalog();
    for kind in Kind::ALL {
        let index = catalog.index(*kind);
        assert!(index.text.len() > 100, "{kind:?}: {}", index.text);
        for id in catalog.ids(*kind) {
            assert!(catalog.entry(*kind, &id).is_some_and(|entry| !entry.text.trim().is_empty()), "{kind:?} {id}");
            let listed = index.text.contains(&links::uri(*kind, &id));
            assert!(listed || *kind == Kind::Prices, "{kind:?} {id} is not in its index");
        }
    }
}

#[test]
fn ids_are_distinct_and_the_pages_of_a_folder_are_all_reached() {
    let catalog = catalog();
    let mut pages = 0;
    for kind in Kind::ALL {
        let ids = catalog.ids(*kind);
        let set: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(set.len(), ids.len(), "{kind:?}");
        pages += if Kind::PAGES.contains(kind) { ids.len() } else { 0 };
    }
    let k = catalog.knowledge;
    let guides = k.guides.len() - 1; // the overview is a kind of its own
    let docs = [k.codes.len(), k.causes.len(), k.gateways.len(), k.messages.len(), k.http.len(), k.rules.len(), k.myths.len(), guides];
    assert_eq!(pages, docs.iter().sum::<usize>());
}

#[test]
fn every_address_in_every_text_can_be_read() {
    let catalog = catalog();
    for kind in Kind::ALL {
        let entries = catalog.ids(*kind).into_iter().filter_map(|id| catalog.entry(*kind, &id)).chain([catalog.index(*kind)]);
        for entry in entries {
            let text = entry.reader_view();
            let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let relative: Vec<&str> = targets.filter(|target| target.contains(".md") && !target.contains("://")).collect();
            assert!(relative.is_empty(), "{}: {relative:?}", entry.path);
            for address in addresses(&text) {
                assert!(catalog.at(&address).is_some(), "{}: {address} names nothing", entry.path);
            }
        }
    }
}

#[test]
fn a_schema_is_json_that_names_its_own_address() {
    let catalog = catalog();
    let ids = catalog.ids(Kind::Schemas);
    assert!(ids.len() > 30, "{} schemas", ids.len());
    for id in ids {
        let entry = catalog.entry(Kind::Schemas, &id).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&entry.text).unwrap();
        assert_eq!((&schema["$id"], entry.format), (&links::uri(Kind::Schemas, &id).into(), Format::JsonSchema));
    }
    assert!(catalog.entry(Kind::Schemas, "legacy.text2video.get").is_none(), "a read has no body");
}

#[test]
fn a_model_page_tells_state_features_and_where_the_prices_are() {
    let text = catalog().entry(Kind::Models, "KLING-V2-6").unwrap().text;
    for word in ["legacy generation", "last frame (conditional: only with sound off)", "kling://prices/kling-v2-6", "kling://sources/"] {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

#[test]
fn an_endpoint_page_tells_fields_limits_schema_and_rules() {
    let text = catalog().entry(Kind::Endpoints, "new.t2v.3.0").unwrap().text;
    for word in [
        "# POST /text-to-video/kling-3.0",
        "| `prompt` | body | string | yes | at most 3072 characters",
        "kling://schemas/new.t2v.3.0",
        "kling://rules/",
    ] {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

#[test]
fn only_todays_prices_stand_in_the_price_list() {
    let (list, prices) = (catalog().index(Kind::Prices).text, &catalog().requests.prices);
    for row in &prices.prices {
        assert_eq!(list.contains(&format!("| {} |", row.id)), row.status == PriceStatus::Current, "{}", row.id);
    }
}

#[test]
fn a_word_is_found_as_address_as_kind_and_id_as_id_as_path_and_as_kind() {
    let catalog = catalog();
    let rows = [
        ("1303", "codes/1303.md"),
        ("kling://codes/1303", "codes/1303.md"),
        ("codes/1303", "codes/1303.md"),
        ("g01", "rules/G01.md"),
        ("error-codes", "error-codes.md"),
        ("kling-v1-6", "models.toml"),
        ("/v1/videos/text2video", "endpoints/"),
        ("schemas/new.t2v.3.0", "fields/new.t2v.3.0.toml"),
        ("prices/kling-v3", "prices.toml"),
        ("v3-silent-720p", "prices.toml"),
        ("docs-en", "sources.toml"),
        ("python/auth", "patterns/python/auth.py"),
        ("causes", "causes/"),
        ("README", "README.md"),
    ];
    for (word, path) in rows {
        assert_eq!(catalog.find(word).map(|entry| entry.path).as_deref(), Some(path), "{word}");
    }
    for word in ["", "nothing-like-it", "kling://", "kling://codes/9", "../codes/1303", "codes/../README"] {
        assert_eq!(catalog.find(word), None, "{word}");
    }
}

#[test]
fn near_names_hold_the_word_and_stay_within_their_kind() {
    let catalog = catalog();
    assert_eq!(catalog.near(Some(Kind::Causes), "quota.concurency").first().map(String::as_str), Some("quota.rate"));
    assert!(catalog.near(Some(Kind::Codes), "130").iter().all(|code| code.starts_with("130")));
    assert!(catalog.near(None, "quota").len() <= NEAR);
    assert!(catalog.near(None, "日本").is_empty());
}
