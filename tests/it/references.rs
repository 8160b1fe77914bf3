//! The pages keep their form, mention only what exists, and their examples do what they say.

use std::path::Path;

use klingai_mcp::docs;

use crate::common::engine;

#[test]
fn the_pages_have_no_fault() {
    let faults = docs::faults(engine());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn examples_are_executed() {
    assert!(docs::executed(engine()) > 0);
}

#[test]
fn every_folder_has_pages() {
    let k = &engine().knowledge;
    let folders = [
        ("causes", k.causes.len()),
        ("codes", k.codes.len()),
        ("http", k.http.len()),
        ("messages", k.messages.len()),
        ("gateways", k.gateways.len()),
        ("myths", k.myths.len()),
        ("guides", k.guides.len()),
        ("endpoints", k.endpoints.len()),
    ];
    for (folder, parsed) in folders {
        let prefix = format!("{folder}/");
        let files = k.files().filter(|path| path.starts_with(&prefix)).count();
        assert!(files > 0 && parsed > 0, "{folder}: {files} files, {parsed} parsed");
    }
}

#[test]
fn every_page_file_is_parsed() {
    let k = &engine().knowledge;
    let parsed =
        [k.causes.len(), k.codes.len(), k.http.len(), k.messages.len(), k.gateways.len(), k.myths.len(), k.rules.len(), k.guides.len()]
            .iter()
            .sum::<usize>();
    let pages = k.files().filter(|path| Path::new(path).extension().is_some_and(|end| end == "md") && *path != "README.md").count();
    assert_eq!(parsed, pages);
}

#[test]
fn every_cause_has_a_page_under_its_id() {
    for doc in &engine().knowledge.causes {
        assert!(engine().knowledge.file(&format!("causes/{}.md", doc.head.id)).is_some(), "{}", doc.head.id);
    }
}
