//! Bits in the order of H.264 (ITU-T H.264, 7.2 and 9.1), and boxes of ISO base media files.

/// Bits, most significant first.
#[derive(Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    used: u8,
}

impl Bits {
    /// The lowest `count` bits of a value.
    pub(super) fn put(mut self, value: u32, count: u8) -> Self {
        for at in (0..count).rev() {
            self.bit(value >> at & 1 == 1);
        }
        self
    }

    /// An unsigned Exp-Golomb code: ue(v).
    pub(super) fn ue(self, value: u32) -> Self {
        let coded = value + 1;
        #[expect(clippy::cast_possible_truncation, reason = "at most 31 bits")]
        let length = (32 - coded.leading_zeros()) as u8;
        self.put(0, length - 1).put(coded, length)
    }

    /// The stop bit and zeros up to a whole byte.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.bit(true);
        self.bytes
    }

    fn bit(&mut self, set: bool) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut().filter(|_| set) {
            *last |= 0x80 >> self.used;
        }
        self.used = (self.used + 1) % 8;
    }
}

/// A box: its size, its name, its parts.
pub(super) fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let inner = parts.concat();
    let size = u32::try_from(inner.len() + 8).unwrap_or(u32::MAX);
    [&size.to_be_bytes()[..], &name, &inner].concat()
}

/// Numbers of 32 bits, big end first.
pub(super) fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_golomb_codes_are_those_of_the_standard() {
        // 9.1, table 9-2: 0 is 1, 1 is 010, 2 is 011, 3 is 00100.
        assert_eq!(Bits::default().ue(0).ue(1).ue(2).ue(3).end(), [0b1010_0110, 0b0100_1000]);
    }
}
