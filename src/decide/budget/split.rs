//! The best split of an amount: equal marginal return, within bounds.
//!
//! max sum `k_s` `S_s`^`b_s` with sum `S_s` = B and low <= S <= high, where k is the level of the response x the worth of an
//! outcome. The returns are concave, so the best split is the one at which the marginal return k b S^(b-1) is the same,
//! lambda, wherever no bound binds; lambda is found by bisection.

/// Steps of the bisection: more than a double can tell apart.
const STEPS: usize = 200;

/// What a source may get, and what it brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Return of the first unit of spend, money: the return of S is scale x S^b.
    pub scale: f64,
    /// Elasticity, above 0 and below 1.
    pub b: f64,
    /// Least money.
    pub low: f64,
    /// Most money.
    pub high: f64,
}

impl Choice {
    /// Return of this spend, money.
    pub fn at(&self, spend: f64) -> f64 {
        self.scale * spend.max(0.0).powf(self.b)
    }

    /// Return of one more unit of spend, money.
    pub fn marginal(&self, spend: f64) -> f64 {
        self.scale * self.b * spend.max(f64::MIN_POSITIVE).powf(self.b - 1.0)
    }

    /// Spend at which one more unit returns exp(`log`), within the bounds.
    fn wanted(&self, log: f64) -> f64 {
        if self.scale <= 0.0 {
            return self.low;
        }
        let free = ((self.scale.ln() + self.b.ln() - log) / (1.0 - self.b)).exp();
        free.clamp(self.low, self.high)
    }
}

/// The best split of `total`. What lies outside of the sum of the bounds is taken as that sum.
pub fn best(choices: &[Choice], total: f64) -> Vec<f64> {
    let spent = |log: f64| -> f64 { choices.iter().map(|choice| choice.wanted(log)).sum() };
    let ends = |of: fn(f64, f64) -> f64, start: f64| -> f64 {
        (choices.iter().filter(|choice| choice.scale > 0.0))
            .flat_map(|choice| [choice.marginal(choice.low), choice.marginal(choice.high)])
            .fold(start, |end, marginal| of(end, marginal.ln()))
    };
    // The dearer the last unit, the less is spent.
    let (mut cheap, mut dear) = (
        ends(f64::min, f64::INFINITY) - 1.0,
        ends(f64::max, f64::NEG_INFINITY) + 1.0,
    );
    if cheap < dear {
        for _ in 0..STEPS {
            let middle = 0.5 * (cheap + dear);
            if spent(middle) > total {
                cheap = middle;
            } else {
                dear = middle;
            }
        }
    }
    let mut split: Vec<f64> = choices.iter().map(|choice| choice.wanted(dear)).collect();
    fill(&mut split, choices, total);
    split
}

/// Moves what the sum is off by to where the bounds leave room, in the same share of each room: what rounding left, or
/// what nothing is gained by.
pub(super) fn fill(split: &mut [f64], choices: &[Choice], total: f64) {
    let off = total - split.iter().sum::<f64>();
    let room: Vec<f64> = (split.iter().zip(choices))
        .map(|(s, choice)| {
            let room = if off > 0.0 {
                choice.high - s
            } else {
                s - choice.low
            };
            room.max(0.0)
        })
        .collect();
    let all: f64 = room.iter().sum();
    if all > 0.0 {
        let share = (off / all).clamp(-1.0, 1.0);
        for (s, room) in split.iter_mut().zip(room) {
            *s += share * room;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn choices() -> impl Strategy<Value = Vec<Choice>> {
        let one = (0.01..1e4_f64, 0.05..0.95_f64, 0.0..5e4_f64, 1.0..5e4_f64).prop_map(
            |(scale, b, low, room)| Choice {
                scale,
                b,
                low,
                high: low + room,
            },
        );
        proptest::collection::vec(one, 1..9)
    }

    proptest! {
        /// The conditions of an optimum: the sum, the bounds, equal marginal returns where none binds, no less where the
        /// upper one binds and no more where the lower one does.
        #[test]
        fn marginal_returns_are_equal(choices in choices(), share in 0.02..0.98_f64) {
            let low: f64 = choices.iter().map(|c| c.low).sum();
            let high: f64 = choices.iter().map(|c| c.high).sum();
            let total = low + share * (high - low);
            let split = best(&choices, total);
            prop_assert!((split.iter().sum::<f64>() / total - 1.0).abs() < 1e-9);
            let (mut most_of_low, mut least_of_high) = (0.0_f64, f64::INFINITY);
            let mut free = Vec::new();
            for (s, c) in split.iter().zip(&choices) {
                prop_assert!(*s >= c.low - 1e-9 && *s <= c.high * (1.0 + 1e-12));
                let marginal = c.marginal(*s);
                if *s <= c.low * (1.0 + 1e-9) {
                    most_of_low = most_of_low.max(marginal);
                } else if *s >= c.high * (1.0 - 1e-9) {
                    least_of_high = least_of_high.min(marginal);
                } else {
                    free.push(marginal);
                }
            }
            let (least, most) = (free.iter()).fold((f64::INFINITY, 0.0_f64), |e, &m| (e.0.min(m), e.1.max(m)));
            prop_assert!(free.is_empty() || most / least - 1.0 < 1e-6, "{least} {most}");
            prop_assert!(most_of_low <= least_of_high.min(least) * (1.0 + 1e-6));
            prop_assert!(most <= least_of_high * (1.0 + 1e-6));
        }
    }

    #[test]
    fn what_brings_nothing_gets_the_least() {
        let of = |scale| Choice {
            scale,
            b: 0.5,
            low: 10.0,
            high: 100.0,
        };
        let split = best(&[of(0.0), of(3.0)], 90.0);
        assert!(
            (split[0] - 10.0).abs() < 1e-9 && (split[1] - 80.0).abs() < 1e-9,
            "{split:?}"
        );
        let none = best(&[of(0.0), of(0.0)], 90.0);
        assert_eq!(none, vec![45.0, 45.0]);
        assert!(best(&[], 5.0).is_empty());
        assert_eq!(
            best(&[of(1.0)], 500.0),
            vec![100.0],
            "no more than the bounds"
        );
    }
}
