//! Turns a text into hashed features. The build script trains on the same features that the program reads.
//!
//! Words, pairs of words, and runs of letters (so that languages without spaces and unseen word forms count too).

use std::ops::Range;

/// Number of feature buckets; a power of two.
pub(super) const BUCKETS: usize = 1 << 15;
/// Bytes of a text that are read.
pub(super) const MAX_TEXT: usize = 6_000;

/// The product's own names say nothing about what failed.
const NAMES: &[&str] = &["kling", "klingai", "kwaivgi", "kwai", "可", "灵", "靈", "클", "링", "クリング"];

/// Buckets with their weights: each value is positive, the squares sum to one. Sorted by bucket.
pub(super) fn features(text: &str) -> Vec<(u32, f32)> {
    let words = Words::of(text);
    let mut buckets = Vec::with_capacity(1024);
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        add_word(word, &mut buckets);
        if let Some(next) = words.peek() {
            buckets.push(bucket(&[word, " ", next]));
        }
    }
    normalised(buckets)
}

/// Words in lower case, one after the other in one buffer.
#[derive(Default)]
struct Words {
    letters: String,
    places: Vec<Range<usize>>,
    /// Where the word at hand begins.
    from: usize,
}

impl Words {
    /// Every run of digits longer than four becomes `#`; scripts without spaces split by character.
    fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut previous_lower = false;
        for c in text.char_indices().take_while(|(at, _)| *at < MAX_TEXT).map(|(_, c)| c) {
            let alone = unspaced(c);
            if alone || !c.is_alphanumeric() || (previous_lower && c.is_uppercase()) {
                words.end();
            }
            if alone {
                words.letters.push(c);
                words.end();
            } else if c.is_alphanumeric() {
                words.letters.extend(c.to_lowercase());
            }
            previous_lower = c.is_lowercase();
        }
        words.end();
        words
    }

    /// The word at hand is complete.
    fn end(&mut self) {
        let word = self.letters.get(self.from..).unwrap_or_default();
        if dull(word) {
            self.letters.truncate(self.from);
            self.letters.push('#');
        } else if NAMES.contains(&word) {
            self.letters.truncate(self.from);
        }
        if self.from < self.letters.len() {
            self.places.push(self.from..self.letters.len());
            self.from = self.letters.len();
        }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().filter_map(|place| self.letters.get(place.clone()))
    }
}

/// A number that is no status or code, or an id.
fn dull(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let number = digits == word.len();
    (number && !matches!(digits, 0 | 3 | 4)) || (!number && word.len() > 6 && digits > 2)
}

/// Han, Kana, Hangul and Thai: written without spaces, or with endings attached.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// The word itself, and for longer words its first letters and its letter runs of four.
fn add_word(word: &str, buckets: &mut Vec<u32>) {
    buckets.push(bucket(&["w", word]));
    if !(5..=24).contains(&word.chars().count()) {
        return;
    }
    let starts = word.char_indices().map(|(at, _)| at);
    let ends = starts.clone().skip(4).chain([word.len()]);
    buckets.extend(starts.zip(ends).filter_map(|(from, to)| Some(bucket(&["r", word.get(from..to)?]))));
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
    let mut counted: Vec<(u32, f32)> = Vec::with_capacity(buckets.len());
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
