//! The bytes behind a Base64 text, decoded where they are asked for.

use super::health::{BLOCK, Scan};

/// Reads bytes at any offset without decoding what lies before.
pub(super) struct Bytes<'a> {
    text: &'a [u8],
    before: &'a [usize],
    blank_is_plus: bool,
    len: usize,
}

/// How many bytes so many characters stand for.
pub(super) const fn decoded(symbols: usize) -> usize {
    symbols / 4 * 3 + (symbols % 4).saturating_sub(1)
}

impl<'a> Bytes<'a> {
    /// The bytes up to padding or the first foreign character.
    pub(super) fn new(scan: &'a Scan<'_>) -> Self {
        let mut bytes = Self { text: scan.readable, before: &scan.before, blank_is_plus: scan.health.lost_plus, len: 0 };
        let last = scan.readable.len() / BLOCK;
        let rest = bytes.text.get(last * BLOCK..).unwrap_or_default();
        let in_rest = rest.iter().filter(|b| bytes.sextet(**b).is_some()).count();
        let in_blocks = scan.before.get(last).copied().unwrap_or(scan.health.symbols);
        bytes.len = decoded(in_blocks + in_rest);
        bytes
    }

    /// Number of bytes that can be read.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Fills `out` from `at` on; says how many bytes there were.
    pub(super) fn read(&self, at: usize, out: &mut [u8]) -> usize {
        if at >= self.len {
            return 0;
        }
        let mut sextets = self.sextets(at / 3 * 4);
        let (mut skip, mut got) = (at % 3, 0);
        while got < out.len() {
            let Some((triple, whole)) = group(&mut sextets) else { break };
            for byte in triple.iter().take(whole).skip(skip) {
                if let Some(slot) = out.get_mut(got) {
                    *slot = *byte;
                    got += 1;
                }
            }
            skip = 0;
        }
        got
    }

    fn sextets(&self, from: usize) -> impl Iterator<Item = u32> {
        let block = self.before.partition_point(|before| *before <= from).saturating_sub(1);
        let skip = from - self.before.get(block).copied().unwrap_or(from).min(from);
        let start = block * BLOCK;
        let dense = self.before.get(block + 1).zip(self.before.get(block)).is_some_and(|(next, this)| next - this == BLOCK);
        let (start, skip) = if dense { (start + skip, 0) } else { (start, skip) };
        self.text.get(start..).unwrap_or_default().iter().filter_map(|b| self.sextet(*b)).skip(skip)
    }

    fn sextet(&self, b: u8) -> Option<u32> {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b' ' if self.blank_is_plus => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        Some(u32::from(value))
    }

    /// Up to `len` bytes from `at` on.
    pub(super) fn piece(&self, at: usize, len: usize) -> Vec<u8> {
        let mut out = vec![0; len.min(self.len.saturating_sub(at))];
        let got = self.read(at, &mut out);
        out.truncate(got);
        out
    }

    /// The first bytes, enough to tell a format.
    pub(super) fn head(&self) -> Vec<u8> {
        self.piece(0, 512)
    }

    /// Up to `len` last bytes.
    pub(super) fn tail(&self, len: usize) -> Vec<u8> {
        self.piece(self.len.saturating_sub(len), len)
    }

    pub(super) fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let mut out = [0; N];
        (self.read(at, &mut out) == N).then_some(out)
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.array::<1>(at).map(|[b]| b)
    }

    pub(super) fn be16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    pub(super) fn be32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_be_bytes)
    }

    pub(super) fn be64(&self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_be_bytes)
    }

    pub(super) fn le16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn le32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// Whether `what` stands at `at`.
    pub(super) fn has(&self, at: usize, what: [u8; 4]) -> bool {
        self.array(at) == Some(what)
    }
}

fn group(sextets: &mut impl Iterator<Item = u32>) -> Option<([u8; 3], usize)> {
    let (mut value, mut count) = (0, 0);
    for sextet in sextets.take(4) {
        value = value << 6 | sextet;
        count += 1;
    }
    if count < 2 {
        return None;
    }
    let [_, a, b, c] = (value << (6 * (4 - count))).to_be_bytes();
    Some(([a, b, c], count - 1))
}

/// A size of a file as an offset; one that no memory holds becomes the greatest.
pub(super) fn offset(size: impl TryInto<usize>) -> usize {
    size.try_into().unwrap_or(usize::MAX)
}

/// A number as a float; above 2^53 the nearest one.
pub(super) fn float(number: u64) -> f64 {
    let high = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(number & 0xffff_ffff).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}
