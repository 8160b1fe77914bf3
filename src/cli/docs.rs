//! `docs --check`: for people who edit the reference pages.

use super::{Exit, fault, print, say};
use crate::catalog::Catalog;
use crate::diagnose::Engine;
use crate::knowledge::{RequestKnowledge, tables_doc};
use crate::{config, docs, skill};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  cargo run -- docs --check\n  cargo run -- docs --write references\n  cargo run -- docs --readme README.md"
)]
pub(super) struct Args {
    /// Check form, references in both directions, generated tables, and run every example
    #[arg(long)]
    check: bool,
    /// Write the generated tables into this `references` folder
    #[arg(long, value_name = "FOLDER")]
    write: Option<std::path::PathBuf>,
    /// Write the skill with the files beside it into this folder, for a plugin package
    #[arg(long, value_name = "FOLDER")]
    skill: Option<std::path::PathBuf>,
    /// Write the table of environment variables into this README
    #[arg(long, value_name = "FILE")]
    readme: Option<std::path::PathBuf>,
}

pub(super) fn run(args: &Args) -> Exit {
    if let Some(file) = &args.readme {
        return put(file, &config::table());
    }
    let engine = match Engine::new() {
        Ok(engine) => engine,
        Err(error) => return fault(&error),
    };
    if let Some(folder) = &args.skill {
        return write_skill(&engine, folder);
    }
    match (&args.write, args.check) {
        (Some(folder), _) => write(&engine, folder),
        (None, true) => check(&engine),
        (None, false) => {
            say("klingai-mcp docs: say --check, --write FOLDER, --skill FOLDER or --readme FILE");
            Exit::Usage
        }
    }
}

fn check(engine: &Engine) -> Exit {
    let faults = docs::faults(engine);
    if faults.is_empty() {
        let k = &engine.knowledge;
        return print(&format!(
            "{} causes, {} codes, {} gateways, {} myths: every mention resolves, {} examples do what they say",
            k.causes.len(),
            k.codes.len(),
            k.gateways.len(),
            k.myths.len(),
            docs::executed(engine)
        ));
    }
    print(&faults.join("\n"));
    say(&format!("klingai-mcp docs: {} faults", faults.len()));
    Exit::CheckFailed
}

fn write(engine: &Engine, folder: &std::path::Path) -> Exit {
    for (path, block) in tables_doc::blocks(&engine.knowledge) {
        match put(&folder.join(path), &block) {
            Exit::Answered => {}
            failed => return failed,
        }
    }
    Exit::Answered
}

/// Puts a generated table between the markers of a file.
fn put(target: &std::path::Path, table: &str) -> Exit {
    let written = std::fs::read_to_string(target).and_then(|text| match tables_doc::replaced(&text, table) {
        Some(new) => std::fs::write(target, new),
        None => Err(std::io::Error::other("the table markers are missing")),
    });
    match written {
        Ok(()) => Exit::Answered,
        Err(error) => {
            say(&format!("klingai-mcp docs: cannot write {}: {error}", target.display()));
            Exit::Usage
        }
    }
}

fn write_skill(engine: &Engine, folder: &std::path::Path) -> Exit {
    let requests = match RequestKnowledge::load() {
        Ok(requests) => requests,
        Err(error) => return fault(&error),
    };
    for (path, text) in skill::files(&Catalog::new(&engine.knowledge, &requests)) {
        let target = folder.join(path);
        let made = target.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) = made.and_then(|()| std::fs::write(&target, text)) {
            say(&format!("klingai-mcp docs: cannot write {}: {error}", target.display()));
            return Exit::Usage;
        }
    }
    Exit::Answered
}
