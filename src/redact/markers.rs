//! What announces a secret.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::form::{API_KEY_PREFIX, FOREIGN_PREFIXES, Role};

/// What a marker announces.
#[derive(Clone, Copy)]
pub(super) enum Marker {
    /// The secret begins with the marker; at least this many bytes must follow.
    Prefix(usize),
    /// The secret follows after a scheme word.
    Scheme,
    /// The secret is the value assigned to this name.
    Name(Role),
    /// The same, for names that are common words.
    ShortName,
    /// The rest of the line is secret.
    Line,
    /// `scheme://user:password@host`.
    Userinfo,
    /// `-u user:password`.
    User,
    /// A private key block.
    Pem,
}

/// Names whose value is a secret. An assignment must follow: `=`, `:`, `=>` or `is`, with or without quotes.
const NAMES: &[&str] = &[
    "secret",
    "passwd",
    "password",
    "api_key",
    "api-key",
    "apikey",
    "api key",
    "access_key",
    "access-key",
    "accesskey",
    "access key",
    "secretkey",
    "private_key",
    "auth_token",
    "access_token",
    "refresh_token",
    "bearer_token",
    "jwt_token",
    "client_secret",
    "fal_key",
    "kling_token",
    "kling_jwt",
    "密钥",
    "密鑰",
    "秘钥",
];
/// Names that mean a secret only when they stand whole and the value looks like a key.
const SHORT_NAMES: &[&str] = &["ak", "sk", "token", "jwt", "key", "令牌"];
/// Query members of signed addresses.
const SIGNED: &[&str] =
    &["signature=", "x-amz-credential=", "x-amz-security-token=", "sig=", "token=", "q-signature=", "&key=", "?key=", "pkey="];

/// The kinds of markers by pattern number, and the automaton that finds them.
pub(super) static MARKERS: LazyLock<(Vec<Marker>, Option<AhoCorasick>)> = LazyLock::new(markers);

fn markers() -> (Vec<Marker>, Option<AhoCorasick>) {
    let mut rows: Vec<(String, Marker)> = vec![
        ("eyJ".into(), Marker::Prefix(17)),
        (API_KEY_PREFIX.into(), Marker::Prefix(8)),
        ("sk-".into(), Marker::Prefix(13)),
        ("whsec_".into(), Marker::Prefix(12)),
        ("bearer ".into(), Marker::Scheme),
        ("key ".into(), Marker::Scheme),
        ("token ".into(), Marker::Scheme),
        ("basic ".into(), Marker::Scheme),
        ("authorization".into(), Marker::Name(Role::Credential)),
        ("cookie:".into(), Marker::Line),
        ("://".into(), Marker::Userinfo),
        (" -u ".into(), Marker::User),
        (" --user ".into(), Marker::User),
        ("-----begin".into(), Marker::Pem),
    ];
    rows.extend(FOREIGN_PREFIXES.iter().map(|(prefix, _)| ((*prefix).to_owned(), Marker::Prefix(12))));
    rows.extend(NAMES.iter().map(|name| ((*name).to_owned(), Marker::Name(Role::Credential))));
    rows.extend(SHORT_NAMES.iter().map(|name| ((*name).to_owned(), Marker::ShortName)));
    rows.extend(SIGNED.iter().map(|name| ((*name).to_owned(), Marker::Name(Role::Other("[signature]")))));
    let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(rows.iter().map(|(text, _)| text)).ok();
    (rows.into_iter().map(|(_, marker)| marker).collect(), finder)
}
