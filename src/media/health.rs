//! The state of a Base64 text: alphabet, padding, line breaks, foreign characters. One pass, nothing is decoded.

/// Characters per entry of the index.
pub(super) const BLOCK: usize = 1024;

const PLAIN: u8 = 1;
const PLUS: u8 = 2;
const SLASH: u8 = 4;
const SAFE: u8 = 8;
const PAD: u8 = 16;
const BREAK: u8 = 32;
const BLANK: u8 = 64;
const BAD: u8 = 128;
const SYMBOL: u8 = PLAIN | PLUS | SLASH | SAFE;

/// Which signs of the two alphabets occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alphabet {
    /// Letters and digits only: valid in both.
    #[default]
    Common,
    /// `+` or `/`.
    Standard,
    /// `-` or `_`.
    UrlSafe,
    /// Signs of both.
    Mixed,
}

/// How the text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Padding {
    /// As the standard asks, or omitted with the end.
    #[default]
    Right,
    /// So many `=` are missing.
    Missing(usize),
    /// So many `=` are too many.
    Excess(usize),
    /// More text follows the `=` at this byte offset.
    Inside(usize),
    /// No bytes give this number of characters: the text is cut or a character was lost.
    Impossible,
}

/// A character that is no Base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bad {
    /// Byte offset in the text as given.
    pub offset: usize,
    /// The character.
    pub found: char,
}

/// State of a Base64 text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// Characters that carry data, up to a mark of omission.
    pub symbols: usize,
    /// The alphabet.
    pub alphabet: Alphabet,
    /// The end.
    pub padding: Padding,
    /// The first foreign character.
    pub bad: Option<Bad>,
    /// How many bytes belong to foreign characters.
    pub bad_count: usize,
    /// Line breaks within the text.
    pub line_breaks: usize,
    /// Blanks within the text.
    pub blanks: usize,
    /// Whether the blanks stand where `+` was, as after reading a form.
    pub lost_plus: bool,
    /// Byte offset of a mark such as `...` that stands for omitted text.
    pub elided_at: Option<usize>,
}

impl Health {
    /// Whether a decoder that knows only RFC 4648 section 4 takes the text.
    pub fn strict(&self) -> bool {
        let whole = self.bad.is_none() && self.elided_at.is_none() && self.line_breaks + self.blanks == 0;
        whole && self.padding == Padding::Right && matches!(self.alphabet, Alphabet::Common | Alphabet::Standard)
    }
}

/// A text with its state and an index for reading at any byte.
pub(super) struct Scan<'a> {
    pub(super) health: Health,
    /// The text up to padding or the first foreign character.
    pub(super) readable: &'a [u8],
    /// Characters that carry data before each block.
    pub(super) before: Vec<usize>,
}

#[derive(Default)]
struct Counts {
    before: Vec<usize>,
    symbols: usize,
    flags: u8,
    pads: usize,
    bad: usize,
    lines: usize,
    blanks: usize,
    first_pad: Option<usize>,
    first_bad: Option<usize>,
}

/// Reads the state of `text`, which begins at byte `base` of what was given.
pub(super) fn scan(text: &str, base: usize) -> Scan<'_> {
    let bytes = text.as_bytes();
    let mut counts = count(bytes);
    let elided = counts.first_bad.filter(|at| is_elision(text, *at));
    if let Some(at) = elided {
        counts = Counts { bad: 0, first_bad: None, ..count(bytes.get(..at).unwrap_or_default()) };
    }
    let lost_plus = plus_was_lost(&counts);
    if lost_plus {
        counts.symbols += counts.blanks;
        counts.before = (0..counts.before.len()).map(|block| block * BLOCK).collect();
    }
    let stop = [counts.first_pad, counts.first_bad, elided].into_iter().flatten().min().unwrap_or(bytes.len());
    let readable = bytes.get(..stop).unwrap_or_default();
    let health = Health {
        symbols: counts.symbols,
        alphabet: alphabet(counts.flags),
        padding: padding(bytes, &counts, base, elided.is_some()),
        bad: counts.first_bad.map(|at| bad(text, at, base)),
        bad_count: counts.bad,
        line_breaks: counts.lines,
        blanks: counts.blanks,
        lost_plus,
        elided_at: elided.map(|at| at + base),
    };
    Scan { health, readable, before: counts.before }
}

fn count(bytes: &[u8]) -> Counts {
    let mut counts = Counts { before: Vec::with_capacity(bytes.len() / BLOCK + 1), ..Counts::default() };
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        counts.before.push(counts.symbols);
        let flags = block.iter().fold(0, |all, b| all | class(*b));
        counts.flags |= flags;
        if flags & !SYMBOL == 0 {
            counts.symbols += block.len();
        } else {
            count_mixed(&mut counts, block, flags, index * BLOCK);
        }
    }
    counts
}

fn count_mixed(counts: &mut Counts, block: &[u8], flags: u8, base: usize) {
    let holds = |flag: u8| flags & flag != 0;
    counts.symbols += number(block, |b| class(b) & SYMBOL != 0);
    if holds(BREAK) {
        counts.lines += number(block, |b| b == b'\n').max(number(block, |b| b == b'\r'));
    }
    if holds(BLANK) {
        counts.blanks += number(block, |b| b == b' ');
    }
    if holds(PAD) {
        counts.pads += number(block, |b| b == b'=');
        counts.first_pad = counts.first_pad.or_else(|| first(block, PAD, base));
    }
    if holds(BAD) {
        counts.bad += number(block, |b| class(b) == BAD);
        counts.first_bad = counts.first_bad.or_else(|| first(block, BAD, base));
    }
}

fn first(block: &[u8], flag: u8, base: usize) -> Option<usize> {
    block.iter().position(|b| class(*b) == flag).map(|at| base + at)
}

/// Counts in small runs, whose sums fit a byte: that is what a compiler turns into wide instructions.
fn number(block: &[u8], is: impl Fn(u8) -> bool) -> usize {
    block.chunks(128).map(|run| usize::from(run.iter().map(|b| u8::from(is(*b))).sum::<u8>())).sum()
}

fn class(b: u8) -> u8 {
    let plain = flag((b | 0x20).wrapping_sub(b'a') < 26, PLAIN) | flag(b.wrapping_sub(b'0') < 10, PLAIN);
    let gap = flag(b == b'\n', BREAK) | flag(b == b'\r', BREAK) | flag(b == b'\t', BREAK) | flag(b == b' ', BLANK);
    let sign = flag(b == b'+', PLUS) | flag(b == b'/', SLASH) | flag(b == b'-', SAFE) | flag(b == b'_', SAFE);
    let known = plain | gap | sign | flag(b == b'=', PAD);
    known | flag(known == 0, BAD)
}

const fn flag(is: bool, flag: u8) -> u8 {
    if is { flag } else { 0 }
}

/// A form turns `+` into a blank: then there are blanks and `/`, but no `+` and no other gap.
fn plus_was_lost(counts: &Counts) -> bool {
    counts.blanks > 0 && counts.flags & (PLUS | SAFE | BREAK | BAD) == 0 && counts.blanks * 16 <= counts.symbols
}

fn alphabet(flags: u8) -> Alphabet {
    match (flags & (PLUS | SLASH) != 0, flags & SAFE != 0) {
        (false, false) => Alphabet::Common,
        (true, false) => Alphabet::Standard,
        (false, true) => Alphabet::UrlSafe,
        (true, true) => Alphabet::Mixed,
    }
}

fn padding(bytes: &[u8], counts: &Counts, base: usize, elided: bool) -> Padding {
    if elided {
        return Padding::Right;
    }
    let after = counts.first_pad.and_then(|at| bytes.get(at..)).unwrap_or_default();
    if let (Some(at), true) = (counts.first_pad, after.iter().any(|b| class(*b) & SYMBOL != 0)) {
        return Padding::Inside(at + base);
    }
    let wanted = match counts.symbols % 4 {
        1 => return Padding::Impossible,
        rest => (4 - rest) % 4,
    };
    match counts.pads {
        pads if pads < wanted => Padding::Missing(wanted - pads),
        pads if pads > wanted => Padding::Excess(pads - wanted),
        _ => Padding::Right,
    }
}

fn bad(text: &str, at: usize, base: usize) -> Bad {
    let found = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER);
    Bad { offset: at + base, found }
}

/// Whether text was left out here, as a log or a person does it.
fn is_elision(text: &str, at: usize) -> bool {
    const WORDS: [&str; 10] = ["trunc", "omit", "snip", "elid", "more", "chars", "bytes", "remain", "redact", "..."];
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with("...") || rest.starts_with('…') || rest.starts_with("..") && rest.len() == 2 {
        return true;
    }
    let near: String = rest.chars().take(40).collect::<String>().to_ascii_lowercase();
    near.starts_with(['[', '<', '(', '{', '*']) && WORDS.iter().any(|word| near.contains(word))
}
