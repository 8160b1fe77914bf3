//! Turns a text into hashed features. The build script trains on the same features that the program reads.
//!
//! Words, pairs of words, and runs of letters (so that languages without spaces and unseen word forms count too).

/// Number of feature buckets; a power of two.
pub(super) const BUCKETS: usize = 1 << 15;
/// Bytes of a text that are read.
pub(super) const MAX_TEXT: usize = 6_000;

/// The product's own names say nothing about what failed.
const NAMES: &[&str] = &["kling", "klingai", "kwaivgi", "kwai", "可", "灵", "靈", "클", "링", "クリング"];

/// Buckets with their weights: each value is positive, the squares sum to one. Sorted by bucket.
pub(super) fn features(text: &str) -> Vec<(u32, f32)> {
    let mut buckets = Vec::with_capacity(256);
    let words = words(text);
    for (index, word) in words.iter().enumerate() {
        add_word(word, &mut buckets);
        if let Some(next) = words.get(index + 1) {
            buckets.push(bucket(&[word, " ", next]));
        }
    }
    normalised(buckets)
}

/// Lower-case words; every run of digits longer than four becomes `#`; scripts without spaces split by character.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut current = String::new();
    let mut previous_lower = false;
    for c in text.char_indices().take_while(|(at, _)| *at < MAX_TEXT).map(|(_, c)| c) {
        let camel = previous_lower && c.is_uppercase();
        if unspaced(c) {
            flush(&mut current, &mut words);
            words.push(c.to_string());
        } else if c.is_alphanumeric() {
            if camel {
                flush(&mut current, &mut words);
            }
            current.extend(c.to_lowercase());
        } else {
            flush(&mut current, &mut words);
        }
        previous_lower = c.is_lowercase();
    }
    flush(&mut current, &mut words);
    words.retain(|word| !NAMES.contains(&word.as_str()));
    words
}

fn flush(current: &mut String, words: &mut Vec<String>) {
    if current.is_empty() {
        return;
    }
    let number = current.chars().all(|c| c.is_ascii_digit());
    let mixed = !number && current.len() > 6 && current.chars().filter(char::is_ascii_digit).count() > 2;
    if (number && !matches!(current.len(), 3 | 4)) || mixed {
        words.push("#".to_owned());
        current.clear();
    } else {
        words.push(std::mem::take(current));
    }
}

/// Han, Kana, Hangul and Thai: written without spaces, or with endings attached.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// The word itself, and for longer words its first letters and its letter runs of four.
fn add_word(word: &str, buckets: &mut Vec<u32>) {
    buckets.push(bucket(&["w", word]));
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 || letters.len() > 24 {
        return;
    }
    for run in letters.windows(4) {
        let run: String = run.iter().collect();
        buckets.push(bucket(&["r", &run]));
    }
}

/// FNV-1a over the parts, folded to a bucket.
fn bucket(parts: &[&str]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|part| part.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let folded = (hash >> 32) ^ hash;
    u32::try_from(folded % BUCKETS as u64).unwrap_or(0)
}

fn normalised(mut buckets: Vec<u32>) -> Vec<(u32, f32)> {
    buckets.sort_unstable();
    let mut counted: Vec<(u32, f32)> = Vec::new();
    for bucket in buckets {
        match counted.last_mut() {
            Some((last, count)) if *last == bucket => *count += 1.0,
            _ => counted.push((bucket, 1.0)),
        }
    }
    for (_, count) in &mut counted {
        *count = 1.0 + count.ln();
    }
    let norm = counted.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    for (_, value) in &mut counted {
        *value /= norm;
    }
    counted
}
