//! `man`: the manual page of the program or of a verb, made from the same definition as the help.

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::{Cli, Exit, fault, print, say};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  klingai-mcp man > klingai-mcp.1
  klingai-mcp man diagnose > klingai-mcp-diagnose.1")]
pub(super) struct Args {
    /// A verb; without one, the page of the program
    verb: Option<String>,
}

pub(super) fn run(args: &Args) -> Exit {
    let mut program = Cli::command();
    program.build();
    let command = match &args.verb {
        None => program,
        Some(verb) => {
            let Some(found) = program.find_subcommand(verb) else {
                say("klingai-mcp man: no such verb; klingai-mcp --help lists them");
                return Exit::Usage;
            };
            found.clone()
        }
    };
    let mut page = Vec::new();
    match Man::new(command).render(&mut page) {
        Ok(()) => print(&String::from_utf8_lossy(&page)),
        Err(error) => fault(&error),
    }
}
