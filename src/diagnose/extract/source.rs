//! Faults that source code shows by itself, line by line. It reads only code-like lines.

use crate::diagnose::evidence::{Evidence, readings as r};
use crate::text::Span;

/// Reads code-like lines, then what only several lines together show.
pub(crate) fn read(evidence: &mut Evidence<'_>) {
    media(evidence);
    let text = evidence.text;
    let mut start = 0;
    let mut loops = Loop::default();
    for line in text.lower.split('\n').take(20_000) {
        let span = Span::new(start, start + line.len());
        start = span.end + 1;
        if code_like(line) {
            one(evidence, line, span);
        }
        loops.line(line, span);
    }
    loops.judge(evidence);
}

fn code_like(line: &str) -> bool {
    line.len() < 2_000 && (line.contains(['=', '(', '{', '[']) || line.contains("\":"))
}

fn one(evidence: &mut Evidence<'_>, line: &str, span: Span) {
    let compares = ["==", "===", "!=", "in (", " in [", "case ", ".equals("].iter().any(|sign| line.contains(sign));
    let quoted = |word: &str| [format!("\"{word}\""), format!("'{word}'")].iter().any(|q| line.contains(q.as_str()));
    if compares && line.contains("status") && quoted("succeed") != quoted("succeeded") {
        success_word(evidence, quoted("succeed"), span);
    }
    if line.contains("api.klingai.com") && !line.contains("http/") {
        evidence.read(r::CODE_OLD_HOST, span, None);
    }
    if line.contains("429") && compares && ["retry", "sleep", "backoff", "continue", "wait"].iter().any(|word| line.contains(word)) {
        evidence.read(r::CODE_RETRY_429_BLIND, span, None);
    }
    if ["image_url=", "image=", "\"image\":", "'image':", "image_url\":"].iter().any(|key| local_file(line, key)) {
        evidence.read(r::CODE_LOCAL_FILE, span, None);
    }
}

/// Waiting for one word only is a fault where the other generation is called.
fn success_word(evidence: &mut Evidence<'_>, legacy_word: bool, span: Span) {
    let new = evidence.has(r::PATH_NEW) || evidence.has(r::WORDS_NEW);
    let legacy = evidence.has(r::PATH_LEGACY) || evidence.has(r::WORDS_LEGACY);
    if (legacy_word && new) || (!legacy_word && legacy) {
        let (word, generation) = if legacy_word { ("succeed", "new") } else { ("succeeded", "legacy") };
        evidence.read(
            r::CODE_WRONG_SUCCESS_WORD,
            span,
            Some(format!("the code waits for \"{word}\", which the {generation} generation never says")),
        );
    }
}

/// A quoted value with a file ending and no address.
fn local_file(line: &str, key: &str) -> bool {
    let Some((_, tail)) = line.split_once(key) else { return false };
    let value = tail.trim_start().trim_start_matches('f');
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    let Some(value) = value.get(1..).and_then(|rest| rest.split(quote).next()) else { return false };
    let ending = [".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mov"].iter().any(|end| value.ends_with(end));
    ending && !value.contains("://") && value.len() < 200
}

/// `data:` prefixes, private and signed addresses of inputs.
fn media(evidence: &mut Evidence<'_>) {
    let text = evidence.text;
    for kind in ["data:image/", "data:video/", "data:audio/", "data:application/octet-stream"] {
        if let Some(at) = text.lower.find(kind) {
            let span = Span::new(at, at + kind.len());
            evidence.read(r::MEDIA_DATA_PREFIX, span, None);
            if !evidence.has(r::GATEWAY_ANY) {
                evidence.read(r::CODE_DATA_PREFIX, span, None);
            }
        }
    }
    let urls = std::mem::take(&mut evidence.urls);
    for url in urls.iter().filter(|url| media_path(&url.path)) {
        if !url.host.is_empty() && super::urls::private(&url.host) {
            evidence.read(r::MEDIA_URL_PRIVATE, url.span, None);
        }
        let query = url.query.to_ascii_lowercase();
        if ["expires=", "x-amz-expires", "signature=", "x-goog-expires", "se="].iter().any(|key| query.contains(key)) {
            evidence.read(r::MEDIA_URL_SIGNED, url.span, None);
        }
    }
    evidence.urls = urls;
}

fn media_path(path: &str) -> bool {
    let small = path.to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".webp", ".gif", ".mp4", ".mov", ".webm", ".mp3", ".wav", ".m4a"].iter().any(|end| small.ends_with(end))
}

/// Heads of loops without an end of their own.
const ENDLESS: [&str; 7] = ["while true", "while (true)", "while(true)", "for (;;)", "for {", "while 1:", "loop {"];
/// Words that end such a loop after all.
const BOUNDS: [&str; 9] =
    ["deadline", "timeout", "max_attempts", "max_wait", "maxattempts", "max_polls", "time.time()", "date.now()", "elapsed"];
/// Loops and wrappers that repeat what is inside.
const ATTEMPTS: [&str; 12] = [
    "for attempt in",
    "for (let attempt",
    "for (let i",
    "@retry",
    "retrying(",
    "for i in range",
    "tenacity",
    "backoff.on_exception",
    "axiosretry",
    "for attempt :=",
    "p-retry",
    "max_retries",
];
const POSTS: [&str; 6] = ["requests.post", ".post(", "method: 'post'", "method: \"post\"", "http.post", "\"post\","];
/// A token at the margin is made once; one inside a function is made at each call.
const TOKEN_NAMES: [&str; 4] = ["token =", "const token =", "headers =", "jwt_token ="];
const TOKEN_MAKERS: [&str; 5] = ["jwt.encode", "encode_jwt", "jwt.sign", "get_token", "generate_token"];

/// What a loop around calls does.
#[derive(Default)]
struct Loop {
    endless: Option<Span>,
    bounded: bool,
    attempts: Option<Span>,
    post: Option<Span>,
    token: Option<Span>,
    polls: bool,
}

impl Loop {
    fn line(&mut self, line: &str, span: Span) {
        let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
        let begins = |heads: &[&str], at: &str| heads.iter().any(|head| at.starts_with(head));
        if begins(&ENDLESS, line.trim_start()) {
            self.endless.get_or_insert(span);
        }
        self.bounded |= has(&BOUNDS);
        if has(&ATTEMPTS) {
            self.attempts.get_or_insert(span);
        }
        if has(&POSTS) {
            self.post.get_or_insert(span);
        }
        if begins(&TOKEN_NAMES, line) && has(&TOKEN_MAKERS) {
            self.token.get_or_insert(span);
        }
        self.polls |= line.contains("status") && has(&[".get(", "sleep", "fetch("]);
    }

    fn judge(self, evidence: &mut Evidence<'_>) {
        if let Some(span) = self.endless.filter(|_| !self.bounded && self.polls) {
            evidence.read(r::CODE_NO_DEADLINE, span, Some("the loop has no deadline".into()));
        }
        if let (Some(_), Some(span)) = (self.attempts, self.post) {
            evidence.read(
                r::CODE_RETRY_CREATE,
                span,
                Some(format!("line {} sends the create inside a retry", evidence.text.line(span.start))),
            );
        }
        if let Some(span) = self.token {
            evidence.read(
                r::CODE_TOKEN_ONCE,
                span,
                Some(format!("line {} makes the token once, at start", evidence.text.line(span.start))),
            );
        }
    }
}
