//! What goes to stderr while a verb runs: events of this program, as text or as JSON lines, never what was pasted or answered.

use tracing_subscriber::filter::{EnvFilter, LevelFilter};

use super::say;
use crate::config;

/// The libraries of the protocol and of the connection write whole messages at their debug levels, so they stay silent whatever
/// the filter says.
pub(super) fn to_stderr() {
    let wanted = config::read(config::LOG).text().map_or_else(|| "klingai_mcp=info".to_owned(), str::to_owned);
    let mut filter = EnvFilter::builder().with_default_directive(LevelFilter::OFF.into()).parse_lossy(wanted);
    for silent in ["rmcp"].iter().chain(crate::kling::SILENT_TARGETS).filter_map(|target| format!("{target}=off").parse().ok()) {
        filter = filter.add_directive(silent);
    }
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    let json = config::read(config::LOG_FORMAT).text().is_some_and(|form| form.trim().eq_ignore_ascii_case("json"));
    let _ = if json { log.json().flatten_event(true).try_init() } else { log.without_time().try_init() };
}

/// A panic prints its place, never its text: that could hold what was pasted.
pub(super) fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        say(&format!("klingai-mcp: internal fault at {place}"));
    }));
}
