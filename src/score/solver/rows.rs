//! Sparse rows as linfa records: what a binned design is before it is made dense.

use linfa::dataset::Records;

/// Rows of (column, value) pairs, each with a weight and the lead that it comes from.
///
/// Weights live here because linfa's own are `f32` and are dropped by its splits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseRows {
    columns: usize,
    offsets: Vec<usize>,
    cells: Vec<(u32, f32)>,
    weights: Vec<f64>,
    clusters: Vec<u32>,
}

impl SparseRows {
    /// No rows yet, of `columns` columns.
    pub fn new(columns: usize) -> Self {
        Self {
            columns,
            offsets: vec![0],
            ..Self::default()
        }
    }

    /// Adds a row. Rows of one cluster (a lead) must follow one another.
    pub fn push(&mut self, cells: &[(u32, f32)], weight: f64, cluster: u32) {
        self.cells.extend_from_slice(cells);
        self.offsets.push(self.cells.len());
        self.weights.push(weight);
        self.clusters.push(cluster);
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> &[(u32, f32)] {
        &self.cells[self.offsets[row]..self.offsets[row + 1]]
    }

    /// One weight a row.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The lead of each row.
    pub fn clusters(&self) -> &[u32] {
        &self.clusters
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// Number of columns.
    pub const fn columns(&self) -> usize {
        self.columns
    }
}

impl Records for SparseRows {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.len()
    }

    fn nfeatures(&self) -> usize {
        self.columns
    }
}
