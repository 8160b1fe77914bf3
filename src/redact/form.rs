//! What can be said of a secret without telling it: its kind, its shape, and what a token says openly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The form of a secret.
#[derive(Debug, Clone)]
pub enum Form {
    /// Three dot-separated parts that begin like a JWT, or the beginning of one.
    Token(Box<TokenText>),
    /// A key of the official API.
    ApiKey,
    /// A key of a relay or reseller that begins with `sk-`.
    RelayKey,
    /// A key whose form belongs to another service, with its prefix or scheme.
    GatewayKey(&'static str),
    /// Two values joined by `|`, `:` or `,`.
    Pair,
    /// A value whose form says nothing.
    Opaque {
        /// Number of characters.
        length: usize,
    },
    /// A secret that is no API credential: password, cookie, signature of an address, private key.
    Other(&'static str),
}

/// A token as far as it can be read without its key.
#[derive(Debug, Clone)]
pub struct TokenText {
    /// Number of dot-separated parts.
    pub parts: usize,
    /// Decoded header.
    pub header: Option<String>,
    /// Decoded claims.
    pub claims: Option<String>,
    /// Number of characters of the signature part.
    pub signature: usize,
}

/// Where a secret stood, as far as it helps to tell its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Value of a credential header or a name such as `api_key`.
    Credential,
    /// Anything else; the word names it.
    Other(&'static str),
}

impl Form {
    /// What stands in its place.
    pub const fn stand_in(&self) -> &'static str {
        match self {
            Self::Token(_) => "[token]",
            Self::ApiKey => "[api key]",
            Self::RelayKey => "[relay key]",
            Self::GatewayKey(_) => "[gateway key]",
            Self::Pair => "[key pair]",
            Self::Opaque { .. } => "[secret]",
            Self::Other(word) => word,
        }
    }
}

/// Prefixes of keys that belong to other services, with the name of the service.
pub(super) const FOREIGN_PREFIXES: &[(&str, &str)] = &[
    ("sk-or-", "openrouter"),
    ("sk-ant-", "anthropic"),
    ("r8_", "replicate"),
    ("hf_", "hugging face"),
    ("AKIA", "aws"),
    ("ASIA", "aws"),
    ("AIza", "google"),
    ("ghp_", "github"),
    ("github_pat_", "github"),
    ("xoxb-", "slack"),
    ("xoxp-", "slack"),
];

/// Prefix of the one official key form that was seen.
pub(super) const API_KEY_PREFIX: &str = "api-key-";

/// The form of a value.
pub fn form_of(value: &str, role: Role) -> Form {
    if let Role::Other(word) = role {
        return Form::Other(word);
    }
    if value.starts_with("eyJ") {
        return Form::Token(Box::new(token_text(value)));
    }
    if value.starts_with(API_KEY_PREFIX) {
        return Form::ApiKey;
    }
    if let Some((_, service)) = FOREIGN_PREFIXES.iter().find(|(prefix, _)| value.starts_with(prefix)) {
        return Form::GatewayKey(service);
    }
    if value.starts_with("sk-") {
        return Form::RelayKey;
    }
    if value.len() > 60 && value.split(':').count() == 2 {
        return Form::GatewayKey("fal");
    }
    if value.len() > 24 && value.split(['|', ':', ',']).filter(|part| part.len() > 8).count() == 2 {
        return Form::Pair;
    }
    Form::Opaque { length: value.chars().count() }
}

fn token_text(token: &str) -> TokenText {
    let mut parts = token.split('.');
    let header = parts.next().and_then(decode);
    let claims = parts.next().and_then(decode);
    let signature = parts.next().map_or(0, str::len);
    TokenText { parts: token.split('.').filter(|part| !part.is_empty()).count(), header, claims, signature }
}

fn decode(part: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=').replace('+', "-").replace('/', "_")).ok()?;
    String::from_utf8(bytes).ok()
}

/// Whether a value with the prefix of a key is still only a stand-in: `sk-xxxx`, `sk-...`, `sk-<key>`.
pub(super) fn is_stand_in(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    value.contains(['<', '>', '$', '{', '*', '…', '(', '[', '%'])
        || value.contains("...")
        || small.contains("xxx")
        || small.contains("your")
}

/// Whether a value only stands for a secret: `YOUR_KEY`, `<key>`, `${VAR}`, `xxxx`, `...`, a variable name.
pub fn is_placeholder(value: &str) -> bool {
    let trimmed = value.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | ']' | '}'));
    let small = trimmed.to_ascii_lowercase();
    if trimmed.is_empty() || trimmed.contains(['<', '>', '$', '{', '*', '…', '(', '[', '%']) || trimmed.contains("...") {
        return true;
    }
    const WORDS: &[&str] = &[
        "your",
        "xxx",
        "placeholder",
        "redacted",
        "example",
        "changeme",
        "insert",
        "my_",
        "my-",
        "todo",
        "none",
        "null",
        "undefined",
        "os.environ",
        "process.env",
        "import.meta",
    ];
    let named = WORDS.iter().any(|word| small.contains(word));
    let letters_only = trimmed.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '.' | '-' | ' '));
    let key_like = trimmed.len() >= 16 && trimmed.bytes().filter(u8::is_ascii_digit).count() >= 5;
    (named && !key_like) || (letters_only && trimmed.len() < 32) || !trimmed.is_ascii()
}
