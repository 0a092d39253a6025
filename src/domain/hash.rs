//! A quick hash of short texts, for tables that look texts up. It never decides an order.

use std::hash::Hasher;

/// The hash of a text, 64 bits.
pub fn text_hash(text: &[u8]) -> u64 {
    let mut mixer = Mixer(text.len() as u64);
    mixer.write(text);
    mixer.finish()
}

/// A quick hash of short texts: multiply and fold, eight bytes at a time. It never decides an order.
#[derive(Debug, Default, Clone)]
pub struct Mixer(u64);

impl Mixer {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

    #[inline]
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(Self::FACTOR);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ word.rotate_left(23);
    }
}

impl Hasher for Mixer {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let mut eight = [0; 8];
            eight.copy_from_slice(word);
            self.mix(u64::from_le_bytes(eight));
        }
        let mut eight = [0; 8];
        eight[..words.remainder().len()].copy_from_slice(words.remainder());
        self.mix(u64::from_le_bytes(eight));
    }

    fn write_usize(&mut self, length: usize) {
        self.mix(length as u64);
    }

    fn finish(&self) -> u64 {
        let product = u128::from(self.0) * u128::from(Self::FACTOR);
        (product as u64) ^ ((product >> 64) as u64)
    }
}
