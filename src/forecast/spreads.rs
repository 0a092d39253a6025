//! How far amounts lie from what is expected of them: the lists of realised / expected that draws take from.

/// The list of all wins, and those of groups whose spread clearly differs; each has the mean 1.
#[derive(Debug, Clone, Default)]
pub(super) struct Spreads {
    /// The first is that of all. An empty list stands for amounts that come as expected.
    lists: Vec<Vec<f64>>,
    /// Mean square of each over that of the first.
    squares: Vec<f64>,
    /// Which of the lists each open lead draws from; beyond the end: the first.
    open: Vec<usize>,
    /// The same of the examples of each source.
    examples: Vec<Vec<usize>>,
}

impl Spreads {
    /// One list for all.
    #[cfg(test)]
    pub(super) fn same(ratios: &[f64]) -> Self {
        Self::new(&[ratios], Vec::new(), Vec::new())
    }

    /// Numbers in the lists that are no ratios are left out, and their means set to 1.
    pub(super) fn new(lists: &[&[f64]], open: Vec<usize>, examples: Vec<Vec<usize>>) -> Self {
        let lists: Vec<Vec<f64>> = lists.iter().map(|ratios| mean_one(ratios)).collect();
        let all = lists.first().map_or(1.0, |list| square(list));
        Self {
            squares: lists.iter().map(|list| square(list) / all).collect(),
            lists,
            open,
            examples,
        }
    }

    /// The list of all.
    pub(super) fn all(&self) -> &[f64] {
        self.lists.first().map_or(&[], Vec::as_slice)
    }

    /// Mean square of the list of all; 1 without any.
    pub(super) fn square(&self) -> f64 {
        square(self.all())
    }

    /// The ratio of an open lead at the part `u` (0-1) of its list.
    pub(super) fn of_open(&self, lead: usize, u: f64) -> f64 {
        self.at(self.open.get(lead), u)
    }

    /// The ratio of a new lead like an example of a source.
    pub(super) fn of_example(&self, source: usize, example: usize, u: f64) -> f64 {
        self.at(self.example(source, example), u)
    }

    /// Mean square of the ratios of an open lead, over that of all.
    pub(super) fn square_of_open(&self, lead: usize) -> f64 {
        self.relative(self.open.get(lead))
    }

    /// The same of a new lead like an example of a source.
    pub(super) fn square_of_example(&self, source: usize, example: usize) -> f64 {
        self.relative(self.example(source, example))
    }

    fn example(&self, source: usize, example: usize) -> Option<&usize> {
        self.examples.get(source)?.get(example)
    }

    fn at(&self, list: Option<&usize>, u: f64) -> f64 {
        let Some(list) = self.lists.get(list.copied().unwrap_or(0)) else {
            return 1.0;
        };
        let at = (u * list.len() as f64) as usize;
        let last = list.len().saturating_sub(1);
        list.get(at.min(last)).copied().unwrap_or(1.0)
    }

    fn relative(&self, list: Option<&usize>) -> f64 {
        let list = list.copied().unwrap_or(0);
        self.squares.get(list).copied().unwrap_or(1.0)
    }
}

fn square(ratios: &[f64]) -> f64 {
    if ratios.is_empty() {
        return 1.0;
    }
    ratios.iter().map(|r| r * r).sum::<f64>() / ratios.len() as f64
}

/// Ratios over their mean; those that are no positive number left out.
fn mean_one(ratios: &[f64]) -> Vec<f64> {
    let used: Vec<f64> = (ratios.iter().copied())
        .filter(|ratio| ratio.is_finite() && *ratio >= 0.0)
        .collect();
    let mean = used.iter().sum::<f64>() / used.len() as f64;
    if mean.is_nan() || mean <= 0.0 {
        return Vec::new();
    }
    used.iter().map(|ratio| ratio / mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_draws_from_its_own_list() {
        let (narrow, wide) = ([1.0, 1.0], [0.0, 4.0, f64::NAN]);
        let spreads = Spreads::new(&[&narrow, &wide], vec![0, 1], vec![vec![1], vec![0]]);
        assert_eq!(
            (spreads.of_open(0, 0.9), spreads.of_open(1, 0.9)),
            (1.0, 2.0)
        );
        assert_eq!(spreads.of_open(1, 0.1), 0.0);
        assert_eq!(spreads.of_open(7, 0.9), 1.0, "unknown ones as all");
        assert_eq!(
            (spreads.of_example(0, 0, 0.6), spreads.of_example(1, 0, 0.6)),
            (2.0, 1.0)
        );
        assert_eq!((spreads.square(), spreads.square_of_open(1)), (1.0, 2.0));
        assert_eq!(Spreads::default().of_open(0, 0.5), 1.0);
        assert_eq!(Spreads::same(&[]).square(), 1.0);
    }
}
