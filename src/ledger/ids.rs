//! Names that cannot be guessed.

use rand::TryRng as _;

use super::store::StoreError;

/// A source of 128 random bits.
pub type Entropy = Box<dyn FnMut() -> Result<u128, StoreError> + Send>;

/// Letters of base 32 (RFC 4648), in lower case.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The random numbers of the operating system.
pub fn system_entropy() -> Entropy {
    Box::new(|| {
        let mut bytes = [0; 16];
        let filled = rand::rngs::SysRng.try_fill_bytes(&mut bytes);
        filled.map_err(|error| StoreError::Io(format!("no random numbers from the system: {error}")))?;
        Ok(u128::from_be_bytes(bytes))
    })
}

/// 128 bits as 26 letters; the first carries three bits.
pub(in crate::ledger) fn base32(bits: u128) -> String {
    let letter = |at: u32| LETTERS.get(usize::try_from((bits >> (5 * at)) & 31).unwrap_or(0)).copied().unwrap_or(b'a');
    (0..26).rev().map(|at| char::from(letter(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bits_show() {
        let names: std::collections::BTreeSet<String> = (0..128).map(|bit| base32(1 << bit)).collect();
        assert_eq!(names.len(), 128);
        assert!(names.iter().all(|name| name.len() == 26));
    }
}
