//! A policy as a program: the worker of a language with the policy's numbers put in.
//!
//! The workers are the files `references/patterns/<language>/worker.<ext>`. A line that ends in a comment `policy: NAME` holds
//! the numbers of that name; nothing else of the file is touched, so what is tested is what is handed out.

mod values;

use crate::knowledge::{Knowledge, Retry, language_name};

use super::policy::Policy;
use super::report::{Code, CodeFile};
use values::{Style, values};

/// What marks a line of numbers, before their name.
const MARK: &str = "policy: ";
/// Name of the pattern that is filled in.
const PATTERN: &str = "worker";

/// A language with a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Python 3.9 and later, standard library.
    Python,
    /// TypeScript for Node 20 and later, standard library.
    Typescript,
    /// Go 1.18 and later, standard library.
    Go,
    /// Rust with tokio, reqwest and serde_json.
    Rust,
    /// Java 17 and later, standard library.
    Java,
    /// POSIX shell with curl.
    Shell,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Python, Self::Typescript, Self::Go, Self::Rust, Self::Java, Self::Shell];

    /// Its name, as arguments and folders have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Typescript => "typescript",
            Self::Go => "go",
            Self::Rust => "rust",
            Self::Java => "java",
            Self::Shell => "shell",
        }
    }

    /// The language of this name; `auto` is Python.
    pub fn named(name: &str) -> Option<Self> {
        if name == "auto" {
            return Some(Self::Python);
        }
        Self::ALL.into_iter().find(|language| language.name() == language_name(name))
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Python => "worker.py",
            Self::Typescript => "worker.ts",
            Self::Go => "worker.go",
            Self::Rust => "worker.rs",
            Self::Java => "Worker.java",
            Self::Shell => "worker.sh",
        }
    }

    const fn run(self) -> &'static str {
        match self {
            Self::Python => "python3 worker.py JOBS JOURNAL",
            Self::Typescript => {
                "npx -p typescript -p @types/node tsc --target es2022 --module commonjs worker.ts; node worker.js JOBS JOURNAL"
            }
            Self::Go => "go run worker.go JOBS JOURNAL",
            Self::Rust => "cargo init --name worker; cargo add, as its first lines say; cargo run -- JOBS JOURNAL",
            Self::Java => "java Worker.java JOBS JOURNAL",
            Self::Shell => "sh worker.sh JOBS JOURNAL",
        }
    }

    /// A shell counts in whole seconds and separates by blanks.
    const fn style(self) -> Style {
        match self {
            Self::Shell => Style::Words,
            Self::Python | Self::Typescript | Self::Go | Self::Rust | Self::Java => Style::List,
        }
    }
}

/// The worker of the language with the policy's numbers; none where the pattern is missing.
pub fn render(knowledge: &Knowledge, policy: &Policy, language: Language) -> Option<Code> {
    let template = knowledge.pattern(language.name(), PATTERN)?;
    let usage = format!(
        "KLING_API_KEY=... {}. JOBS: a line `ID PATH BODY` for each job; exit code 0 when all have results. Run it again to go on.",
        language.run()
    );
    let files = vec![CodeFile { name: language.file().to_owned(), text: filled(template, policy, language.style()) }];
    Some(Code { language: language.name().to_owned(), files, usage })
}

/// The text with the numbers of its marked lines replaced.
fn filled(template: &str, policy: &Policy, style: Style) -> String {
    let values = values(policy);
    let mut out = String::with_capacity(template.len() + 256);
    for line in template.lines() {
        let new = line.rsplit_once(MARK).and_then(|(before, name)| with(before, name, values.get(name)?.text(style).as_str()));
        out.push_str(new.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

/// The line with its last run of numbers, separators included, replaced.
fn with(before: &str, name: &str, numbers: &str) -> Option<String> {
    let end = before.rfind(|sign: char| sign.is_ascii_digit())? + 1;
    let (head, tail) = (before.get(..end)?, before.get(end..)?);
    let kept = head.trim_end_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ',' | ' ' | '-'));
    let blanks = head.get(kept.len()..)?.chars().take_while(|&sign| sign == ' ').count();
    Some(format!("{kept}{}{numbers}{tail}{MARK}{name}", " ".repeat(blanks)))
}

/// The class whose failures a create waits out by backoff.
fn backed_off(policy: &Policy) -> Option<&super::policy::Class> {
    policy.classes.iter().find(|class| class.verdict == Retry::Retry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::{Input, suggest};

    fn policy_of(jobs: i64) -> Policy {
        let knowledge = Knowledge::load().unwrap();
        let input = Input { jobs: Some(jobs), slots: Some(7), job_seconds: vec![60.0], ..Input::default() };
        suggest(&knowledge, &input, &|_| crate::retry::Reading::default()).unwrap().advice.policy
    }

    #[test]
    fn each_number_of_each_worker_has_a_value_and_nothing_else_changes() {
        let (knowledge, policy) = (Knowledge::load().unwrap(), policy_of(10));
        let values = values(&policy);
        for language in Language::ALL {
            let template = knowledge.pattern(language.name(), PATTERN).unwrap();
            let code = render(&knowledge, &policy, language).unwrap();
            let text = &code.files[0].text;
            assert_eq!(template.lines().count(), text.lines().count());
            let mut marked = 0;
            for (old, new) in template.lines().zip(text.lines()) {
                let Some((_, name)) = old.rsplit_once(MARK) else {
                    assert_eq!(old, new);
                    continue;
                };
                let value = values.get(name).unwrap_or_else(|| panic!("{name} has no value"));
                assert!(new.contains(&value.text(language.style())) && new.ends_with(name), "{new}");
                marked += 1;
            }
            assert!(marked + 1 >= values.len(), "{}: {marked} of {}", language.name(), values.len());
            // Java brings its own JSON, Rust is laid out by rustfmt.
            let most = if matches!(language, Language::Java | Language::Rust) { 18_500 } else { 14_500 };
            assert!(text.len() <= most, "{}: {} bytes", language.name(), text.len());
        }
    }

    #[test]
    fn numbers_are_replaced_in_the_grammar_of_each_language() {
        for (line, numbers, wanted) in [
            ("SLOTS = 5  # policy: n", "7", "SLOTS = 7  # policy: n"),
            ("    \"slots\": [1, 2],  # policy: n", "3, 4", "    \"slots\": [3, 4],  # policy: n"),
            ("POLL_AT='84 100' # policy: n", "1 2 3", "POLL_AT='1 2 3' # policy: n"),
            ("const AT: &[f64] = &[84.0, -1]; // policy: n", "2.0", "const AT: &[f64] = &[2.0]; // policy: n"),
        ] {
            let before = line.strip_suffix("policy: n").unwrap();
            assert_eq!(with(before, "n", numbers).unwrap(), wanted);
        }
    }
}
