//! Whether learning from earlier errors would have helped: the same probabilities, recalibrated by what had come true of
//! earlier ones.

use crate::score::calibrate::Calibration;
use crate::score::evaluate::Prediction;
use crate::score::evaluate::tested::Tested;
use crate::score::plain;
use crate::score::solver::logit;

/// Fills in the recalibrated probabilities: dated data by the earlier origins whose outcomes were known by then (their first
/// snapshots, so that leads count once each), undated data by the other folds.
pub(super) fn recalibrate(tested: &mut Tested, seed: u64) {
    let predictions = &tested.predictions;
    let group: Vec<usize> = match tested.days_ahead {
        Some(_) => {
            let place = |one: &Prediction| {
                let origins = &tested.origins;
                origins
                    .iter()
                    .position(|origin| Some(origin.day) == one.origin)
            };
            predictions
                .iter()
                .map(|one| place(one).unwrap_or(0))
                .collect()
        }
        None => plain::folds(
            &predictions.iter().map(|one| one.won).collect::<Vec<_>>(),
            seed,
        ),
    };
    let groups = group.iter().max().map_or(0, |&last| last + 1);
    let maps: Vec<Calibration> = (0..groups)
        .map(|k| Calibration::by_size(&blocks(tested, &group, k)))
        .collect();
    for (one, group) in tested.predictions.iter_mut().zip(group) {
        one.recalibrated = Some(maps[group].probability(logit(one.p)));
    }
}

/// What may be learnt from for a group, by group.
fn blocks(tested: &Tested, group: &[usize], wanted: usize) -> Vec<(Vec<f64>, Vec<bool>)> {
    let groups = group.iter().max().map_or(0, |&last| last + 1);
    let usable = |i: usize, k: usize| {
        let one = &tested.predictions[i];
        let known = tested.days_ahead.is_none_or(|ahead| {
            let now = tested.origins.get(wanted).map(|origin| origin.day);
            let seen = one
                .day
                .zip(now)
                .is_some_and(|(day, now)| day + ahead <= now);
            one.day == one.origin && seen
        });
        group[i] == k && k != wanted && known
    };
    (0..groups)
        .map(|k| {
            let own = (0..group.len()).filter(|&i| usable(i, k));
            let pair = |i: usize| (logit(tested.predictions[i].p), tested.predictions[i].won);
            own.map(pair).unzip()
        })
        .filter(|(z, _): &(Vec<f64>, Vec<bool>)| !z.is_empty())
        .collect()
}
