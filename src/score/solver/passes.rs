//! The sums over rows of codes that a Newton step needs: loss and gradient, curvature, and how often levels occur.
//!
//! A code stands for (1 - f) of its level and f of the next. Sums are taken by level, with f beside, and turned into those
//! of columns once, at the end: that is what makes them cheap.

use nalgebra::{DMatrix, DVector};

use super::codes::Table;
use super::{CodeRows, Logistic, sigmoid};
use crate::features::{Code, parallel};

/// Loss and gradient at one point, without the penalty.
#[derive(Debug, Clone)]
pub(super) struct Slope {
    /// `-Σ [y ln p + (1-y) ln(1-p)]`.
    pub loss: f64,
    /// `Xᵀ(y - p)`; the intercept stands last.
    pub score: DVector<f64>,
}

/// Rows whose factors 1 + e⁻ᵐ are multiplied before a logarithm is taken: each is at most 2, and 2²⁵⁶ is no overflow.
const PER_LOGARITHM: usize = 256;

/// Loss and gradient of `logistic` over all rows.
pub(super) fn slope(rows: &CodeRows, outcomes: &[bool], logistic: &Logistic) -> Slope {
    let table = Table::new(rows.features(), &logistic.coefficients);
    let k = rows.features().len();
    let blocks = parallel::by_block(rows.len(), |block| {
        let mut sums = Levels::new(rows);
        let (mut loss, mut rest) = (0.0, 0.0);
        let codes = rows.codes(block.clone());
        for (part, outcomes) in outcomes[block].chunks(PER_LOGARITHM).enumerate() {
            let mut product = 1.0_f64;
            for (i, &won) in outcomes.iter().enumerate() {
                let at = (part * PER_LOGARITHM + i) * k;
                let row = &codes[at..at + k];
                let eta = logistic.intercept + table.sum(row);
                let e = (-eta.abs()).exp();
                let upper = (1.0 + e).recip();
                product *= 1.0 + e;
                let p = if eta >= 0.0 { upper } else { e * upper };
                loss += if won { (-eta).max(0.0) } else { eta.max(0.0) };
                let residual = f64::from(u8::from(won)) - p;
                rest += residual;
                sums.add(row, residual);
            }
            loss += product.ln();
        }
        (loss, rest, sums.cells)
    });
    let mut total = Levels::new(rows);
    let (mut loss, mut rest) = (0.0, 0.0);
    for (block_loss, block_rest, cells) in blocks {
        loss += block_loss;
        rest += block_rest;
        total.absorb(&cells);
    }
    let mut score = total.by_column(rows);
    score.push(rest);
    Slope {
        loss,
        score: DVector::from_vec(score),
    }
}

/// How many rows stand on each column, shares counted as shares.
pub(super) fn mass(rows: &CodeRows) -> Vec<f64> {
    let k = rows.features().len();
    let blocks = parallel::by_block(rows.len(), |block| {
        let mut sums = Levels::new(rows);
        for row in rows.codes(block).chunks_exact(k.max(1)) {
            sums.add(row, 1.0);
        }
        sums.cells
    });
    let mut total = Levels::new(rows);
    blocks.iter().for_each(|cells| total.absorb(cells));
    total.by_column(rows)
}

/// Sums by level: of a value, and of the value times the steps (1/256) towards the next level.
struct Levels {
    first: Vec<usize>,
    cells: Vec<[f64; 2]>,
}

impl Levels {
    fn new(rows: &CodeRows) -> Self {
        let mut end = 0;
        let first = (rows.features().iter())
            .map(|feature| {
                end += usize::from(feature.levels);
                end - usize::from(feature.levels)
            })
            .collect();
        Self {
            first,
            cells: vec![[0.0; 2]; end],
        }
    }

    fn add(&mut self, row: &[Code], value: f64) {
        for (code, first) in row.iter().zip(&self.first) {
            let cell = &mut self.cells[first + usize::from(code.lower())];
            cell[0] += value;
            cell[1] += value * f64::from(code.steps());
        }
    }

    fn absorb(&mut self, cells: &[[f64; 2]]) {
        for (sum, cell) in self.cells.iter_mut().zip(cells) {
            sum[0] += cell[0];
            sum[1] += cell[1];
        }
    }

    fn by_column(&self, rows: &CodeRows) -> Vec<f64> {
        let mut columns = Vec::with_capacity(rows.columns() + 1);
        for (feature, &first) in rows.features().iter().zip(&self.first) {
            let mut carried = 0.0;
            for level in 0..feature.levels {
                let [all, steps] = self.cells[first + usize::from(level)];
                if level != feature.reference {
                    columns.push(all - steps / 256.0 + carried);
                }
                carried = steps / 256.0;
            }
        }
        columns
    }
}

/// Xᵀ diag(p (1-p)) X with the intercept as the last column, without the penalty.
pub(super) fn curvature(rows: &CodeRows, logistic: &Logistic) -> DMatrix<f64> {
    let table = Table::new(rows.features(), &logistic.coefficients);
    let layout = Layout::new(rows);
    let k = rows.features().len();
    let blocks = parallel::by_block(rows.len(), |block| {
        let mut pairs = Pairs::new(&layout);
        let mut place = Place::new(&layout);
        let codes = rows.codes(block.clone());
        for i in 0..block.len() {
            let row = &codes[i * k..(i + 1) * k];
            let p = sigmoid(logistic.intercept + table.sum(row));
            place.of(&layout, row);
            pairs.add(&layout, &place, p * (1.0 - p));
        }
        pairs
    });
    let mut total = Pairs::new(&layout);
    blocks.iter().for_each(|pairs| total.absorb(pairs));
    total.by_column(rows, &layout)
}

/// Where the levels of each feature lie: those with codes between levels apart, as they need more sums.
struct Layout {
    /// Position among the features, first place, of those with codes between levels.
    sloped: Vec<(usize, usize)>,
    /// The same of the others.
    plain: Vec<(usize, usize)>,
    /// Levels of the first kind, and of the second.
    sloped_levels: usize,
    plain_levels: usize,
}

impl Layout {
    fn new(rows: &CodeRows) -> Self {
        let mut layout = Self {
            sloped: Vec::new(),
            plain: Vec::new(),
            sloped_levels: 0,
            plain_levels: 0,
        };
        for (j, (feature, between)) in rows.features().iter().zip(rows.between()).enumerate() {
            let (list, levels) = if *between {
                (&mut layout.sloped, &mut layout.sloped_levels)
            } else {
                (&mut layout.plain, &mut layout.plain_levels)
            };
            list.push((j, *levels));
            *levels += usize::from(feature.levels);
        }
        layout
    }
}

/// The places of one row's codes in the layout.
struct Place {
    sloped: Vec<(usize, f64)>,
    plain: Vec<usize>,
}

impl Place {
    fn new(layout: &Layout) -> Self {
        Self {
            sloped: vec![(0, 0.0); layout.sloped.len()],
            plain: vec![0; layout.plain.len()],
        }
    }

    fn of(&mut self, layout: &Layout, row: &[Code]) {
        for (place, &(j, first)) in self.sloped.iter_mut().zip(&layout.sloped) {
            *place = (
                first + usize::from(row[j].lower()),
                f64::from(row[j].steps()) / 256.0,
            );
        }
        for (place, &(j, first)) in self.plain.iter_mut().zip(&layout.plain) {
            *place = first + usize::from(row[j].lower());
        }
    }
}

/// Sums over rows for each pair of levels, the later feature first: of v, and of v times the fractions f of one, the other
/// and both.
struct Pairs {
    all: f64,
    sloped: Vec<[f64; 4]>,
    mixed: Vec<[f64; 2]>,
    plain: Vec<f64>,
}

impl Pairs {
    fn new(layout: &Layout) -> Self {
        let (sloped, plain) = (layout.sloped_levels, layout.plain_levels);
        Self {
            all: 0.0,
            sloped: vec![[0.0; 4]; sloped * sloped],
            mixed: vec![[0.0; 2]; sloped * plain],
            plain: vec![0.0; plain * plain],
        }
    }

    fn add(&mut self, layout: &Layout, place: &Place, v: f64) {
        self.all += v;
        let (sloped, plain) = (layout.sloped_levels, layout.plain_levels);
        for (a, &(at, f)) in place.sloped.iter().enumerate() {
            let vf = v * f;
            let row = &mut self.sloped[at * sloped..][..sloped];
            for &(other, g) in &place.sloped[..=a] {
                let cell = &mut row[other];
                cell[0] += v;
                cell[1] += v * g;
                cell[2] += vf;
                cell[3] += vf * g;
            }
            let row = &mut self.mixed[at * plain..][..plain];
            for &other in &place.plain {
                let cell = &mut row[other];
                cell[0] += v;
                cell[1] += vf;
            }
        }
        for (a, &at) in place.plain.iter().enumerate() {
            let row = &mut self.plain[at * plain..][..plain];
            for &other in &place.plain[..=a] {
                row[other] += v;
            }
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.all += other.all;
        for (sum, cell) in self.sloped.iter_mut().zip(&other.sloped) {
            (0..4).for_each(|i| sum[i] += cell[i]);
        }
        for (sum, cell) in self.mixed.iter_mut().zip(&other.mixed) {
            (0..2).for_each(|i| sum[i] += cell[i]);
        }
        for (sum, cell) in self.plain.iter_mut().zip(&other.plain) {
            *sum += cell;
        }
    }

    fn by_column(&self, rows: &CodeRows, layout: &Layout) -> DMatrix<f64> {
        let columns = Columns::new(rows);
        let k = rows.columns();
        let mut matrix = Symmetric(DMatrix::zeros(k + 1, k + 1));
        matrix.0[(k, k)] = self.all;
        for (a, &(j, first)) in layout.sloped.iter().enumerate() {
            for l in 0..columns.levels(j) {
                let at = first + l;
                let own = self.sloped[at * layout.sloped_levels + at];
                matrix.add(columns.of(j, l), Some(k), own[0] - own[1]);
                matrix.add(columns.of(j, l + 1), Some(k), own[1]);
                for &(i, other) in &layout.sloped[..a] {
                    for m in 0..columns.levels(i) {
                        let cell = self.sloped[at * layout.sloped_levels + other + m];
                        let [both, g, f, fg] = cell;
                        matrix.add(columns.of(j, l), columns.of(i, m), both - g - f + fg);
                        matrix.add(columns.of(j, l), columns.of(i, m + 1), g - fg);
                        matrix.add(columns.of(j, l + 1), columns.of(i, m), f - fg);
                        matrix.add(columns.of(j, l + 1), columns.of(i, m + 1), fg);
                    }
                }
                let [all, f, _, ff] = own;
                matrix.add(columns.of(j, l), columns.of(j, l), all - 2.0 * f + ff);
                matrix.add(columns.of(j, l), columns.of(j, l + 1), f - ff);
                matrix.add(columns.of(j, l + 1), columns.of(j, l + 1), ff);
                for &(i, other) in &layout.plain {
                    for m in 0..columns.levels(i) {
                        let [all, f] = self.mixed[at * layout.plain_levels + other + m];
                        matrix.add(columns.of(j, l), columns.of(i, m), all - f);
                        matrix.add(columns.of(j, l + 1), columns.of(i, m), f);
                    }
                }
            }
        }
        self.plain_by_column(layout, &columns, &mut matrix);
        matrix.0
    }

    fn plain_by_column(&self, layout: &Layout, columns: &Columns, matrix: &mut Symmetric) {
        let last = matrix.0.nrows() - 1;
        for (a, &(j, first)) in layout.plain.iter().enumerate() {
            for l in 0..columns.levels(j) {
                let row = (first + l) * layout.plain_levels;
                let own = self.plain[row + first + l];
                matrix.add(columns.of(j, l), columns.of(j, l), own);
                matrix.add(columns.of(j, l), Some(last), own);
                for &(i, other) in &layout.plain[..a] {
                    for m in 0..columns.levels(i) {
                        let cell = self.plain[row + other + m];
                        matrix.add(columns.of(j, l), columns.of(i, m), cell);
                    }
                }
            }
        }
    }
}

/// The column of each level; none for references and beyond the last level.
struct Columns(Vec<Vec<Option<usize>>>);

impl Columns {
    fn new(rows: &CodeRows) -> Self {
        let mut next = 0;
        Self(
            (rows.features().iter())
                .map(|feature| {
                    (0..feature.levels)
                        .map(|level| {
                            (level != feature.reference).then(|| {
                                next += 1;
                                next - 1
                            })
                        })
                        .collect()
                })
                .collect(),
        )
    }

    fn levels(&self, feature: usize) -> usize {
        self.0[feature].len()
    }

    fn of(&self, feature: usize, level: usize) -> Option<usize> {
        self.0[feature].get(level).copied().flatten()
    }
}

/// A symmetric matrix, filled from either side.
struct Symmetric(DMatrix<f64>);

impl Symmetric {
    fn add(&mut self, a: Option<usize>, b: Option<usize>, value: f64) {
        let (Some(a), Some(b)) = (a, b) else { return };
        self.0[(a, b)] += value;
        if a != b {
            self.0[(b, a)] += value;
        }
    }
}
