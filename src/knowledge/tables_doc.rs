//! The generated blocks of the reference pages: written by `docs --write`, held by `docs --check`.

use std::fmt::Write as _;

use super::Knowledge;

const BEGIN: &str = "<!-- table:begin -->";
const END: &str = "<!-- table:end -->";

/// Files with a generated block, each with the block it should have.
pub fn blocks(knowledge: &Knowledge) -> Vec<(&'static str, String)> {
    vec![("error-codes.md", codes(knowledge)), ("README.md", readings(knowledge))]
}

/// The text with its block replaced; nothing when it has no markers.
pub fn replaced(text: &str, block: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{block}{END}{after}"))
}

/// Files whose generated block is not what the pages say.
pub fn stale(knowledge: &Knowledge) -> Vec<String> {
    let differs = |(path, block): (&'static str, String)| {
        let text = knowledge.file(path)?;
        (replaced(text, &block).as_deref() != Some(text))
            .then(|| format!("{path}: the generated table is old: run `cargo run -- docs --write references`"))
    };
    blocks(knowledge).into_iter().filter_map(differs).collect()
}

fn codes(knowledge: &Knowledge) -> String {
    let mut out = String::from(
        "| HTTP | Code | What it is | Create again? | Read again? | May a task exist? | Leading causes |\n|---|---|---|---|---|---|---|\n",
    );
    for doc in knowledge.codes.iter().filter(|doc| doc.head.kling) {
        let head = &doc.head;
        let http: Vec<String> = head.http.iter().map(u16::to_string).collect();
        let causes: Vec<String> = head.causes.iter().map(|id| format!("[{id}](causes/{id}.md)")).collect();
        let _ = writeln!(
            out,
            "| {} | [{}](codes/{}.md) | {} | {} | {} | {} | {} |",
            http.join(", "),
            head.code,
            head.code,
            head.title,
            spoken(head.retry.word()),
            spoken(head.retry_query.word()),
            spoken(head.task_state.word()),
            causes.join(", ")
        );
    }
    out
}

fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

fn readings(knowledge: &Knowledge) -> String {
    let mut out = String::from("| Reading | Made when |\n|---|---|\n");
    for row in &knowledge.readings {
        let _ = writeln!(out, "| `{}` | {} |", row.name, row.means);
    }
    out
}
