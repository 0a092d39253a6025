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
            self.mix(word_of(word));
        }
        // The length is told with the text, so the last word may well tell some bytes twice.
        match bytes.len() {
            0..8 => self.mix(word_of(bytes)),
            length if length % 8 > 0 => self.mix(word_of(&bytes[length - 8..])),
            _ => {}
        }
    }

    fn write_usize(&mut self, length: usize) {
        self.mix(length as u64);
    }

    fn finish(&self) -> u64 {
        let product = u128::from(self.0) * u128::from(Self::FACTOR);
        (product as u64) ^ ((product >> 64) as u64)
    }
}

/// At most eight bytes as one word, the same for no two texts of a length.
#[inline]
pub fn word_of(bytes: &[u8]) -> u64 {
    let four = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |four| u64::from(u32::from_le_bytes(*four)))
    };
    match bytes.len() {
        0 => 0,
        1..4 => {
            let byte = |at: usize| u64::from(bytes[at]);
            byte(0) | byte(bytes.len() / 2) << 8 | byte(bytes.len() - 1) << 16
        }
        4..8 => four(0) | four(bytes.len() - 4) << 32,
        _ => bytes
            .first_chunk()
            .map_or(0, |eight| u64::from_le_bytes(*eight)),
    }
}
