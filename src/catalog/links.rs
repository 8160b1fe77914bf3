//! Addresses: `kling://KIND` is an index, `kling://KIND/ID` an entry.

use percent_encoding::percent_decode_str;

use super::Kind;

/// What every address begins with.
pub const SCHEME: &str = "kling://";

/// The address of an index.
pub fn index_uri(kind: Kind) -> String {
    format!("{SCHEME}{}", kind.word())
}

/// The address of an entry.
pub fn uri(kind: Kind, id: &str) -> String {
    format!("{SCHEME}{}/{id}", kind.word())
}

/// A Markdown link to an entry.
pub fn link(kind: Kind, id: &str) -> String {
    format!("[{id}]({})", uri(kind, id))
}

/// Markdown links to entries, with commas.
pub fn links(kind: Kind, ids: &[String]) -> String {
    ids.iter().map(|id| link(kind, id)).collect::<Vec<_>>().join(", ")
}

/// The kind and, for an entry, the id that an address names. Percent escapes are decoded.
pub fn parse(address: &str) -> Option<(Kind, Option<String>)> {
    let rest = address.strip_prefix(SCHEME)?.trim_end_matches('/');
    let (kind, id) =
        rest.split_once('/').map_or((rest, None), |(kind, id)| (kind, Some(percent_decode_str(id).decode_utf8_lossy().into_owned())));
    Some((Kind::of(kind)?, id))
}

/// A page as a reader of resources wants it: links between pages become addresses, and the signals of a cause, which only the
/// program reads, are left out.
pub fn reader_view(path: &str, text: &str) -> String {
    let text = without_signals(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, tail)) = rest.split_once("](") {
        out.push_str(before);
        out.push_str("](");
        let end = tail.find([')', '\n']).unwrap_or(tail.len());
        let (target, after) = tail.split_at(end);
        out.push_str(&address(path, target).unwrap_or_else(|| target.to_owned()));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The head up to its first `[[signal]]`; signals stand last.
fn without_signals(text: &str) -> String {
    let cut = || {
        let (head, body) = text.split_once("\n```\n")?;
        let (kept, _) = head.split_once("\n[[signal]]")?;
        Some(format!("{}\n```\n{body}", kept.trim_end()))
    };
    cut().unwrap_or_else(|| text.to_owned())
}

/// The address of a relative link to another page.
fn address(from: &str, target: &str) -> Option<String> {
    let file = target.split('#').next().filter(|file| !file.contains("://"))?.strip_suffix(".md")?;
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let place = match file.strip_prefix("../") {
        Some(up) => up.to_owned(),
        None if folder.is_empty() => file.to_owned(),
        None => format!("{folder}/{file}"),
    };
    let (kind, id) = place.split_once('/').map_or((place.as_str(), None), |(kind, id)| (kind, Some(id)));
    let kind = Kind::of(kind)?;
    Some(id.map_or_else(|| index_uri(kind), |id| uri(kind, id)))
}

/// Text for a terminal: links keep their words and lose their addresses.
pub fn without_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("](kling://") {
        let word = before.rfind('[').unwrap_or(before.len());
        out.push_str(before.get(..word).unwrap_or_default());
        out.push_str(before.get(word + 1..).unwrap_or_default());
        rest = tail.split_once(')').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_an_index_or_an_entry() {
        assert_eq!(parse("kling://codes"), Some((Kind::Codes, None)));
        assert_eq!(parse("kling://codes/"), Some((Kind::Codes, None)));
        assert_eq!(parse("kling://patterns/python/auth"), Some((Kind::Patterns, Some("python/auth".to_owned()))));
        assert_eq!(parse("kling://endpoints/%2Fv1%2fx"), Some((Kind::Endpoints, Some("/v1/x".to_owned()))));
        assert_eq!(parse("kling://causes/100%"), Some((Kind::Causes, Some("100%".to_owned()))));
        assert_eq!(parse("kling://nothing/x"), None);
        assert_eq!(parse("https://kling.ai"), None);
    }

    #[test]
    fn relative_links_become_addresses_and_others_stay() {
        let view = |path, text| reader_view(path, text);
        assert_eq!(view("guides/auth.md", "[a](../codes/7.md) [b](retries.md)"), "[a](kling://codes/7) [b](kling://guides/retries)");
        assert_eq!(view("error-codes.md", "[a](causes/x.y.md#top)"), "[a](kling://causes/x.y)");
        assert_eq!(
            view("codes/7.md", "[o](../error-codes.md) [w](https://kling.ai/a.md)"),
            "[o](kling://error-codes) [w](https://kling.ai/a.md)"
        );
        assert_eq!(view("codes/7.md", "f[0](x"), "f[0](x");
    }

    #[test]
    fn signals_of_a_cause_are_left_out() {
        let page = "```toml\nid = \"a\"\n\n[[signal]]\ncode = [7]\n```\n# A\n";
        assert_eq!(reader_view("causes/a.md", page), "```toml\nid = \"a\"\n```\n# A\n");
    }

    #[test]
    fn a_terminal_sees_words_without_addresses() {
        assert_eq!(without_addresses("| [7](kling://codes/7) | [x] | [w](https://a) |"), "| 7 | [x] | [w](https://a) |");
    }
}
