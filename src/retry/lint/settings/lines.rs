//! YAML, TOML, INI and properties, as far as maps of scalars and lists need them.

use super::Entry;

/// Whether the text has `[section]` lines, so that a leading bracket is no list.
pub(super) fn has_sections(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| section(line).is_some()) && text.lines().any(|line| line.contains('='))
}

fn section(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.strip_suffix(']')?.trim_matches(['[', ']']);
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-\" ".contains(c)) && !name.chars().all(|c| c.is_ascii_digit()))
        .then_some(name)
}

pub(super) fn read(text: &str) -> Vec<Entry> {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        reader.line(line, number);
    }
    reader.found.retain(|entry| !entry.values.is_empty());
    reader.found
}

#[derive(Default)]
struct Reader {
    found: Vec<Entry>,
    /// Open names with the column at which each stands.
    open: Vec<(usize, String)>,
    section: Vec<String>,
    items: usize,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) {
        let body = without_comment(line);
        let trimmed = body.trim();
        if trimmed.is_empty() || trimmed == "---" {
            return;
        }
        if let Some(name) = section(trimmed) {
            self.section = name.split('.').map(clean).collect();
            self.open.clear();
            return;
        }
        let column = body.len() - body.trim_start().len();
        match trimmed.strip_prefix("- ") {
            Some(item) if pair(item).is_none() => self.item(item, number),
            Some(item) => {
                self.items += 1;
                self.close(column);
                let index = self.items.to_string();
                self.open.push((column, index));
                self.pair(item, column + 2, number);
            }
            None => self.pair(trimmed, column, number),
        }
    }

    fn close(&mut self, column: usize) {
        while self.open.last().is_some_and(|(at, _)| *at >= column) {
            self.open.pop();
        }
    }

    /// An item of a list belongs to the name above it.
    fn item(&mut self, item: &str, number: u32) {
        if let Some(entry) = self.found.last_mut() {
            entry.values.push(clean(item));
            entry.lines.push(number);
        }
    }

    fn pair(&mut self, text: &str, column: usize, number: u32) {
        let Some((key, value)) = pair(text) else { return };
        self.close(column);
        let mut path = self.section.clone();
        path.extend(self.open.iter().map(|(_, name)| name.clone()));
        path.extend(key.split('.').map(clean));
        self.open.push((column, clean(key)));
        let inner = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
        if let Some(inner) = inner {
            for (key, value) in inner.split(',').filter_map(|part| pair(part.trim())) {
                let mut path = path.clone();
                path.push(clean(key));
                self.found.push(entry(path, value, number));
            }
            return;
        }
        self.found.push(entry(path, value, number));
    }
}

fn entry(path: Vec<String>, value: &str, line: u32) -> Entry {
    let list = value.strip_prefix('[').and_then(|value| value.strip_suffix(']')).unwrap_or(value);
    let values: Vec<String> = list.split(',').map(clean).filter(|value| !value.is_empty()).collect();
    let lines = vec![line; values.len()];
    Entry { path, values, line, lines }
}

fn pair(text: &str) -> Option<(&str, &str)> {
    let at = text.find([':', '=']).filter(|at| *at > 0)?;
    let (key, rest) = text.split_at(at);
    let value = rest.get(1..).unwrap_or("");
    let spaced = rest.starts_with('=') || value.is_empty() || value.starts_with(' ');
    let named = key.trim().trim_matches(['"', '\'']).chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    (spaced && named).then(|| (key.trim(), value.trim()))
}

fn clean(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with(['#', ';', '!']) {
        return "";
    }
    line.split(" #").next().unwrap_or(line).trim_end()
}
