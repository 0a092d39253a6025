//! Rows of codes as linfa records: one level, or a point between two, for each feature.

use linfa::dataset::Records;

use super::{Logistic, SparseRows, sigmoid};
use crate::features::{Code, parallel};

/// The columns of one feature: one for each level but the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Number of levels, the missing one included.
    pub levels: u16,
    /// The level without a column.
    pub reference: u16,
}

/// A binned design as it is coded: two bytes a feature and row, where [`SparseRows`] need eight to sixteen. Every row has
/// weight 1 and is a lead of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRows {
    features: Vec<Levels>,
    /// By feature: whether any code lies between two levels.
    between: Vec<bool>,
    codes: Vec<Code>,
    rows: usize,
}

impl CodeRows {
    /// `rows` rows of one code for each feature, row by row. None if there are not just as many codes, or one of them lies
    /// beyond the levels of its feature.
    pub fn new(features: Vec<Levels>, codes: Vec<Code>, rows: usize) -> Option<Self> {
        let mut made = Self {
            between: vec![false; features.len()],
            features,
            codes,
            rows,
        };
        if made.codes.len() != rows * made.features.len() {
            return None;
        }
        made.between = made.looked_over()?;
        Some(made)
    }

    /// Which features have codes between two levels; none if a code lies beyond its feature.
    fn looked_over(&self) -> Option<Vec<bool>> {
        let k = self.features.len();
        let tops: Vec<Code> = (self.features.iter())
            .map(|feature| Code::level(feature.levels.saturating_sub(1)))
            .collect();
        let blocks = parallel::by_block(self.rows, |rows| {
            let (mut most, mut steps) = (vec![Code::default(); k], vec![0_u8; k]);
            for row in self.codes(rows).chunks_exact(k.max(1)) {
                for ((most, steps), &code) in most.iter_mut().zip(&mut steps).zip(row) {
                    *most = code.max(*most);
                    *steps |= code.steps();
                }
            }
            (most.iter().zip(&tops).all(|(most, top)| most <= top)).then_some(steps)
        });
        let mut between = vec![false; k];
        for steps in blocks {
            for (between, steps) in between.iter_mut().zip(steps?) {
                *between |= steps > 0;
            }
        }
        Some(between)
    }

    /// The rows named, in that order.
    #[must_use]
    pub(crate) fn take(&self, rows: &[usize]) -> Self {
        let k = self.features.len();
        let mut codes = Vec::with_capacity(rows.len() * k);
        for &row in rows {
            codes.extend_from_slice(&self.codes[row * k..(row + 1) * k]);
        }
        Self {
            features: self.features.clone(),
            between: self.between.clone(),
            rows: rows.len(),
            codes,
        }
    }

    /// The features.
    pub fn features(&self) -> &[Levels] {
        &self.features
    }

    /// By feature: whether any code lies between two levels.
    pub(super) fn between(&self) -> &[bool] {
        &self.between
    }

    /// The codes of some rows, one after the other.
    pub(super) fn codes(&self, rows: std::ops::Range<usize>) -> &[Code] {
        let k = self.features.len();
        &self.codes[rows.start * k..rows.end * k]
    }

    /// Number of rows.
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Number of columns, without the intercept.
    pub fn columns(&self) -> usize {
        (self.features.iter())
            .map(|feature| usize::from(feature.levels.saturating_sub(1)))
            .sum()
    }

    /// The same design as sparse rows, each of weight 1 and a lead of its own.
    pub fn to_sparse(&self) -> SparseRows {
        let mut sparse = SparseRows::new(self.columns());
        let mut cells = Vec::new();
        for row in 0..self.rows {
            cells.clear();
            let mut first = 0_u32;
            for (feature, code) in self.features.iter().zip(self.codes(row..row + 1)) {
                let (lower, fraction) = (code.lower(), code.fraction());
                for (level, share) in [(lower, 1.0 - fraction), (lower + 1, fraction)] {
                    if share > 0.0 && level != feature.reference && level < feature.levels {
                        let place = level - u16::from(level > feature.reference);
                        cells.push((first + u32::from(place), share));
                    }
                }
                first += u32::from(feature.levels.saturating_sub(1));
            }
            sparse.push(&cells, 1.0, row as u32);
        }
        sparse
    }
}

impl Records for CodeRows {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.rows
    }

    fn nfeatures(&self) -> usize {
        self.columns()
    }
}

impl linfa::traits::PredictInplace<CodeRows, ndarray::Array1<f64>> for Logistic {
    /// P(true) of each row.
    fn predict_inplace(&self, rows: &CodeRows, out: &mut ndarray::Array1<f64>) {
        let table = Table::new(rows.features(), &self.coefficients);
        let k = rows.features().len();
        let p = parallel::by_block(rows.len(), |block| {
            let codes = rows.codes(block.clone());
            (0..block.len())
                .map(|i| sigmoid(self.intercept + table.sum(&codes[i * k..(i + 1) * k])))
                .collect::<Vec<f64>>()
        });
        for (out, p) in out.iter_mut().zip(p.into_iter().flatten()) {
            *out = p;
        }
    }

    fn default_target(&self, rows: &CodeRows) -> ndarray::Array1<f64> {
        ndarray::Array1::zeros(rows.len())
    }
}

/// Coefficients by feature and level (0 for the reference), and the rise to the next level per step of a code.
#[derive(Debug)]
pub(super) struct Table {
    /// Where the levels of each feature begin.
    first: Vec<usize>,
    cells: Vec<[f64; 2]>,
}

impl Table {
    pub(super) fn new(features: &[Levels], coefficients: &[f64]) -> Self {
        let (mut first, mut cells) = (Vec::new(), Vec::new());
        let mut column = 0;
        for feature in features {
            first.push(cells.len());
            for level in 0..feature.levels {
                let known = level != feature.reference;
                let b = if known {
                    coefficients.get(column).copied().unwrap_or(0.0)
                } else {
                    0.0
                };
                column += usize::from(known);
                cells.push([b, 0.0]);
            }
            let last = cells.len();
            for at in first[first.len() - 1]..last.saturating_sub(1) {
                cells[at][1] = (cells[at + 1][0] - cells[at][0]) / 256.0;
            }
        }
        Self { first, cells }
    }

    /// What a row adds to the intercept.
    pub(super) fn sum(&self, codes: &[Code]) -> f64 {
        (codes.iter().zip(&self.first)).fold(0.0, |sum, (code, first)| {
            let cell = self.cells[first + usize::from(code.lower())];
            sum + (cell[0] + cell[1] * f64::from(code.steps()))
        })
    }
}
