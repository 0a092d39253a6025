//! Money in whole cents, so that sums are exact.

use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Serialize, Serializer};

/// Money in hundredths of the project's currency; as data, a number with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cents(i128);

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of money, to the nearest cent; what is no number counts nothing, and no amount counts more than
    /// 10^17, so that no sum can overflow.
    pub fn of(money: f64) -> Self {
        const MOST: f64 = 1e19;
        Self((money * 100.0).round().clamp(-MOST, MOST) as i128)
    }

    /// The money.
    pub fn money(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// How many.
    pub const fn count(self) -> i128 {
        self.0
    }

    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// With two decimals, exact: `-1234.50`.
    pub fn exact(self) -> String {
        let (sign, cents) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Cents {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Cents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.money())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_whole_and_written_exactly() {
        assert_eq!(Cents::of(0.1) + Cents::of(0.2), Cents::of(0.3));
        assert_eq!(Cents::of(-1234.499).exact(), "-1234.50");
        assert_eq!(Cents::of(-0.001).exact(), "0.00");
        assert_eq!(Cents::of(f64::NAN), Cents::ZERO);
        assert_eq!(Cents::of(70_071_992_547_409.5).exact(), "70071992547409.50");
        assert_eq!(
            Cents::of(7.005).money() * 100.0,
            (7.005_f64 * 100.0).round()
        );
    }
}
