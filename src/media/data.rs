//! The head of a `data:` URI, and what people leave out of it.

/// What is wrong with the head of a `data:` URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFault {
    /// It begins with the type or with `base64,`; `data:` is missing.
    NoScheme,
    /// It names no type.
    NoMime,
    /// It lacks `;base64`.
    NoBase64Flag,
    /// No comma ends the head.
    NoComma,
    /// Blanks stand in the head or after the comma.
    Blank,
    /// A second `data:` head follows the first.
    Doubled,
}

/// A `data:` URI in parts.
#[derive(Debug)]
pub(super) struct DataUri<'a> {
    pub(super) mime: &'a str,
    pub(super) is_base64: bool,
    pub(super) faults: Vec<DataFault>,
    pub(super) payload: &'a str,
    /// Byte offset of the payload.
    pub(super) at: usize,
}

/// Longest head that is looked at.
const HEAD: usize = 256;

/// Reads a `data:` URI; none when the text is none.
pub(super) fn parse(text: &str) -> Option<DataUri<'_>> {
    let near = near(text, HEAD);
    let scheme = near.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:"));
    let from = if scheme { 5 } else { 0 };
    let (head, after, comma) = split(near, from)?;
    let (mime, flag) = mime_and_flag(head.trim());
    let named = mime.split_once('/').is_some_and(|(family, sub)| word(family) && word(sub));
    let bare_flag = flag && mime.is_empty();
    let is_one = if scheme { named || bare_flag || head.is_empty() && comma } else { comma && flag && (named || bare_flag) };
    if !is_one {
        return None;
    }
    let rest = text.get(after..).unwrap_or_default();
    let mut faults = Vec::new();
    let mut note = |is: bool, fault| faults.extend(is.then_some(fault));
    note(!scheme, DataFault::NoScheme);
    note(mime.is_empty(), DataFault::NoMime);
    note(!flag, DataFault::NoBase64Flag);
    note(!comma, DataFault::NoComma);
    note(head.contains(char::is_whitespace) || rest.starts_with(char::is_whitespace), DataFault::Blank);
    Some(inner(DataUri { mime, is_base64: flag, faults, payload: rest, at: after }))
}

/// Follows one further head, which programs add to a text that has one.
fn inner(outer: DataUri<'_>) -> DataUri<'_> {
    let near = near(outer.payload, HEAD);
    let again = near.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:"));
    let comma = if again { near.find(',') } else { None };
    let Some(comma) = comma else {
        let blanks = outer.payload.len() - outer.payload.trim_start().len();
        return DataUri { at: outer.at + blanks, payload: outer.payload.trim(), ..outer };
    };
    let mut faults = outer.faults;
    faults.push(DataFault::Doubled);
    DataUri { at: outer.at + comma + 1, payload: outer.payload.get(comma + 1..).unwrap_or_default().trim_end(), faults, ..outer }
}

/// Up to `most` first bytes, to a character border.
pub(super) fn near(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// (head, offset of the payload, whether a comma was there)
fn split(near: &str, from: usize) -> Option<(&str, usize, bool)> {
    let head = near.get(from..)?;
    if let Some(comma) = head.find(',') {
        return Some((head.get(..comma)?, from + comma + 1, true));
    }
    let flag = head.find("base64").map_or(head.len(), |at| at + 6);
    let after = head.get(flag..).map_or(0, |rest| rest.len() - rest.trim_start_matches([':', ';', '/', ' ']).len());
    Some((head.get(..flag)?, from + flag + after.min(1), false))
}

fn mime_and_flag(head: &str) -> (&str, bool) {
    let flag = head.len() >= 6 && head.is_char_boundary(head.len() - 6) && head.to_ascii_lowercase().ends_with("base64");
    let mime = head.split([';', ':', ',']).next().unwrap_or_default().trim();
    (if flag && mime.eq_ignore_ascii_case("base64") { "" } else { mime }, flag)
}

fn word(text: &str) -> bool {
    !text.is_empty() && text.len() < 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+.*_".contains(&b))
}
