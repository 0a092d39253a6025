"""Elasticities and split of a weekly campaign file by other means, beside those of `forerun channels`.

    python channels.py robyn.csv robyn | python channels.py national_all_channels.csv meridian

Needs numpy, scipy and statsmodels. A log-log regression (statsmodels OLS) of the outcome on spend carried over
(theta of all channels chosen on a grid by AIC), controls, trend and waves of the year; then scipy's SLSQP on the fitted curves
within 30 % of the present mix.
"""
import csv
import sys

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize

SETS = {
    "robyn": ("revenue", None, ["tv_S", "ooh_S", "print_S", "search_S", "facebook_S"], ["competitor_sales_B", "newsletter"]),
    "meridian": ("conversions", "revenue_per_conversion", [f"Channel{i}_spend" for i in range(5)],
                 ["competitor_sales_control", "sentiment_score_control", "Promo", "Organic_channel0_impression"]),
}


def carried(s, theta):
    out, left = [], s.mean()
    for x in s:
        left = theta * left + (1 - theta) * x
        out.append(left)
    return np.array(out)


def main(path, kind):
    outcome, worth, channels, controls = SETS[kind]
    rows = list(csv.DictReader(open(path, encoding="utf-8-sig")))
    col = lambda name: np.array([float(r[name]) for r in rows])
    y, S = col(outcome), [col(c) for c in channels]
    if worth:
        y = y * col(worth)
    t = np.arange(len(y))
    waves = [f(2 * np.pi * k * t * 7 / 365.25) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    base = [t / len(y)] + waves + [(col(c) - col(c).mean()) / col(c).std() for c in controls]
    best = None
    for theta in np.arange(0, 0.81, 0.1):
        X = [np.log(np.maximum(carried(s, theta), 0.05 * s[s > 0].mean())) for s in S]
        fit = sm.OLS(np.log(y), sm.add_constant(np.column_stack(X + base))).fit()
        if best is None or fit.aic < best[0]:
            best = (fit.aic, theta, fit)
    _, theta, fit = best
    b, se = fit.params[1:1 + len(S)], fit.bse[1:1 + len(S)]
    now = np.array([s[-13:].mean() for s in S])
    usual = np.array([s.mean() for s in S])
    # The outcome that hangs on a channel: elasticity of the whole x outcome, as a power of its spend.
    power = np.clip(b, 1e-4, 0.95)
    value = lambda x: y.mean() * np.prod((x / usual) ** power)
    # In shares of what each gets now, so that all are of one size.
    found = minimize(lambda m: -value(m * now) / value(now), np.ones(len(S)), method="SLSQP", bounds=[(0.7, 1.3)] * len(S),
                     constraints={"type": "eq", "fun": lambda m: (m * now).sum() / now.sum() - 1}, options={"ftol": 1e-12})
    print(f"carry-over {theta:.1f}")
    for c, bb, s, x in zip(channels, b, se, found.x):
        print(f"{c:18} elasticity of the whole outcome {bb:+.4f} (se {s:.4f})  split {x - 1:+.0%}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
