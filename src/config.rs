//! Every environment variable, read here and nowhere else. Blank values and unresolved `${...}` count as unset.

use std::path::PathBuf;

use crate::ledger::{Caps, Units};

/// A variable, its meaning, and whether its value is a secret.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Name in the environment.
    pub name: &'static str,
    /// What it does.
    pub means: &'static str,
    /// Never shown when true.
    pub secret: bool,
    /// Verbs and tools that read it.
    pub read_by: &'static str,
}

/// API key of the official API, both generations.
pub const API_KEY: Variable = Variable {
    name: "KLING_API_KEY",
    means: "API key of the official API, for both generations",
    secret: true,
    read_by: "`doctor`, `test_generation`",
};
/// AccessKey of the legacy generation.
pub const ACCESS_KEY: Variable = Variable {
    name: "KLING_ACCESS_KEY",
    means: "AccessKey of the legacy generation",
    secret: true,
    read_by: "`doctor`, `test_generation`",
};
/// SecretKey of the legacy generation.
pub const SECRET_KEY: Variable = Variable {
    name: "KLING_SECRET_KEY",
    means: "SecretKey of the legacy generation; also used by `doctor --check-signature`",
    secret: true,
    read_by: "`doctor`, `test_generation`",
};
/// File with the credentials, asked before the environment.
pub const CREDENTIALS_FILE: Variable = Variable {
    name: "KLING_CREDENTIALS_FILE",
    means: "TOML file (mode 0600) with `api_key`, or `access_key` and `secret_key`; asked before the other variables",
    secret: false,
    read_by: "`doctor`, `test_generation`",
};
/// Where the API is, instead of the Singapore host.
pub const BASE_URL: Variable = Variable {
    name: "KLING_BASE_URL",
    means: "address of the API, default `https://api-singapore.klingai.com`; `http` only for this machine",
    secret: false,
    read_by: "`test_generation`",
};
/// Whether calls go through the proxy of the environment.
pub const USE_PROXY: Variable =
    Variable { name: "KLING_USE_PROXY", means: "any value: honour `HTTPS_PROXY` and its kin", secret: false, read_by: "`test_generation`" };
/// Secret that signs the callbacks of a sandbox.
pub const WEBHOOK_SECRET: Variable = Variable {
    name: "KLING_WEBHOOK_SECRET",
    means: "`whsec_...`: the sandbox signs its callbacks with it, as Kling does with the secret of the console",
    secret: true,
    read_by: "`sandbox`",
};
/// Filter of the log on stderr.
pub const LOG: Variable = Variable {
    name: "KLINGAI_LOG",
    means: "log filter for stderr, for example `klingai_mcp=debug`; default `klingai_mcp=info`",
    secret: false,
    read_by: "every verb",
};
/// Form of the log on stderr.
pub const LOG_FORMAT: Variable = Variable {
    name: "KLINGAI_LOG_FORMAT",
    means: "`json`: one JSON object a line, with the time; else text",
    secret: false,
    read_by: "every verb",
};
/// Where traces go.
pub const OTLP_ENDPOINT: Variable = Variable {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    means: "`http://` address of an OpenTelemetry collector: a span for each tool call goes to its path `/v1/traces` (OTLP/HTTP, JSON); unset: no traces",
    secret: false,
    read_by: "`stdio`, `serve`",
};
/// What a collector wants to see.
pub const OTLP_HEADERS: Variable = Variable {
    name: "OTEL_EXPORTER_OTLP_HEADERS",
    means: "`name=value,...`: headers for the collector",
    secret: true,
    read_by: "`stdio`, `serve`",
};
/// Name of this service in traces.
pub const SERVICE_NAME: Variable = Variable {
    name: "OTEL_SERVICE_NAME",
    means: "name of this service in traces, default `klingai-mcp`",
    secret: false,
    read_by: "`stdio`, `serve`",
};
/// Colour switch of terminals.
pub const NO_COLOR: Variable =
    Variable { name: "NO_COLOR", means: "any value turns colour off", secret: false, read_by: "every verb that prints for people" };

/// Folder of the ledger.
pub const STATE_DIR: Variable = Variable {
    name: "KLINGAI_STATE_DIR",
    means: "folder of the ledger and of the HTTP token, absolute; default `klingai-mcp` in `$XDG_STATE_HOME`, which is `~/.local/state` unless set",
    secret: false,
    read_by: "`ledger`, `serve`, `test_generation`",
};
/// Daily cap.
pub const CAP_DAY: Variable = Variable {
    name: "KLING_MCP_CAP_DAY_UNITS",
    means: "most units that paid calls of one account may cost on one day (UTC), for example `12.5`; default 0 = no paid calls",
    secret: false,
    read_by: "`ledger`, `test_generation`",
};
/// Monthly cap.
pub const CAP_MONTH: Variable = Variable {
    name: "KLING_MCP_CAP_MONTH_UNITS",
    means: "most units that paid calls of one account may cost in one calendar month (UTC); default 0 = no paid calls",
    secret: false,
    read_by: "`ledger`, `test_generation`",
};
/// Price up to which nobody needs to be asked.
pub const UNATTENDED: Variable = Variable {
    name: "KLING_MCP_UNATTENDED_UNITS",
    means: "dearest paid call, in units, that may be made without asking a person; default 0 = always ask",
    secret: false,
    read_by: "`ledger`, `test_generation`",
};

/// All variables, in the order of the documentation.
pub const ALL: &[Variable] = &[
    CREDENTIALS_FILE,
    API_KEY,
    ACCESS_KEY,
    SECRET_KEY,
    BASE_URL,
    USE_PROXY,
    STATE_DIR,
    CAP_DAY,
    CAP_MONTH,
    UNATTENDED,
    WEBHOOK_SECRET,
    LOG,
    LOG_FORMAT,
    NO_COLOR,
    OTLP_ENDPOINT,
    OTLP_HEADERS,
    SERVICE_NAME,
];

/// The table of the documentation, as Markdown.
pub fn table() -> String {
    let row = |variable: &Variable| format!("| `{}` | {} | {} |\n", variable.name, variable.means, variable.read_by);
    ALL.iter().fold("| Variable | What it does | Read by |\n|---|---|---|\n".to_owned(), |table, variable| table + &row(variable))
}

/// Where the system keeps state of programs; parts of the default of [`STATE_DIR`], not settings of this program.
const XDG_STATE_HOME: Variable =
    Variable { name: "XDG_STATE_HOME", means: "folder of state", secret: false, read_by: "the default of `KLINGAI_STATE_DIR`" };
const HOME: Variable = Variable { name: "HOME", means: "folder of the user", secret: false, read_by: "the default of `KLINGAI_STATE_DIR`" };
const LOCAL_APP_DATA: Variable =
    Variable { name: "LOCALAPPDATA", means: "folder of state on Windows", secret: false, read_by: "the default of `KLINGAI_STATE_DIR`" };

/// What the environment says about a variable.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Not there.
    Unset,
    /// There, but empty or blank.
    Blank,
    /// There, but a `${...}` that nobody replaced.
    Unresolved,
    /// A value.
    Set(String),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Unset => "Unset",
            Self::Blank => "Blank",
            Self::Unresolved => "Unresolved",
            Self::Set(_) => "Set(..)",
        })
    }
}

impl Value {
    /// The value, when it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Set(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads a variable.
pub fn read(variable: Variable) -> Value {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    judge(std::env::var(variable.name).ok())
}

/// Whether a value counts as unset: blank, or a `${...}` that nobody replaced.
pub fn is_unset(text: &str) -> bool {
    !matches!(judge(Some(text.to_owned())), Value::Set(_))
}

fn judge(raw: Option<String>) -> Value {
    match raw {
        None => Value::Unset,
        Some(text) if text.trim().is_empty() => Value::Blank,
        Some(text) if text.trim().starts_with("${") || text.trim().starts_with("$(") => Value::Unresolved,
        Some(text) => Value::Set(text),
    }
}

/// Why a setting cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// Not an amount of units.
    #[error("use {name}: expected units as a decimal number with at most three places, for example 12.5; it counts as 0 until then")]
    Units {
        /// The variable.
        name: &'static str,
    },
    /// Not an absolute path.
    #[error("use {name}: expected an absolute path")]
    Path {
        /// The variable.
        name: &'static str,
    },
    /// No folder is known.
    #[error("find a folder for the ledger: set KLINGAI_STATE_DIR to one of your own (neither XDG_STATE_HOME nor HOME is set)")]
    NoHome,
}

/// The caps, and every setting among them that is no amount and counts as zero.
pub fn caps() -> (Caps, Vec<BadSetting>) {
    caps_from(read)
}

fn caps_from(read: impl Fn(Variable) -> Value) -> (Caps, Vec<BadSetting>) {
    let mut bad = Vec::new();
    let mut amount = |variable: Variable| match read(variable).text().map(str::parse) {
        None => Units::ZERO,
        Some(Ok(units)) => units,
        Some(Err(_)) => {
            bad.push(BadSetting::Units { name: variable.name });
            Units::ZERO
        }
    };
    let caps = Caps { day: amount(CAP_DAY), month: amount(CAP_MONTH), unattended: amount(UNATTENDED) };
    (caps, bad)
}

/// The folder of the ledger.
///
/// # Errors
/// When the setting is no absolute path, or no default can be found.
pub fn state_dir() -> Result<PathBuf, BadSetting> {
    state_dir_from(read)
}

/// A relative `XDG_STATE_HOME` counts as unset, as its specification wants.
fn state_dir_from(read: impl Fn(Variable) -> Value) -> Result<PathBuf, BadSetting> {
    let absolute = |variable| read(variable).text().map(PathBuf::from).filter(|path| path.is_absolute());
    if let Value::Set(_) = read(STATE_DIR) {
        return absolute(STATE_DIR).ok_or(BadSetting::Path { name: STATE_DIR.name });
    }
    let home = || absolute(HOME).map(|home| home.join(".local/state"));
    let base = absolute(XDG_STATE_HOME).or_else(home).or_else(|| absolute(LOCAL_APP_DATA));
    base.map(|base| base.join("klingai-mcp")).ok_or(BadSetting::NoHome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(values: &'static [(&str, &str)]) -> impl Fn(Variable) -> Value {
        move |variable| judge(values.iter().find(|(name, _)| *name == variable.name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn caps_that_are_unset_or_nonsense_are_zero_and_nonsense_is_told() {
        let (caps, bad) = caps_from(set(&[("KLING_MCP_CAP_DAY_UNITS", " 1.5"), ("KLING_MCP_CAP_MONTH_UNITS", "${CAP}")]));
        assert_eq!((caps.day.milli(), caps.month, bad), (1500, Units::ZERO, vec![]));
        let (caps, bad) = caps_from(set(&[("KLING_MCP_CAP_DAY_UNITS", "lots"), ("KLING_MCP_UNATTENDED_UNITS", "-1")]));
        assert_eq!(caps, Caps::default());
        let text: Vec<String> = bad.iter().map(ToString::to_string).collect();
        assert!(
            text[0].starts_with("use KLING_MCP_CAP_DAY_UNITS: ") && text[1].starts_with("use KLING_MCP_UNATTENDED_UNITS: "),
            "{text:?}"
        );
    }

    #[test]
    fn the_state_folder_is_the_setting_or_that_of_the_system() {
        let folder = |values| state_dir_from(set(values));
        assert_eq!(folder(&[("KLINGAI_STATE_DIR", "/s"), ("HOME", "/h")]), Ok(PathBuf::from("/s")));
        assert_eq!(folder(&[("XDG_STATE_HOME", "/x"), ("HOME", "/h")]), Ok(PathBuf::from("/x/klingai-mcp")));
        assert_eq!(folder(&[("XDG_STATE_HOME", "x"), ("HOME", "/h")]), Ok(PathBuf::from("/h/.local/state/klingai-mcp")));
        assert_eq!(folder(&[("KLINGAI_STATE_DIR", "s")]), Err(BadSetting::Path { name: "KLINGAI_STATE_DIR" }));
        assert_eq!(folder(&[("KLINGAI_STATE_DIR", "${S}")]), Err(BadSetting::NoHome));
    }

    #[test]
    fn blank_and_unresolved_values_count_as_unset() {
        for raw in ["", "  ", "${KLING_API_KEY}", "$(cat key)"] {
            assert_eq!(judge(Some(raw.to_owned())).text(), None, "{raw:?}");
        }
        assert_eq!(judge(Some("key".to_owned())).text(), Some("key"));
    }
}
