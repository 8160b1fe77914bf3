//! What the program says of itself: help whose examples run, completions, manual pages, the table of variables.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{program, repository, run, stderr, stdout};

const REQUEST: &str =
    "curl https://api-singapore.klingai.com/text-to-video/kling-3.0 -H 'Authorization: Bearer YOUR_KEY' -d '{\"prompt\":\"a fox\"}'";
const ERROR: &str = r#"HTTP/1.1 429 {"code":1303,"message":"parallel task over resource pack limit","request_id":"r-1"}"#;
/// A token of the legacy generation; its signature fits no key.
const TOKEN: &str = "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiYWsiLCAiZXhwIjogMTc5NTAwMDAwMCwgIm5iZiI6IDE3OTQ5OTgwMDB9.c2lnc2lnc2lnc2lnc2lnc2lnc2lnc2lnc2lnc2ln";
/// Serve until they are ended.
const SERVERS: [&str; 2] = ["klingai-mcp serve", "klingai-mcp sandbox"];
/// Need what only the reader has: an id of a paid call.
const PLACEHOLDER: &str = "kmcp-...";

fn printed(arguments: &[&str]) -> String {
    let output = run(program().args(arguments), b"");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
    stdout(&output)
}

/// The verbs, as the help lists them.
fn verbs() -> Vec<String> {
    let help = printed(&["--help"]);
    let (_, rest) = help.split_once("\nCommands:\n").unwrap();
    let (list, _) = rest.split_once("\n\n").unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

/// The examples at the end of a help, without what is said about them.
fn examples(help: &str) -> Vec<String> {
    let (_, rest) = help.rsplit_once("\nExamples:\n").unwrap_or_else(|| panic!("no examples at the end of\n{help}"));
    let lines = rest.trim_end().lines();
    lines
        .map(|line| {
            assert!(
                line.starts_with("  ") && line.contains(' '),
                "an example that is wrapped, or text after the examples: {line:?} in\n{help}"
            );
            line.trim().split("   ").next().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn every_help_ends_with_examples_of_its_verb() {
    let verbs = verbs();
    assert!(verbs.len() >= 15, "{verbs:?}");
    for verb in &verbs {
        let found = examples(&printed(&[verb, "--help"]));
        let own = [format!("klingai-mcp {verb}"), format!("cargo run -- {verb}")];
        assert!(found.iter().all(|line| own.iter().any(|own| line.contains(own.as_str()))), "{verb}: {found:?}");
    }
    assert!(examples(&printed(&["--help"])).iter().all(|line| line.contains("klingai-mcp")));
}

/// A folder with the files that examples name, and with stand-ins for programs of other systems.
fn workshop() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for name in ["error.json", "app.log"] {
        write(name, ERROR, 0o600);
    }
    for name in ["request.sh", "requests/a.json"] {
        write(name, REQUEST, 0o600);
    }
    write("body.json", r#"{"model_name":"kling-v2-6","prompt":"a fox","duration":"5"}"#, 0o600);
    write("worker.py", "while True:\n    requests.post(url, json=body)\n", 0o600);
    write("token", &"t".repeat(40), 0o600);
    write("messages.jsonl", "", 0o600);
    write("mine.toml", &std::fs::read_to_string(repository("references/scenarios/reset-after.toml")).unwrap(), 0o600);
    for (name, text) in [("pbpaste", TOKEN), ("some-command", ERROR)] {
        write(&format!("bin/{name}"), &format!("#!/bin/sh\necho '{text}'\n"), 0o700);
    }
    write("workload.json", r#"{"jobs": 40, "slots": 5, "outages": [{"start_s": 600, "length_s": 300}]}"#, 0o600);
    write("bin/claude", "#!/bin/sh\nexit 0\n", 0o700);
    for entry in std::fs::read_dir(repository("references")).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        write(&format!("references/{}", entry.file_name().display()), &std::fs::read_to_string(entry.path()).unwrap(), 0o600);
    }
    write("README.md", &std::fs::read_to_string(repository("README.md")).unwrap(), 0o600);
    folder
}

/// A shell with this program first, no credential that opens anything, and no way to the network beyond this machine.
fn shell(folder: &Path, line: &str) -> Command {
    let own = Path::new(program().get_program()).parent().unwrap().to_owned();
    let line = line.replace("cargo run --", "klingai-mcp").replace("CODE", "1303");
    // The shell's own default path, with these two in front.
    let line = format!("PATH='{}':'{}':$PATH; export PATH\n{line}", folder.join("bin").display(), own.display());
    let mut command = Command::new("sh");
    command.args(["-c", &line]).current_dir(folder).env_clear().env("KLINGAI_STATE_DIR", folder.join("state"));
    command.env("KLING_SECRET_KEY", "a-secret-for-doctor");
    // Nobody listens on the discard port, so that a question to the API ends on this machine.
    command.env("KLING_BASE_URL", "http://127.0.0.1:9");
    command
}

#[cfg(unix)]
#[test]
fn every_example_of_every_help_runs() {
    let folder = workshop();
    let helps = verbs().into_iter().map(|verb| printed(&[&verb, "--help"])).chain([printed(&["--help"])]);
    let all: BTreeSet<String> = helps.flat_map(|help| examples(&help)).collect();
    assert!(all.len() > 40, "{all:?}");
    for line in &all {
        let serves = SERVERS.iter().any(|server| line.starts_with(server)) && !line.contains("--list");
        if serves {
            serves_until_it_is_ended(folder.path(), line);
            continue;
        }
        let output = run(&mut shell(folder.path(), line), b"");
        let (code, err) = (output.status.code().unwrap(), stderr(&output));
        let fine = matches!(code, 0 | 1 | 3 | 4) || (code == 2 && line.contains(PLACEHOLDER) && !err.starts_with("error:"));
        assert!(fine, "{line}\nended with {code}\n{err}");
    }
}

/// It says where it listens, so its arguments are good.
fn serves_until_it_is_ended(folder: &Path, line: &str) {
    use std::io::{BufRead as _, BufReader};
    // A port of its own: the one in the example may be taken on this machine.
    let free = line.replace(":8700", ":0");
    let free = if free.contains(" sandbox") { free.clone() + " --port 0" } else { free };
    let mut child = shell(folder, &format!("exec {free} 2>&1")).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = said.next().map(Result::unwrap).unwrap_or_default();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.contains("http://") || first.contains("listens on"), "{line}\nsaid {first:?}");
}

#[test]
fn completions_of_every_shell_know_every_verb_and_option() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        for word in verbs().iter().map(String::as_str).chain(["suspicion", "max-units", "external-task-id"]) {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_takes_the_completions_and_offers_verbs() {
    let script = printed(&["completions", "bash"]);
    let ask = "\nCOMP_WORDS=(klingai-mcp dia); COMP_CWORD=1; _klingai__mcp klingai-mcp dia klingai-mcp; echo \"${COMPREPLY[@]}\"\n";
    let output = run(Command::new("bash").args(["--norc", "-s"]), (script + ask).as_bytes());
    assert_eq!((stdout(&output).trim(), stderr(&output).as_str()), ("diagnose", ""));
}

#[test]
fn the_manual_has_a_page_for_the_program_and_for_each_verb() {
    let page = printed(&["man"]);
    for verb in verbs() {
        assert!(page.contains(&format!("klingai\\-mcp\\-{verb}(1)")), "{verb}");
        let own = printed(&["man", &verb]);
        assert!(own.starts_with(".ie") && own.contains(&format!(".TH klingai-mcp-{verb} 1")) && own.contains("Examples:"), "{own}");
    }
    let output = run(program().args(["man", "dance"]), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--help lists them"));
}

#[test]
fn the_readme_has_the_table_of_variables_as_the_program_knows_them() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let (_, rest) = readme.split_once("<!-- table:begin -->\n").unwrap();
    let (table, _) = rest.split_once("<!-- table:end -->").unwrap();
    assert_eq!(table, klingai_mcp::config::table(), "run `cargo run -- docs --readme README.md`");
}
