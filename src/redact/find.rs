//! Where the secrets of a text are: by prefix, by the name they are assigned to, by header, in addresses.
//!
//! Every byte is looked at a bounded number of times: a run of key characters that was measured is not measured again.

use super::form::{Role, is_placeholder, is_stand_in};
use super::markers::{MARKERS, Marker};
use crate::text::Span;

/// A secret in the original text.
pub(super) struct Candidate {
    pub(super) span: Span,
    pub(super) role: Role,
    pub(super) in_header: bool,
}

/// All secrets, in order, without overlap.
pub(super) fn secrets(text: &str) -> Vec<Candidate> {
    let (kinds, Some(finder)) = &*MARKERS else { return Vec::new() };
    let mut search = Search { text, bytes: text.as_bytes(), key_run: (0, 0), value_run: (0, 0), line_end: 0, no_pem_end: false };
    let mut found: Vec<Candidate> = Vec::new();
    for hit in finder.find_overlapping_iter(text) {
        let Some(kind) = kinds.get(hit.pattern().as_usize()) else { continue };
        let (start, end) = (hit.start(), hit.end());
        found.extend(match kind {
            Marker::Prefix(least) => search.prefixed(start, end, *least),
            Marker::Scheme => search.schemed(start, end),
            Marker::Name(role) => search.assigned(start, end, *role),
            Marker::ShortName => search.short_name(start, end),
            Marker::Line => search.line(end),
            Marker::Userinfo => search.userinfo(end),
            Marker::User => search.user(end),
            Marker::Pem => search.pem(start),
        });
    }
    merge(found)
}

/// Of overlapping candidates the earliest and longest wins; its header mark is kept.
fn merge(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by_key(|c| (c.span.start, usize::MAX - c.span.end));
    let mut kept: Vec<Candidate> = Vec::with_capacity(found.len());
    for candidate in found {
        match kept.last_mut() {
            Some(last) if candidate.span.start < last.span.end => {
                last.in_header |= candidate.in_header;
                last.span.end = last.span.end.max(candidate.span.end);
            }
            _ => kept.push(candidate),
        }
    }
    kept
}

/// Characters of keys and tokens.
fn key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'+' | b'/' | b'=' | b'|' | b':' | b'~')
}

/// Characters of a value that a name is assigned to: anything up to a blank, quote or closing mark.
fn value_byte(b: u8) -> bool {
    b.is_ascii_graphic()
        && !matches!(b, b'"' | b'\'' | b'`' | b',' | b';' | b')' | b'(' | b']' | b'[' | b'}' | b'{' | b'<' | b'>' | b'\\' | b'&')
}

struct Search<'t> {
    text: &'t str,
    bytes: &'t [u8],
    key_run: (usize, usize),
    value_run: (usize, usize),
    line_end: usize,
    no_pem_end: bool,
}

impl Search<'_> {
    /// End of the run of key characters that holds `start`, without a trailing full stop or colon.
    fn key_end(&mut self, start: usize) -> usize {
        if !(self.key_run.0..self.key_run.1).contains(&start) {
            self.key_run = (start, self.run(start, key_byte));
        }
        self.trimmed(start, self.key_run.1)
    }

    fn value_end(&mut self, start: usize) -> usize {
        if !(self.value_run.0..self.value_run.1).contains(&start) {
            self.value_run = (start, self.run(start, value_byte));
        }
        self.trimmed(start, self.value_run.1)
    }

    fn run(&self, start: usize, wanted: fn(u8) -> bool) -> usize {
        start + self.bytes.get(start..).unwrap_or_default().iter().take_while(|b| wanted(**b)).count()
    }

    fn trimmed(&self, start: usize, mut end: usize) -> usize {
        let floor = start.max(end.saturating_sub(64));
        while end > floor && matches!(self.bytes.get(end - 1), Some(b'.' | b':' | b'/' | b'|' | b'?')) {
            end -= 1;
        }
        end
    }

    fn starts_word(&self, at: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        let escaped = matches!(before, [.., b'\\', b'n' | b't' | b'r']);
        escaped || before.last().is_none_or(|b| !b.is_ascii_alphanumeric())
    }

    fn prefixed(&mut self, start: usize, after: usize, least: usize) -> Option<Candidate> {
        let prefix = self.text.get(start..after)?;
        let exact = ["eyJ", "AKIA", "ASIA", "AIza"].iter().find(|p| p.eq_ignore_ascii_case(prefix));
        if !self.starts_word(start) || exact.is_some_and(|p| *p != prefix) {
            return None;
        }
        let end = self.key_end(start);
        let body = self.text.get(after..end).filter(|body| body.len() >= least)?;
        let dull = prefix.eq_ignore_ascii_case("sk-") && !head(body).bytes().any(|b| b.is_ascii_digit());
        (!dull && !is_stand_in(head(body))).then_some(Candidate { span: Span::new(start, end), role: Role::Credential, in_header: false })
    }

    /// After `Bearer `, `Key ` and the like: only a run that looks like a key.
    fn schemed(&mut self, start: usize, after: usize) -> Option<Candidate> {
        let bearer = self.text.get(start..after).is_some_and(|word| word.eq_ignore_ascii_case("bearer "));
        if !(bearer || self.header_before(start)) {
            return None;
        }
        let end = self.key_end(after);
        let value = self.text.get(after..end)?;
        let good = value.len() >= 8 && !is_placeholder(head(value)) && !value.eq_ignore_ascii_case("bearer");
        good.then_some(Candidate { span: Span::new(after, end), role: Role::Credential, in_header: true })
    }

    fn header_before(&self, start: usize) -> bool {
        let from = crate::text::ceil_border(self.text, start.saturating_sub(40));
        self.text.get(from..start).is_some_and(|t| t.to_ascii_lowercase().contains("authorization"))
    }

    /// The value after `name =`, `name: "`, `\"name\": \"`; short words, numbers and stand-ins are left.
    fn assigned(&mut self, start: usize, after: usize, role: Role) -> Option<Candidate> {
        // `[token]` is what stands for a secret that was replaced, and no name of one.
        if self.bytes.get(after) == Some(&b']') {
            return None;
        }
        let query = self.bytes.get(after.wrapping_sub(1)) == Some(&b'=');
        let value_start = if query { after } else { self.value_after(after)? };
        let header = self.text.get(start..after).is_some_and(|name| name.eq_ignore_ascii_case("authorization"));
        let end = if query { self.key_end(value_start) } else { self.value_end(value_start) };
        let value = self.text.get(value_start..end)?;
        let word = value.len() < 12 && value.bytes().all(|b| b.is_ascii_alphabetic());
        let number = value.len() < 20 && value.bytes().all(|b| b.is_ascii_digit());
        if value.len() < 8 || word || number || is_placeholder(head(value)) {
            return None;
        }
        Some(Candidate { span: Span::new(value_start, end), role, in_header: header })
    }

    /// Names that are common words (`ak`, `token`, `..._key`): whole, assigned, and the value must look like a key.
    fn short_name(&mut self, start: usize, after: usize) -> Option<Candidate> {
        let whole = self.starts_word(start) && self.bytes.get(after).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
        let camel = self.bytes.get(start).is_some_and(u8::is_ascii_uppercase)
            && self.bytes.get(start.wrapping_sub(1)).is_some_and(u8::is_ascii_lowercase);
        let tail = self.bytes.get(start.wrapping_sub(1)) == Some(&b'_')
            || self.text.get(start..after).is_some_and(|t| t.eq_ignore_ascii_case("key"));
        if !(whole || camel || tail) || self.bytes.get(after).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let candidate = self.assigned(start, after, Role::Credential)?;
        let value = self.text.get(candidate.span.start..candidate.span.end)?;
        let shown = head(value);
        let digits = shown.bytes().filter(u8::is_ascii_digit).count();
        let letters = shown.bytes().filter(u8::is_ascii_alphabetic).count();
        (value.len() >= 16 && digits >= 3 && letters >= 3 && !value.contains("://") && !value.contains('/')).then_some(candidate)
    }

    /// Position of the value after the rest of the name, closing quotes and an assignment sign or word.
    fn value_after(&self, after: usize) -> Option<usize> {
        let at = self.skip(after, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-', 24);
        let at = self.skip(at, |b| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b']' | b')'), 6);
        let rest = self.bytes.get(at..)?;
        let words: &[&[u8]] = &[b"is ", "是".as_bytes(), "为".as_bytes(), "為".as_bytes()];
        let sign = match words.iter().find(|word| rest.starts_with(word)) {
            Some(word) => at + word.len(),
            None => self.skip(at, |b| matches!(b, b'=' | b':' | b'>' | b','), 2),
        };
        if sign == at {
            return None;
        }
        let value = self.skip(sign, |b| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b'`'), 6);
        Some(self.named_value(value).unwrap_or(value))
    }

    /// `{"name": "x-api-key", "value": "..."}`: the value stands under the next name.
    fn named_value(&self, at: usize) -> Option<usize> {
        self.bytes.get(at..)?.strip_prefix(b"value")?;
        let at = self.skip(at + 5, |b| matches!(b, b'"' | b'\'' | b'\\'), 4);
        (self.bytes.get(at) == Some(&b':')).then(|| self.skip(at + 1, |b| matches!(b, b'"' | b'\'' | b'\\' | b' '), 6))
    }

    fn skip(&self, from: usize, wanted: fn(u8) -> bool, most: usize) -> usize {
        from + self.bytes.iter().skip(from).take(most).take_while(|b| wanted(**b)).count()
    }

    /// The rest of the line, quotes and all.
    fn line(&mut self, after: usize) -> Option<Candidate> {
        if after < self.line_end {
            return None;
        }
        let rest = self.text.get(after..)?;
        let end = after + rest.find('\n').unwrap_or(rest.len());
        self.line_end = end;
        let start = self.skip(after, |b| matches!(b, b' ' | b'"' | b'\''), 4);
        let value = self.text.get(start..end)?.trim_end().trim_end_matches(['"', '\'', ',']);
        let told = value.len() < 8 || value.starts_with("[cookie]") || is_placeholder(head(value)) && value.len() < 64;
        (!told).then_some(Candidate { span: Span::new(start, start + value.len()), role: Role::Other("[cookie]"), in_header: false })
    }

    fn userinfo(&self, after: usize) -> Option<Candidate> {
        let length = self.skip(after, |b| b.is_ascii_graphic() && !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\''), 256);
        let authority = self.text.get(after..length)?;
        let (info, _) = authority.rsplit_once('@')?;
        let (user, password) = info.split_once(':')?;
        let start = after + user.len() + 1;
        let told = password.is_empty() || password.starts_with('[');
        (!told).then_some(Candidate { span: Span::new(start, start + password.len()), role: Role::Other("[password]"), in_header: false })
    }

    /// `curl -u user:password`.
    fn user(&mut self, after: usize) -> Option<Candidate> {
        let start = self.skip(after, |b| matches!(b, b' ' | b'=' | b'"' | b'\''), 4);
        let end = self.value_end(start);
        let (user, password) = self.text.get(start..end)?.split_once(':')?;
        let told = password.len() < 4 || password.starts_with('[') || is_placeholder(head(password));
        let start = start + user.len() + 1;
        (!told).then_some(Candidate { span: Span::new(start, end), role: Role::Other("[password]"), in_header: false })
    }

    fn pem(&mut self, start: usize) -> Option<Candidate> {
        let rest = self.text.get(start..)?;
        let first = rest.get(..crate::text::floor_border(rest, 80))?.lines().next().unwrap_or("").to_ascii_lowercase();
        if !first.contains("private key") {
            return None;
        }
        let close = if self.no_pem_end { None } else { rest.find("-----END") };
        self.no_pem_end = close.is_none();
        let end =
            close.map_or(rest.len(), |close| rest.get(close..).and_then(|tail| tail.find('\n')).map_or(rest.len(), |line| close + line));
        Some(Candidate { span: Span::new(start, start + end), role: Role::Other("[private key]"), in_header: false })
    }
}

/// Enough of a value to judge its form by.
fn head(value: &str) -> &str {
    value.get(..crate::text::floor_border(value, 200)).unwrap_or(value)
}
