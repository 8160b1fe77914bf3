//! Tells what a text is written in.

use super::report::Language;

/// What the text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detected {
    Known(Language),
    /// A language that is recognised and not read.
    Other(&'static str),
    Nothing,
}

/// Words and how much they say.
type Signs = &'static [(&'static str, u32)];

const PYTHON: Signs = &[
    ("def ", 3),
    ("import ", 1),
    ("except", 3),
    ("elif ", 3),
    ("self.", 2),
    ("@retry", 1),
    ("None", 1),
    ("True", 1),
    ("async def", 3),
    ("raise ", 2),
    ("f\"", 1),
    ("requests.", 2),
    ("while True:", 3),
    ("time.sleep(", 2),
    ("asyncio.", 3),
    ("@backoff.", 3),
    (" in range(", 3),
    ("from ", 1),
    ("with ", 1),
    ("httpx.", 2),
    ("Retry(", 1),
    ("stop=stop_", 3),
    ("tenacity", 2),
];
const JAVASCRIPT: Signs = &[
    ("const ", 3),
    ("let ", 2),
    ("=> ", 2),
    ("=>", 1),
    ("function ", 2),
    ("require(", 2),
    ("await ", 1),
    ("async function", 3),
    ("===", 2),
    ("!==", 2),
    ("axios", 2),
    ("fetch(", 2),
    ("JSON.stringify", 3),
    ("new Promise", 3),
    ("export ", 2),
    ("} from ", 2),
    ("pRetry(", 3),
    ("got.", 2),
    ("undefined", 1),
    ("setTimeout", 2),
    ("console.", 2),
    ("import ", 1),
    ("axiosRetry(", 3),
    ("Math.random", 2),
    ("`${", 2),
];
const GO: Signs = &[
    ("func ", 3),
    (":= ", 3),
    ("package ", 2),
    ("err != nil", 4),
    ("err == nil", 4),
    ("fmt.", 2),
    ("time.Sleep(", 3),
    ("http.NewRequest", 3),
    ("defer ", 2),
    ("time.Second", 3),
    ("time.Millisecond", 3),
    ("struct{}", 2),
    ("ctx context.Context", 3),
    ("for {", 1),
    ("retryablehttp.", 4),
    ("nil", 1),
    ("backoff.", 1),
];
const JAVA: Signs = &[
    ("public ", 2),
    ("private ", 2),
    ("new ", 1),
    ("throws ", 3),
    ("@Retryable", 4),
    ("Thread.sleep(", 4),
    ("RetryConfig", 4),
    ("Duration.of", 3),
    ("String ", 2),
    ("catch (", 1),
    ("final ", 2),
    ("IOException", 2),
    ("HttpRequest", 3),
    ("HttpClient", 1),
    ("static ", 1),
    ("import java", 4),
    ("RestTemplate", 3),
    (".builder()", 1),
    ("@Override", 3),
    ("int ", 1),
    ("for (int ", 3),
    (".class", 2),
    ("InterruptedException", 3),
    ("RetryTemplate", 4),
    ("@Backoff", 3),
];

/// Languages that are told, so that the answer can name them.
const OTHERS: &[(&str, Signs)] = &[
    (
        "Rust",
        &[
            ("fn ", 3),
            ("let mut ", 4),
            (".await?", 4),
            ("impl ", 2),
            ("::new(", 2),
            ("-> Result<", 4),
            ("Ok(", 2),
            ("loop {", 2),
            ("use std", 3),
            ("match ", 1),
        ],
    ),
    (
        "PHP",
        &[
            ("<?php", 8),
            ("$this->", 5),
            ("usleep(", 2),
            ("curl_setopt(", 5),
            ("function ", 1),
            ("->", 1),
            ("foreach (", 2),
            ("$attempt", 3),
            ("$response", 3),
        ],
    ),
    (
        "C#",
        &[
            ("using System", 6),
            ("async Task", 5),
            ("Task.Delay(", 5),
            ("Policy.Handle", 5),
            ("var ", 1),
            ("namespace ", 3),
            ("WaitAndRetryAsync", 6),
        ],
    ),
    ("Ruby", &[("rescue", 4), ("Net::HTTP", 5), (" do |", 4), ("\nend", 3), ("def ", 1), ("Faraday", 5), ("retry if ", 3)]),
    ("shell", &[("#!/bin/", 8), ("curl ", 3), ("; do", 3), ("\ndone", 4), ("$(", 2), ("\nfi", 3), ("echo ", 2), ("sleep ", 1)]),
];

/// A language needs at least this much evidence.
const ENOUGH: u32 = 4;

pub(super) fn detect(text: &str) -> Detected {
    let score = |signs: Signs| signs.iter().filter(|(word, _)| text.contains(word)).map(|(_, worth)| worth).sum::<u32>();
    let known = [(Language::Python, PYTHON), (Language::JavaScript, JAVASCRIPT), (Language::Go, GO), (Language::Java, JAVA)];
    let best = known.iter().map(|(language, signs)| (score(signs), *language)).max_by_key(|(score, _)| *score);
    let other = OTHERS.iter().map(|(name, signs)| (score(signs), *name)).max_by_key(|(score, _)| *score);
    let (points, language) = best.unwrap_or((0, Language::Settings));
    if settings_like(text) && points < 12 {
        return Detected::Known(Language::Settings);
    }
    match other {
        Some((more, name)) if more > points && more >= ENOUGH => Detected::Other(name),
        _ if points >= ENOUGH => Detected::Known(language),
        _ => Detected::Nothing,
    }
}

/// Whether the text is one map, or lines of `key: value` and `key = value`.
fn settings_like(text: &str) -> bool {
    let trimmed = text.trim_start();
    if trimmed.starts_with(['{', '[']) && !trimmed.starts_with("[[") && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return true;
    }
    if trimmed.starts_with('{') && text.contains(':') && !["=>", "function", ";\n", "return "].iter().any(|sign| text.contains(sign)) {
        return true;
    }
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']) && !line.starts_with("//")).collect();
    let like = lines.iter().filter(|line| setting_line(line)).count();
    !lines.is_empty() && like == lines.len()
}

fn setting_line(line: &str) -> bool {
    if line.starts_with('[') && line.ends_with(']') || line == "---" {
        return true;
    }
    let body = line.strip_prefix("- ").unwrap_or(line);
    let Some(at) = body.find([':', '=']) else { return line.starts_with("- ") && !line.contains('(') };
    let (key, value) = body.split_at(at);
    let named = !key.trim().is_empty()
        && key.trim().chars().all(|c| c.is_alphanumeric() || "_-.\"' []".contains(c))
        && key.trim().split(' ').count() == 1;
    let value = value.trim_start_matches([':', '=']).trim();
    named && !value.contains('(') && !value.ends_with([';', '{']) && !["await ", "new ", "=>"].iter().any(|sign| value.contains(sign))
}
