//! How well a number ranks won above lost.

/// Area under the ROC curve: P(score of a won lead > score of a lost one), ties counted half; none without both.
///
/// `scores` and `won` have the same length; time `O(n log n)`.
pub fn auc(scores: &[f64], won: &[bool]) -> Option<f64> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut ranks, mut start) = (0.0, 0);
    while start < order.len() {
        let tied = order[start..]
            .iter()
            .take_while(|&&i| scores[i] == scores[order[start]])
            .count();
        let end = start + tied;
        // Ranks count from 1; tied scores share the mean of theirs.
        let mean_rank = (start + end + 1) as f64 / 2.0;
        ranks += mean_rank * order[start..end].iter().filter(|&&i| won[i]).count() as f64;
        start = end;
    }
    let positives = won.iter().filter(|&&won| won).count() as f64;
    let negatives = won.len() as f64 - positives;
    (positives > 0.0 && negatives > 0.0)
        .then(|| (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}
