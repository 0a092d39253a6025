//! How a model was learnt, and what the past said for it.

use crate::present::text::{count, days};
use crate::present::{Style, fill};
use crate::score::{Choices, Trial};

/// The choices that training made, a line each; nothing where history is too short to make any.
pub(crate) fn choices_text(choices: &Choices, style: &Style) -> String {
    let mut text = String::new();
    let w = style.words;
    // What was chosen, or else what came nearest.
    let chosen = |trial: &&Trial| trial.half_life_days == choices.half_life_days;
    let trials = &choices.half_lives;
    let nearest = trials.iter().max_by(|a, b| a.gain.total_cmp(&b.gain));
    if let Some(trial) = trials.iter().find(chosen).or(nearest) {
        let template = if choices.half_life_days.is_some() {
            w.half_life_chosen
        } else {
            w.half_life_none
        };
        let half_life = trial.half_life_days.unwrap_or_default() as i32;
        text += &fill(
            template,
            &[
                ("origins", &count(choices.origins)),
                ("days", &days(half_life)),
                ("gain", &format!("{:+.5}", trial.gain)),
                ("se", &format!("{:.5}", trial.standard_error)),
            ],
        );
        text.push('\n');
    }
    if let Some(trial) = &choices.segment_trial {
        let template = if choices.segment {
            w.segment_admitted
        } else {
            w.segment_refused
        };
        let better = trial.gains.iter().filter(|&&gain| gain > 0.0).count();
        text += &fill(
            template,
            &[
                ("origins", &count(trial.gains.len())),
                ("better", &count(better)),
            ],
        );
        text.push('\n');
    }
    text
}
