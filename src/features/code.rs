//! The code of a value: a level, and how far it is on the way to the next.

/// A missing value, in every feature.
pub const MISSING: Code = Code(0);

/// A level (0 is missing), with a fraction of the way to the level above for numbers between two bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Code(u16);

impl Code {
    /// A level on its own; at most 255.
    pub const fn level(level: u16) -> Self {
        Self(level << 8)
    }

    /// A point between `level` and the next, `fraction` (0-1) of the way up.
    pub fn between(level: u16, fraction: f64) -> Self {
        // Cutting off after adding a half is rounding, without a call to the maths library.
        let steps = (fraction.clamp(0.0, 1.0) * 256.0 + 0.5) as u16;
        Self((level << 8) + steps)
    }

    /// The level that it lies at or above.
    pub const fn lower(self) -> u16 {
        self.0 >> 8
    }

    /// A number of its own for every code, below 65,536.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// How far it is on the way to the next level, 0 to 255/256.
    pub fn fraction(self) -> f32 {
        f32::from(self.0 & 0xff) / 256.0
    }

    /// How far it is on the way to the next level, in steps of 1/256.
    pub const fn steps(self) -> u8 {
        (self.0 & 0xff) as u8
    }

    /// The level that it is nearest to.
    pub const fn nearest(self) -> u16 {
        (self.0 + 0x80) >> 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_holds_a_level_and_a_fraction() {
        let code = Code::between(3, 0.75);
        assert_eq!(
            (code.lower(), code.fraction(), code.nearest()),
            (3, 0.75, 4)
        );
        assert_eq!(Code::between(3, 1.0), Code::level(4));
        assert_eq!((MISSING.lower(), MISSING.fraction()), (0, 0.0));
        assert_eq!(Code::level(255).lower(), 255);
    }
}
