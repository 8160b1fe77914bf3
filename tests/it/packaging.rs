//! Every package says the same of the program: version, names, tools, settings, platforms, links.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use klingai_mcp::{config, skill};
use serde_json::{Value, json};

use crate::common::{program, repository, run, stdout};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn text(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn file(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `owner` of the address of the repository.
fn owner() -> &'static str {
    env!("CARGO_PKG_REPOSITORY").strip_prefix("https://github.com/").unwrap().split('/').next().unwrap()
}

/// The name in the registry, which npm, the image and the README repeat as proof of ownership.
fn registry_name() -> String {
    format!("io.github.{}/klingai-mcp", owner())
}

/// The value of an `ARG` of the container file.
fn container(key: &str) -> String {
    let text = text("packaging/container/Containerfile");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("ARG {key}=\""))).unwrap();
    line.trim_end_matches('"').to_owned()
}

/// Names of the tools, from the server itself.
fn tools() -> Vec<String> {
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}});
    let line = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}});
    let answer: Value = serde_json::from_str(stdout(&run(&mut program(), format!("{line}\n").as_bytes())).trim()).unwrap();
    strings(answer["result"]["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]))
}

fn strings<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<String> {
    values.map(|value| value.as_str().unwrap().to_owned()).collect()
}

fn packages() -> Vec<Value> {
    file("packaging/registry/server.json")["packages"].as_array().unwrap().clone()
}

#[test]
fn every_package_has_the_version_of_the_crate() {
    let npm = file("packaging/npm/klingai-mcp/package.json");
    let market = file(".claude-plugin/marketplace.json");
    let entry = file("packaging/registry/server.json");
    let mut found = vec![
        ("npm", npm["version"].clone()),
        ("desktop bundle", file("packaging/mcpb/manifest.json")["version"].clone()),
        ("plugin", file("packaging/plugin/.claude-plugin/plugin.json")["version"].clone()),
        ("marketplace", market["plugins"][0]["version"].clone()),
        ("the plugin's package", market["plugins"][0]["source"]["version"].clone()),
        ("registry entry", entry["version"].clone()),
        ("container", container("VERSION").into()),
    ];
    found.extend(npm["optionalDependencies"].as_object().unwrap().values().map(|version| ("a platform of npm", version.clone())));
    found.extend(
        packages().into_iter().filter(|package| package["registryType"] != "oci").map(|it| ("registry package", it["version"].clone())),
    );
    for (what, version) in found {
        assert_eq!(version, VERSION, "{what}: run packaging/write.py");
    }
    let image = packages().into_iter().find(|package| package["registryType"] == "oci").unwrap();
    assert_eq!(image["identifier"], format!("{}/klingai-mcp:{VERSION}", owner()));
}

#[test]
fn every_proof_of_ownership_has_the_name_of_the_registry() {
    assert_eq!(file("packaging/registry/server.json")["name"], registry_name());
    assert_eq!(file("packaging/npm/klingai-mcp/package.json")["mcpName"], registry_name());
    assert_eq!(container("MCP_NAME"), registry_name());
    assert!(text("README.md").lines().any(|line| line.trim() == format!("mcp-name: {}", registry_name())));
    for path in ["packaging/mcpb/manifest.json", "packaging/plugin/.claude-plugin/plugin.json"] {
        assert_eq!(file(path)["author"]["name"], owner(), "{path}");
    }
    let install = format!("/plugin install klingai --marketplace {}/klingai-mcp", owner());
    assert!(text("packaging/plugin/README.md").contains(&install), "{install}");
}

#[test]
fn packages_and_skill_name_the_tools_of_the_server() {
    let tools = tools();
    let listed = strings(file("packaging/mcpb/manifest.json")["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]));
    assert_eq!(listed, tools);
    for tool in &tools {
        for (what, text) in [("the skill", skill::SKILL_MD), ("the plugin's README", &text("packaging/plugin/README.md"))] {
            assert!(text.contains(&format!("`{tool}`")), "{what} does not name {tool}");
        }
    }
}

#[test]
fn settings_of_packages_are_variables_of_the_program_and_secrets_are_marked() {
    let known: BTreeMap<&str, bool> = config::ALL.iter().map(|variable| (variable.name, variable.secret)).collect();
    for package in packages() {
        for variable in package["environmentVariables"].as_array().unwrap() {
            let name = variable["name"].as_str().unwrap();
            assert_eq!(known.get(name).copied(), variable["isSecret"].as_bool(), "{name}");
        }
    }
    let bundle = file("packaging/mcpb/manifest.json");
    let plugin = file("packaging/plugin/.claude-plugin/plugin.json");
    let server = &file("packaging/plugin/.mcp.json")["mcpServers"]["klingai"];
    for (environment, form) in [(&bundle["server"]["mcp_config"]["env"], &bundle["user_config"]), (&server["env"], &plugin["userConfig"])] {
        let environment = environment.as_object().unwrap();
        assert_eq!(environment.len(), form.as_object().unwrap().len());
        for (name, value) in environment {
            let key = value.as_str().unwrap().strip_prefix("${user_config.").unwrap().trim_end_matches('}');
            assert_eq!(known.get(name.as_str()).copied(), Some(form[key]["sensitive"] == true), "{name}");
        }
    }
}

#[test]
fn npm_and_the_release_workflow_have_the_same_eight_platforms() {
    let (workflow, facts) = (text(".github/workflows/release.yml"), text("packaging/project.py"));
    let built: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- { target: ")?.split(',').next()).collect();
    let mut offered = BTreeSet::new();
    for target in &built {
        let line = facts.lines().find_map(|line| line.trim().strip_prefix(&format!("\"{target}\": (\""))).unwrap();
        offered.insert(format!("@{}/klingai-mcp-{}", owner(), line.split('"').next().unwrap()));
    }
    let dependencies = file("packaging/npm/klingai-mcp/package.json")["optionalDependencies"].clone();
    assert_eq!(offered, dependencies.as_object().unwrap().keys().cloned().collect());
    let wanted: BTreeSet<String> = ["apple-darwin", "pc-windows-msvc", "unknown-linux-gnu", "unknown-linux-musl"]
        .iter()
        .flat_map(|system| ["x86_64", "aarch64"].map(|cpu| format!("{cpu}-{system}")))
        .collect();
    assert_eq!(built.iter().map(|&target| target.to_owned()).collect::<BTreeSet<_>>(), wanted);
    assert_eq!(built.len(), wanted.len());
}

/// `%41` becomes `A`.
fn unquoted(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn install_links_start_what_the_snippets_start() {
    let links = file("packaging/clients/links.json");
    let link = |name: &str| links[name].as_str().unwrap().to_owned();
    let wanted = json!({"command": "npx", "args": ["-y", "klingai-mcp"]});

    let code = link("vscode");
    let config: Value = serde_json::from_str(&unquoted(code.strip_prefix("vscode:mcp/install?").unwrap())).unwrap();
    assert_eq!(config, json!({"name": "kling", "command": "npx", "args": ["-y", "klingai-mcp"]}));
    assert_eq!(unquoted(link("vscode_web").split_once("?url=").unwrap().1), code);

    for name in ["cursor", "cursor_web"] {
        let address = link(name);
        let (_, encoded) = address.split_once("?name=kling&config=").unwrap();
        let bytes = base64::engine::general_purpose::STANDARD.decode(unquoted(encoded)).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), wanted, "{name}");
    }
    assert!(link("goose").starts_with("goose://extension?cmd=npx&arg=-y&arg=klingai-mcp&id=kling&"));

    for name in ["claude-code.mcp.json", "claude-desktop.json", "cursor.mcp.json", "gemini.settings.json"] {
        assert_eq!(file(&format!("packaging/clients/{name}"))["mcpServers"]["kling"], wanted, "{name}");
    }
    let guide = text("packaging/clients/README.md");
    for name in ["vscode_web", "cursor_web", "goose"] {
        assert!(guide.contains(&link(name)), "{name} is not in the guide");
    }
}

#[test]
fn the_plugin_brings_a_licence_and_an_icon_that_hosts_accept() {
    assert_eq!(text("packaging/plugin/LICENSE"), text("LICENSE"));
    assert!(text("packaging/plugin/README.md").split_whitespace().count() >= 40);
    let icon = std::fs::read(repository("packaging/plugin/icon.png")).unwrap();
    let side = |at: usize| u32::from_be_bytes(icon[at..at + 4].try_into().unwrap());
    assert!(icon.starts_with(b"\x89PNG\r\n\x1a\n") && icon[12..16] == *b"IHDR");
    assert_eq!((side(16), side(20)), (512, 512));
}
