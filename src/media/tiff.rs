//! The directory of a TIFF file, which is also the form of EXIF.

use super::bytes::{Bytes, offset};
use super::facts::Facts;

pub(super) fn read(bytes: &Bytes<'_>) -> Facts {
    let mut facts = Facts::sides(number(bytes, 0, 0x0100).zip(number(bytes, 0, 0x0101)));
    facts.orientation = number(bytes, 0, 0x0112).and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=8).contains(n));
    facts.turned = facts.orientation.is_some_and(|o| o >= 5);
    facts
}

/// The number of a tag in the first directory of the TIFF data at `base`.
pub(super) fn number(bytes: &Bytes<'_>, base: usize, tag: u16) -> Option<u32> {
    let order = Order { bytes, little: bytes.array(base)? == *b"II" };
    let directory = base.checked_add(offset(order.long(base.checked_add(4)?)?))?;
    let count = usize::from(order.short(directory)?).min(256);
    let entry = (0..count).map(|index| directory.saturating_add(2 + index * 12)).find(|at| order.short(*at) == Some(tag))?;
    match order.short(entry.checked_add(2)?)? {
        3 => order.short(entry.checked_add(8)?).map(u32::from),
        4 => order.long(entry.checked_add(8)?),
        _ => None,
    }
}

struct Order<'a> {
    bytes: &'a Bytes<'a>,
    little: bool,
}

impl Order<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        if self.little { self.bytes.le16(at) } else { self.bytes.be16(at) }
    }

    fn long(&self, at: usize) -> Option<u32> {
        if self.little { self.bytes.le32(at) } else { self.bytes.be32(at) }
    }
}
