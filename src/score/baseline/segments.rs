//! The rules alone: every lead gets the rate of its segment.

/// Wins and leads by segment.
#[derive(Debug, Clone)]
pub(crate) struct SegmentRates {
    counts: Vec<[f64; 2]>,
}

impl SegmentRates {
    pub(crate) fn new(segments: usize) -> Self {
        Self {
            counts: vec![[0.0; 2]; segments],
        }
    }

    /// Counts one lead.
    pub(crate) fn count(&mut self, segment: usize, won: bool) {
        self.counts[segment][0] += 1.0;
        self.counts[segment][1] += f64::from(u8::from(won));
    }

    /// The rate of each segment, shrunken to that of all: (won + m p) / (n + m), where m = p (1-p) / τ² and τ² is the
    /// variance of true rates between segments by the method of moments.
    pub(crate) fn shrunken(&self) -> Vec<f64> {
        let n: f64 = self.counts.iter().map(|[n, _]| n).sum();
        let won: f64 = self.counts.iter().map(|[_, won]| won).sum();
        let p = won / n.max(1.0);
        let noise = p * (1.0 - p);
        let groups = self.counts.iter().filter(|[n, _]| *n > 0.0).count() as f64;
        let between: f64 = self
            .counts
            .iter()
            .filter(|[n, _]| *n > 0.0)
            .map(|[n, won]| n * (won / n - p).powi(2))
            .sum();
        let spread = n - self.counts.iter().map(|[n, _]| n * n).sum::<f64>() / n.max(1.0);
        let variance = (between - (groups - 1.0) * noise) / spread.max(1e-9);
        let prior = (noise / variance.max(1e-12)).clamp(1.0, 1e9);
        self.counts
            .iter()
            .map(|[n, won]| (won + prior * p) / (n + prior))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_segments_keep_their_rate_and_small_ones_the_mean() {
        let mut rates = SegmentRates::new(3);
        let mut add = |segment: usize, n: usize, won: usize| {
            (0..n).for_each(|i| rates.count(segment, i < won));
        };
        add(0, 1_000, 500);
        add(1, 1_000, 100);
        add(2, 2, 2);
        let rates = rates.shrunken();
        assert!((rates[0] - 0.5).abs() < 0.01 && (rates[1] - 0.1).abs() < 0.01);
        assert!(
            rates[2] < 0.7,
            "two wins of two are not certainty: {rates:?}"
        );
    }

    #[test]
    fn segments_that_differ_by_chance_alone_get_one_rate() {
        let mut rates = SegmentRates::new(2);
        for i in 0..200 {
            rates.count(i % 2, i % 10 < 2);
        }
        let rates = rates.shrunken();
        assert!((rates[0] - 0.2).abs() < 1e-6 && (rates[1] - 0.2).abs() < 1e-6);
    }
}
