"""Golden values of src/forecast/volume_tests.rs: monthly numbers of leads, and exponential smoothing's forecasts of them.

The process is that of the revenue comparison of eight regimes: 0.6 % growth a month, a wave of 25 % through the year, a
dip of 25 % each February, a shock that carries on with 0.6. Exponential smoothing is statsmodels' Holt-Winters, the best
by AICc of level, damped trend, multiplicative season, and both.

pip install statsmodels==0.15.0 numpy; writes tests/golden/lead_volume.csv
"""
import sys
import warnings
import numpy as np
from statsmodels.tsa.holtwinters import ExponentialSmoothing

warnings.filterwarnings("ignore")
MONTHS, ORIGINS, AHEAD = 54, (30, 36, 42, 48), 6


def leads(rng, shock, monthly):
    month = np.arange(MONTHS)
    season = 1 + 0.25 * np.sin(2 * np.pi * (month % 12) / 12) + np.where(month % 12 == 1, -0.25, 0)
    carried = np.zeros(MONTHS)
    for t in range(1, MONTHS):
        carried[t] = 0.6 * carried[t - 1] + shock * rng.normal()
    return rng.poisson(monthly * 1.006**month * season * np.exp(carried))


def smoothed(y):
    damped = dict(trend="add", damped_trend=True)
    season = dict(seasonal="mul", seasonal_periods=12)
    best = None
    for options in ({}, damped, season, {**damped, **season}):
        try:
            fit = ExponentialSmoothing(y, initialization_method="estimated", **options).fit()
        except ValueError:
            continue
        if best is None or fit.aicc < best.aicc:
            best = fit
    return np.maximum(best.forecast(AHEAD), 1.0)


out = open(sys.argv[1] if len(sys.argv) > 1 else "tests/golden/lead_volume.csv", "w")
print("# regime: shock, leads a month; then the 54 months; then six months ahead of each origin (30, 36, 42, 48)", file=out)
for regime, (shock, monthly) in enumerate(((0.15, 300), (0.15, 2000), (0.35, 300), (0.35, 2000))):
    for world in range(8):
        y = leads(np.random.default_rng(7000 + 100 * regime + world), shock, monthly)
        ahead = [f"{value:.2f}" for origin in ORIGINS for value in smoothed(y[:origin].astype(float))]
        print(f"{shock},{monthly}", *y, *ahead, sep=",", file=out)
