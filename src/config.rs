//! Every environment variable, read here and nowhere else. Blank values and unresolved `${...}` count as unset.

/// A variable, its meaning, and whether its value is a secret.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Name in the environment.
    pub name: &'static str,
    /// What it does.
    pub means: &'static str,
    /// Never shown when true.
    pub secret: bool,
}

/// API key of the official API, both generations.
pub const API_KEY: Variable = Variable { name: "KLING_API_KEY", means: "API key of the official API, for both generations", secret: true };
/// AccessKey of the legacy generation.
pub const ACCESS_KEY: Variable = Variable { name: "KLING_ACCESS_KEY", means: "AccessKey of the legacy generation", secret: true };
/// SecretKey of the legacy generation.
pub const SECRET_KEY: Variable = Variable {
    name: "KLING_SECRET_KEY",
    means: "SecretKey of the legacy generation; also used by `doctor --check-signature`",
    secret: true,
};
/// File with the credentials, asked before the environment.
pub const CREDENTIALS_FILE: Variable = Variable {
    name: "KLING_CREDENTIALS_FILE",
    means: "TOML file (mode 0600) with `api_key`, or `access_key` and `secret_key`; asked before the other variables",
    secret: false,
};
/// Where the API is, instead of the Singapore host.
pub const BASE_URL: Variable = Variable {
    name: "KLING_BASE_URL",
    means: "address of the API, default `https://api-singapore.klingai.com`; `http` only for this machine",
    secret: false,
};
/// Whether calls go through the proxy of the environment.
pub const USE_PROXY: Variable = Variable { name: "KLING_USE_PROXY", means: "any value: honour HTTPS_PROXY and its kin", secret: false };
/// Secret that signs the callbacks of a sandbox.
pub const WEBHOOK_SECRET: Variable = Variable {
    name: "KLING_WEBHOOK_SECRET",
    means: "`whsec_...`: `sandbox` signs its callbacks with it, as Kling does with the secret of the console",
    secret: true,
};
/// Filter of the log on stderr.
pub const LOG: Variable = Variable {
    name: "KLINGAI_LOG",
    means: "log filter for stderr, for example `klingai_mcp=debug`; default `klingai_mcp=info`",
    secret: false,
};
/// Colour switch of terminals.
pub const NO_COLOR: Variable = Variable { name: "NO_COLOR", means: "any value turns colour off", secret: false };

/// All variables, in the order of the documentation.
pub const ALL: &[Variable] = &[CREDENTIALS_FILE, API_KEY, ACCESS_KEY, SECRET_KEY, BASE_URL, USE_PROXY, LOG, NO_COLOR];
pub const ALL: &[Variable] = &[API_KEY, ACCESS_KEY, SECRET_KEY, WEBHOOK_SECRET, LOG, NO_COLOR];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_and_unresolved_values_count_as_unset() {
        for raw in ["", "  ", "${KLING_API_KEY}", "$(cat key)"] {
            assert_eq!(judge(Some(raw.to_owned())).text(), None, "{raw:?}");
        }
        assert_eq!(judge(Some("key".to_owned())).text(), Some("key"));
    }
}
