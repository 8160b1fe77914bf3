//! `completions`: what a shell needs to complete verbs and options, made from the same definition as the help.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, Exit, print};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  klingai-mcp completions bash > klingai-mcp.bash   then source it in ~/.bashrc
  klingai-mcp completions zsh > _klingai-mcp        in a folder of $fpath
  klingai-mcp completions fish > klingai-mcp.fish   in ~/.config/fish/completions")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "klingai-mcp", &mut script);
    print(&String::from_utf8_lossy(&script))
}
