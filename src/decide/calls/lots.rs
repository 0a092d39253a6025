//! Lots: which of two neighbours is called and which is kept off the list for the day, to learn what a call changes.

use crate::domain::Day;

/// Days after a lot during which its lead is not drawn again: its outcome is still out.
pub(super) const LOT_DAYS: i32 = 30;

/// What every lot of a day's list of an owner hangs on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Urn<'a> {
    /// The seed of the command.
    pub(super) seed: u64,
    /// The day of the list.
    pub(super) day: Day,
    /// Whose list.
    pub(super) owner: &'a str,
}

impl Urn<'_> {
    /// A number in 0-1, the same for the same seed, day, owner and text: no generator has a state to lose.
    pub(super) fn draw(&self, text: &str) -> f64 {
        let mut hash = fnv(0xcbf2_9ce4_8422_2325, &self.seed.to_le_bytes());
        hash = fnv(hash, &self.day.epoch_days().to_le_bytes());
        hash = fnv(hash, &(self.owner.len() as u64).to_le_bytes());
        hash = fnv(hash, self.owner.as_bytes());
        hash = fnv(hash, text.as_bytes());
        // 53 bits, as a float holds them.
        (mixed(hash) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// FNV-1a.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The finaliser of splitmix64: FNV alone leaves the high bits of short texts alike.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A pair: the one called, the one held, and the lot that decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    /// Position of the one called.
    pub(super) drawn: usize,
    /// Position of the one held.
    pub(super) held: usize,
    /// The lot, 0-1: below one half the better of the two is called.
    pub(super) draw: f64,
}

/// At most `pairs` pairs of neighbours among `n` leads in the order of their value, one in each of as many bands. Bands
/// are even on the scale of the logarithm of the rank, so that there are most where the list is made, and none of the
/// ranks is left out.
pub(super) fn pairs(
    n: usize,
    pairs: usize,
    urn: Urn<'_>,
    id: impl Fn(usize) -> String,
) -> Vec<Pair> {
    let pairs = pairs.min(n / 2);
    let mut from = 0;
    (0..pairs)
        .map(|band| {
            let left = pairs - band - 1;
            let even = (n as f64).powf((band + 1) as f64 / pairs as f64) as usize;
            let to = if left == 0 {
                n
            } else {
                even.clamp(from + 2, n - 2 * left)
            };
            let at = urn.draw(&format!("band {band} of {pairs}"));
            let first = (from + (at * (to - from - 1) as f64) as usize).min(to - 2);
            from = to;
            let draw = urn.draw(&format!("{}\u{0}{}", id(first), id(first + 1)));
            let (drawn, held) = if draw < 0.5 {
                (first, first + 1)
            } else {
                (first + 1, first)
            };
            Pair { drawn, held, draw }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn urn(seed: u64, day: i32) -> Urn<'static> {
        Urn {
            seed,
            day: Day::from_epoch_days(day),
            owner: "Li",
        }
    }

    #[test]
    fn lots_are_even_and_hang_on_all_that_they_name() {
        let draws: Vec<f64> = (0..20_000)
            .map(|i| urn(7, i % 400).draw(&format!("L{i}")))
            .collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let mut tenths = [0; 10];
        for draw in &draws {
            tenths[(draw * 10.0) as usize] += 1;
        }
        // 2000 each, sd 42: five of them are never seen.
        assert!(
            tenths.iter().all(|n| (1790..2210).contains(n)),
            "{tenths:?}"
        );
        let one = urn(7, 1).draw("L1");
        assert_eq!(one.to_bits(), urn(7, 1).draw("L1").to_bits());
        let other = Urn {
            owner: "Wu",
            ..urn(7, 1)
        };
        for different in [
            urn(8, 1).draw("L1"),
            urn(7, 2).draw("L1"),
            urn(7, 1).draw("L2"),
            other.draw("L1"),
        ] {
            assert!((one - different).abs() > 1e-12);
        }
    }

    #[test]
    fn the_better_of_a_pair_is_called_half_of_the_time() {
        let better = (0..4_000)
            .flat_map(|day| pairs(200, 2, urn(3, day), |i| format!("L{i}")))
            .filter(|pair| pair.drawn < pair.held)
            .count();
        // 8000 lots: sd 45.
        assert!((3_780..4_220).contains(&better), "{better}");
    }

    proptest! {
        #[test]
        fn pairs_are_neighbours_and_no_lead_is_in_two(n in 0_usize..300, wanted in 0_usize..60, day in 0..999) {
            let found = pairs(n, wanted, urn(1, day), |i| format!("L{i}"));
            prop_assert_eq!(found.len(), wanted.min(n / 2));
            let mut seen = Vec::new();
            for pair in &found {
                prop_assert_eq!(pair.drawn.abs_diff(pair.held), 1);
                seen.extend([pair.drawn, pair.held]);
            }
            prop_assert!(seen.iter().all(|&at| at < n));
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), 2 * found.len());
        }
    }
}
