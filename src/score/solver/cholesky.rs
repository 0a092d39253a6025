//! Cholesky factors of Hessians of hundreds of columns: by blocks, so that nearly all the work is products of matrices.

use nalgebra::{Cholesky, DMatrix, Dyn};

/// Columns of a block: few beside the matrix, enough for a product to pay.
const BLOCK: usize = 32;

/// The factor of a symmetric matrix, of which the lower triangle is read; none if it is not positive definite.
///
/// The same as [`Cholesky::new`] but for rounding. From left to right (Golub and Van Loan, *Matrix Computations*, 4.2.5):
/// what the columns before have in a block of columns is taken off in one product, then the block is factored.
pub(crate) fn cholesky(mut matrix: DMatrix<f64>) -> Option<Cholesky<f64, Dyn>> {
    let n = matrix.nrows();
    for at in (0..n).step_by(BLOCK) {
        let width = BLOCK.min(n - at);
        let mut block = matrix.view((at, at), (n - at, width)).clone_owned();
        let before = matrix.view((at, 0), (n - at, at));
        block.gemm(-1.0, &before, &before.rows(0, width).transpose(), 1.0);
        let head = Cholesky::new(block.rows(0, width).clone_owned())?.l();
        // The rows below are L21 = A21 L11⁻ᵀ.
        let upper = head
            .solve_lower_triangular(&DMatrix::identity(width, width))?
            .transpose();
        let below = block.rows(width, n - at - width) * upper;
        matrix.view_mut((at, at), (width, width)).copy_from(&head);
        matrix
            .view_mut((at + width, at), (n - at - width, width))
            .copy_from(&below);
    }
    matrix.fill_upper_triangle(0.0, 1);
    Some(Cholesky::pack_dirty(matrix))
}

/// L⁻¹ of a factor L, lower triangular: L⁻ᵀ L⁻¹ is the inverse of what was factored.
pub(crate) fn inverse_root(factor: &Cholesky<f64, Dyn>) -> Option<DMatrix<f64>> {
    let lower = factor.l_dirty();
    let n = lower.nrows();
    let mut root = DMatrix::zeros(n, n);
    for at in (0..n).step_by(BLOCK) {
        let width = BLOCK.min(n - at);
        let head = lower.view((at, at), (width, width));
        let head = head.solve_lower_triangular(&DMatrix::identity(width, width))?;
        let left = lower.view((at, 0), (width, at)) * root.view((0, 0), (at, at));
        root.view_mut((at, 0), (width, at))
            .copy_from(&(&head * left * -1.0));
        root.view_mut((at, at), (width, width)).copy_from(&head);
    }
    Some(root)
}

/// The inverse of what was factored.
pub(crate) fn inverse(factor: &Cholesky<f64, Dyn>) -> Option<DMatrix<f64>> {
    let root = inverse_root(factor)?;
    Some(root.transpose() * root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    fn positive(n: usize, seed: u64) -> DMatrix<f64> {
        let mut rng = Pcg64::seed_from_u64(seed);
        let half = DMatrix::from_fn(n, n + 3, |_, _| rng.random::<f64>() - 0.5);
        &half * half.transpose() + DMatrix::identity(n, n) * 0.01
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn blocks_make_no_difference(n in 1_usize..110, seed in 0_u64..1_000) {
            let matrix = positive(n, seed);
            let plain = Cholesky::new(matrix.clone()).expect("positive definite");
            // Only the lower triangle is read.
            let mut lower = matrix.clone();
            lower.fill_upper_triangle(f64::NAN, 1);
            let blocked = cholesky(lower).expect("positive definite");
            prop_assert!((plain.l() - blocked.l()).amax() < 1e-9);
            let unit = &matrix * inverse(&blocked).expect("regular");
            prop_assert!((unit - DMatrix::identity(n, n)).amax() < 1e-8);
            let root = inverse_root(&blocked).expect("regular");
            prop_assert!((blocked.l() * root - DMatrix::identity(n, n)).amax() < 1e-9);
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        for at in [0, 40, 69] {
            let mut matrix = positive(70, 1);
            matrix[(at, at)] = -1.0;
            assert!(cholesky(matrix.clone()).is_none());
            matrix[(at, at)] = f64::NAN;
            assert!(cholesky(matrix).is_none());
        }
    }
}
