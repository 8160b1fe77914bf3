//! What README.md shows is what the program does.

use crate::common::{program, repository, run, stderr, stdout};

fn readme() -> String {
    std::fs::read_to_string(repository("README.md")).unwrap()
}

/// A command of the page and what the page says it prints.
struct Exchange {
    command: String,
    shown: String,
}

/// The shell fences after which the page says "prints" and shows a text fence.
fn exchanges(readme: &str) -> Vec<Exchange> {
    let mut found = Vec::new();
    for part in readme.split("```sh\n").skip(1) {
        let (command, after) = part.split_once("\n```\n").unwrap();
        let Some(shown) = after.strip_prefix("\nprints\n\n") else { continue };
        let ticks = shown.len() - shown.trim_start_matches('`').len();
        let (fence, rest) = shown.split_at(ticks);
        let (text, _) = rest.strip_prefix("text\n").unwrap().split_once(&format!("\n{fence}\n")).unwrap();
        found.push(Exchange { command: command.to_owned(), shown: text.to_owned() });
    }
    found
}

/// Whether a printed text is the shown one, where a shown line `...` stands for any number of lines.
fn same(printed: &str, shown: &str) -> bool {
    let mut rest = format!("\n{}\n", printed.trim_end());
    let mut parts = shown.split("\n...\n").enumerate().peekable();
    while let Some((at, part)) = parts.next() {
        let wanted = format!("\n{}\n", part.trim_end_matches("\n..."));
        let Some(place) = rest.find(&wanted) else { return false };
        let end = place + wanted.len();
        let open = shown.ends_with("\n...");
        if (at == 0 && place != 0) || (parts.peek().is_none() && !open && end != rest.len()) {
            return false;
        }
        rest = rest[end - 1..].to_owned();
    }
    true
}

#[cfg(unix)]
#[test]
fn every_exchange_of_the_readme_is_what_the_program_prints() {
    let readme = readme();
    let exchanges = exchanges(&readme);
    for verb in ["diagnose", "validate", "test", "retry"] {
        assert!(exchanges.iter().any(|e| e.command.contains(&format!("klingai-mcp {verb}"))), "an exchange for {verb}");
    }
    let folder = std::path::Path::new(program().get_program()).parent().unwrap().to_str().unwrap().to_owned();
    // Nothing of the environment but a shell's own default path, and the program in front of it.
    let path = format!("PATH={folder}:$PATH; export PATH");
    for Exchange { command, shown } in exchanges {
        let output = run(std::process::Command::new("sh").args(["-c", &format!("{path}\n{command}")]).env_clear(), b"");
        assert_eq!(stderr(&output), "", "{command}");
        let printed = stdout(&output);
        assert!(same(&printed, &shown), "{command}\nprints\n{printed}\nand the page shows\n{shown}");
    }
}

#[test]
fn an_exchange_that_differs_in_one_line_is_seen() {
    assert!(same("a\nb\nc\nd\n", "a\n...\nd"));
    assert!(same("a\nb\nc\n", "a\n..."));
    assert!(same("a\nb\n", "a\nb"));
    for (printed, shown) in [("a\nb\n", "a"), ("a\nb\n", "b"), ("a\nx\nd\ne", "a\n...\nd"), ("x\na", "a\n..."), ("a\nb", "a\n...\nc")] {
        assert!(!same(printed, shown), "{printed:?} {shown:?}");
    }
}

#[test]
fn the_readme_lists_every_environment_variable() {
    let readme = readme();
    for variable in klingai_mcp::config::ALL {
        assert!(readme.contains(&format!("| `{}` |", variable.name)), "{}", variable.name);
    }
}
