use super::ets::{Errors, Pace, Prior, Smoothing};
const LEVELS: [f64; 7] = [0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9];
/// (what the trend follows of the level's pace, damping)
const TRENDS: [(f64, f64); 4] = [(0.0, 0.0), (0.0, 1.0), (0.2, 0.9), (0.1, 0.98)];
const SEASONS: [f64; 4] = [0.0, 0.05, 0.15, 0.3];
const STRENGTHS: [f64; 4] = [0.25, 1.0, 4.0, 16.0];
const TREND: f64 = 0.02;
const NOISE: f64 = 0.0004;

struct Member {
    log: bool,
    smoothing: Smoothing,
    evidence: f64,
}

pub(super) fn ahead(past: &[f64], months: usize) -> Vec<f64> {
    let n = past.len() as f64;
    let scale = past.iter().map(|v| v.abs()).sum::<f64>() / n;
    if scale == 0.0 {
        return vec![0.0; months];
    }
    let plain: Vec<f64> = past.iter().map(|v| v / scale).collect();
    let mut members = Vec::new();
    add(&mut members, &plain, false, 0.0);
    let logs: Option<Vec<f64>> = plain.iter().map(|v| (*v > 0.0).then(|| v.ln())).collect();
    if let Some(logs) = &logs {
        let size: f64 = logs.iter().sum();
        add(&mut members, logs, true, -size);
    }
    let top = members.iter().map(|m| m.evidence).fold(f64::NEG_INFINITY, f64::max);
    let mut sum = vec![0.0; months];
    let mut total = 0.0;
    for member in &members {
        let weight = (member.evidence - top).exp();
        if weight < 1e-4 {
            continue;
        }
        total += weight;
        let values = if member.log { logs.as_deref().unwrap_or(&[]) } else { &plain };
        for (sum, v) in sum.iter_mut().zip(member.smoothing.ahead(values, months)) {
            let v = if member.log { v.exp() } else { v };
            *sum += weight * v;
        }
    }
    sum.iter().map(|v| (v / total * scale).max(0.0)).collect()
}

fn add(members: &mut Vec<Member>, values: &[f64], log: bool, jacobian: f64) {
    let mut push = |errors: &Errors, prior: Prior, weight: f64| {
        if let Some(smoothing) = errors.smoothing(prior, NOISE) {
            let evidence = smoothing.evidence + jacobian + weight.ln();
            members.push(Member { log, smoothing, evidence });
        }
    };
    for level in LEVELS {
        for (trend, damping) in TRENDS {
            let p_trend = if damping > 0.0 { TREND } else { 0.0 };
            for season in SEASONS {
                let pace = Pace { level, trend: trend * level, damping, season: season * (1.0 - level) };
                let errors = Errors::new(values, pace);
                for strength in STRENGTHS {
                    push(&errors, Prior { trend: p_trend, season: strength }, 1.0 / 16.0);
                }
                if season == 0.0 {
                    push(&errors, Prior { trend: p_trend, season: 0.0 }, 1.0);
                }
            }
        }
    }
}
