//! The form of a reference page: a fenced TOML head, one title, `##` sections, executable fences.
//!
//! It knows nothing of what the heads mean.

/// A page taken apart.
#[derive(Debug, Clone)]
pub struct Page {
    /// Path below `references/`, for messages to people who edit pages.
    pub path: &'static str,
    /// The TOML text of the head.
    pub head: &'static str,
    /// Text of the `#` title.
    pub title: &'static str,
    /// `##` sections in order.
    pub sections: Vec<Section>,
    /// The whole file.
    pub text: &'static str,
}

/// One `##` section.
#[derive(Debug, Clone)]
pub struct Section {
    /// Text after `## `.
    pub name: &'static str,
    /// Everything up to the next section.
    pub body: &'static str,
    /// Line of the heading in the file, from 1.
    pub line: usize,
}

/// A fenced block of a section.
#[derive(Debug, Clone)]
pub struct Fence {
    /// Words after the opening fence, e.g. `json diagnose=quota.rate`.
    pub info: &'static str,
    /// The text between the fences.
    pub text: String,
    /// Line of the opening fence in the file, from 1.
    pub line: usize,
}

impl Fence {
    /// The value of `key=` among the info words.
    pub fn value(&self, key: &str) -> Option<&'static str> {
        self.info.split_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
}

impl Page {
    /// Takes a page apart.
    ///
    /// # Errors
    /// Says which part of the form is missing.
    pub fn parse(path: &'static str, text: &'static str) -> Result<Self, String> {
        let rest = text.strip_prefix("```toml\n").ok_or_else(|| format!("{path}: does not begin with a ```toml head"))?;
        let (head, body) = rest.split_once("\n```\n").ok_or_else(|| format!("{path}: the head is not closed"))?;
        let title = body.lines().find_map(|line| line.strip_prefix("# ")).ok_or_else(|| format!("{path}: no # title"))?;
        let body_line = text.len().checked_sub(body.len()).and_then(|at| text.get(..at)).map_or(1, |t| t.lines().count() + 1);
        Ok(Self { path, head, title, sections: sections(body, body_line), text })
    }

    /// The body of a section, or nothing.
    pub fn section(&self, name: &str) -> &'static str {
        self.sections.iter().find(|section| section.name == name).map_or("", |section| section.body)
    }

    /// Prose of a section on one line, without its fences.
    pub fn prose(&self, name: &str) -> String {
        let mut inside = false;
        let mut words = Vec::new();
        for line in self.section(name).lines() {
            if line.starts_with("```") {
                inside = !inside;
            } else if !inside {
                words.extend(line.split_whitespace());
            }
        }
        words.join(" ")
    }

    /// The entries of a numbered or bulleted section, each on one line.
    pub fn entries(&self, name: &str) -> Vec<String> {
        let mut entries: Vec<String> = Vec::new();
        for line in self.section(name).lines() {
            let trimmed = line.trim();
            if let Some(first) = entry_start(trimmed) {
                entries.push(first.to_owned());
            } else if let Some(last) = entries.last_mut().filter(|_| line.starts_with("  ") && !trimmed.is_empty()) {
                last.push(' ');
                last.push_str(trimmed);
            }
        }
        entries
    }

    /// All fenced blocks in order.
    pub fn fences(&self) -> Vec<Fence> {
        self.sections.iter().flat_map(fences).collect()
    }
}

fn entry_start(line: &str) -> Option<&str> {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = (digits.len() < line.len()).then(|| digits.strip_prefix(". ")).flatten();
    numbered.or_else(|| line.strip_prefix("- ")).map(str::trim)
}

fn sections(body: &'static str, first_line: usize) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let (mut inside, mut offset) = (false, 0);
    let mut open: Option<(&'static str, usize, usize)> = None;
    for (index, line) in body.split_inclusive('\n').enumerate() {
        if line.starts_with("```") {
            inside = !inside;
        } else if let Some(name) = line.strip_prefix("## ").filter(|_| !inside) {
            found.extend(close(body, open.take(), offset));
            open = Some((name.trim_end(), first_line + index, offset + line.len()));
        }
        offset += line.len();
    }
    found.extend(close(body, open, offset));
    found
}

fn close(body: &'static str, open: Option<(&'static str, usize, usize)>, end: usize) -> Option<Section> {
    let (name, line, start) = open?;
    Some(Section { name, body: body.get(start..end)?, line })
}

fn fences(section: &Section) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut inside = false;
    for (index, line) in section.body.split('\n').enumerate() {
        match (line.strip_prefix("```"), inside) {
            (Some(info), false) => {
                found.push(Fence { info: info.trim(), text: String::new(), line: section.line + 1 + index });
                inside = true;
            }
            (Some(_), true) => inside = false,
            (None, true) => {
                if let Some(fence) = found.last_mut() {
                    fence.text.push_str(line);
                    fence.text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    found
}
