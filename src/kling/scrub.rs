//! Takes what may be a secret out of text that a server sent, and caps it.
//!
//! A server may send back what it was sent. Loaded secrets are found in plain and in the encodings that logs and proxies use;
//! what only looks like a secret is left to [`redact`](crate::redact).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::{redact, text};

/// Most bytes of a message that are looked at.
const READ: usize = 16 * 1024;
/// Most bytes of a message that are kept.
pub(super) const KEPT: usize = 512;
/// Shorter secrets would be found by chance everywhere.
const SHORTEST: usize = 6;
const STAND_IN: &str = "[secret]";

/// Replaces the secrets it was made with.
#[derive(Clone, Default)]
pub(super) struct Scrub {
    forms: Vec<SecretString>,
}

impl std::fmt::Debug for Scrub {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Scrub({} forms)", self.forms.len())
    }
}

impl Scrub {
    /// A scrub that knows these secrets.
    pub(super) fn of<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        Self::default().with(secrets)
    }

    /// The same scrub with further secrets.
    pub(super) fn with<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let plain = secrets.into_iter().map(ExposeSecret::expose_secret).filter(|secret| secret.len() >= SHORTEST);
        let known = self.forms.iter().map(|form| form.expose_secret().to_owned());
        let mut forms: Vec<String> = plain.flat_map(forms).chain(known).collect();
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self { forms: forms.into_iter().map(SecretString::from).collect() }
    }

    /// Text of a stranger as it may be kept: without secrets and without invisible characters, capped.
    pub(super) fn clean(&self, raw: &str) -> String {
        let read = raw.get(..text::floor_border(raw, READ)).unwrap_or_default();
        let mut plain = text::clean(&self.replaced(read));
        plain = self.replaced(&plain);
        if self.holds(&unescaped(&plain)) {
            return STAND_IN.to_owned();
        }
        let plain = redact::redact(&plain).text;
        plain.get(..text::floor_border(&plain, KEPT)).unwrap_or_default().trim().to_owned()
    }

    /// An id or address as it came, unless it holds a secret.
    pub(super) fn passed(&self, text: String) -> Option<String> {
        (!self.holds(&text) && !self.holds(&unescaped(&text))).then_some(text)
    }

    fn holds(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        self.forms.iter().any(|form| lower.contains(form.expose_secret()))
    }

    /// Upper and lower case are not told apart, so that hexadecimal and percent forms need one entry each.
    fn replaced(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for form in self.forms.iter().map(ExposeSecret::expose_secret) {
            while let Some(at) = out.to_ascii_lowercase().find(form) {
                out.replace_range(at..at + form.len(), STAND_IN);
            }
        }
        out
    }
}

/// A secret in plain, Base64 at each alignment, hexadecimal, JSON and reversed form, in lower case. Escapes are undone before
/// a text is searched.
fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let each = |write: fn(&u8) -> String| bytes.iter().map(write).collect::<String>();
    let mut forms = vec![
        secret.to_owned(),
        secret.chars().rev().collect(),
        each(|byte| format!("{byte:02x}")),
        each(|byte| format!("{byte:02x} ")).trim_end().to_owned(),
        each(|byte| if *byte == b'"' || *byte == b'\\' { format!("\\{}", char::from(*byte)) } else { char::from(*byte).to_string() }),
        each(|byte| if *byte == b'/' { "\\/".to_owned() } else { char::from(*byte).to_string() }),
    ];
    for shift in 0..3 {
        forms.extend(
            [STANDARD_NO_PAD.encode(shifted(bytes, shift)), URL_SAFE_NO_PAD.encode(shifted(bytes, shift))].map(|t| inner(&t, shift)),
        );
    }
    forms.iter().map(|form| form.to_ascii_lowercase()).filter(|form| form.len() >= SHORTEST).collect()
}

/// The text behind `%2f`, `\x2f` and `\u002f`, of which any character may be written so and any left as it is.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let marks = [("%", 2), ("\\x", 2), ("\\u", 4)];
        let escape = marks.iter().find_map(|(mark, digits)| {
            let (code, after) = rest.strip_prefix(mark)?.split_at_checked(*digits)?;
            Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, after))
        });
        let (c, after) = escape.unwrap_or_else(|| (first, rest.get(first.len_utf8()..).unwrap_or_default()));
        out.push(c);
        rest = after;
    }
    out
}

/// The bytes behind `shift` others.
fn shifted(bytes: &[u8], shift: usize) -> Vec<u8> {
    std::iter::repeat_n(0, shift).chain(bytes.iter().copied()).collect()
}

/// The characters of a Base64 text that depend on the secret alone, whatever stands before and behind it.
fn inner(text: &str, shift: usize) -> String {
    let before = (shift * 8).div_ceil(6);
    let end = if text.len().is_multiple_of(4) { text.len() } else { text.len() - 1 };
    text.get(before..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "canary/Key+7%\"q-42_zz";

    fn scrub() -> Scrub {
        Scrub::of([&SecretString::from(SECRET)])
    }

    #[test]
    fn base64_of_a_secret_is_found_at_every_alignment() {
        for before in ["", "a", "ab", "abc", "Bearer ", "key="] {
            for after in ["", "x", "yz", "\n"] {
                let text = STANDARD_NO_PAD.encode(format!("{before}{SECRET}{after}"));
                assert!(scrub().clean(&text).contains(STAND_IN), "{before:?} {after:?}");
            }
        }
    }

    #[test]
    fn a_secret_split_by_invisible_characters_is_found() {
        let (head, tail) = SECRET.split_at(9);
        let said = scrub().clean(&format!("no such key {head}\u{200b}{tail}!"));
        assert!(said.contains(STAND_IN) && !said.contains(tail), "{said}");
    }

    #[test]
    fn a_secret_with_any_of_its_characters_escaped_takes_the_whole_text_with_it() {
        for text in ["canary%2fKey%2B7%25\"q-42_zz", "c%61nary/Key+7%\"q-42_zz", "canary\\u002fKey+7\\x25\"q-42_zz"] {
            assert_eq!(scrub().clean(&format!("bad key {text}!")), STAND_IN);
            assert_eq!(scrub().passed(text.to_owned()), None);
        }
        assert_eq!(unescaped("100 % \\u zz %4"), "100 % \\u zz %4");
    }

    #[test]
    fn a_message_is_capped_after_it_was_cleaned() {
        let text = format!("{}{SECRET}", "x".repeat(KEPT - 4));
        let said = scrub().clean(&text);
        assert!(said.len() <= KEPT && !said.contains("cana"), "{said}");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        assert_eq!(scrub().clean("Account balance not enough"), "Account balance not enough");
    }
}
