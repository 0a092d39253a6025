"""Golden values for one exponential smoothing: writes ../golden/ets.json.

`fits`: what statsforecast's ETS makes of series with and without trend and season: its parameters, initial states and errors;
the forecasts from these are statsmodels' (statsforecast 2.1.1 damps the second month ahead no more than the first). `evidence`: the density of a series under the same model written as one normal distribution, whose initial
states are integrated out, by numpy and scipy alone. Needs statsforecast 2.1.1 and
statsmodels.
"""

import json
import pathlib

import numpy as np
import statsforecast
import statsmodels
from scipy.linalg import block_diag
from statsforecast.models import AutoETS
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

rng = np.random.default_rng(7)
t = np.arange(60)
series = {
    "ANN": (10 + np.cumsum(rng.normal(0, 0.3, 60)) + rng.normal(0, 0.5, 60), "ANN", False),
    "AAdN": (10 + 0.1 * t + np.cumsum(rng.normal(0, 0.2, 60)), "AAN", True),
    "ANA": (10 + 2 * np.sin(t * np.pi / 6) + rng.normal(0, 0.5, 60), "ANA", False),
    "AAA": (10 + 0.1 * t + 2 * np.sin(t * np.pi / 6) + rng.normal(0, 0.5, 60), "AAA", False),
    "AAdA": (10 + 0.1 * t + 2 * np.cos(t * np.pi / 6) + np.cumsum(rng.normal(0, 0.3, 60)), "AAA", True),
}
fits = []
for name, (y, model, damped) in series.items():
    fit = AutoETS(season_length=12, model=model, damped=damped).fit(y).model_
    seasonal, trend = model[2] == "A", model[1] == "A"
    # Parameters come as alpha, beta, gamma, phi; those that the model lacks are not numbers.
    par = np.nan_to_num(fit["par"][:4]).tolist()
    pace = dict(zip(("level", "trend", "season", "damping"), par))
    if trend and not damped:
        pace["damping"] = 1.0
    start = fit["states"][0]
    # Seasons are kept latest first; ours begin with the month of the first value.
    seasons = start[-12:][::-1].tolist() if seasonal else [0.0] * 12
    known = {"initial_level": start[0]}
    known |= {"initial_trend": start[1]} if trend else {}
    known |= {"initial_seasonal": seasons} if seasonal else {}
    same = ETSModel(
        y, trend="add" if trend else None, damped_trend=damped, seasonal="add" if seasonal else None,
        seasonal_periods=12 if seasonal else None, initialization_method="known", **known,
    )
    used = {"smoothing_level": "level", "smoothing_trend": "trend", "smoothing_seasonal": "season", "damping_trend": "damping"}
    forecast = same.smooth([pace[used[name]] for name in same.param_names if name in used]).forecast(15)
    fits.append(
        {"model": name, "y": y.tolist(), "pace": pace, "level": float(start[0]), "trend": float(start[1]) if trend else 0.0,
         "seasons": seasons, "squares": float((np.asarray(fit["residuals"]) ** 2).sum()), "forecast": forecast.tolist()}
    )


def states_to_values(n, level, trend, damping, season):
    """Values = from the initial states + from the errors: the two matrices."""
    F = block_diag(np.array([[1, damping], [0, damping]]), np.roll(np.eye(12), -1, axis=0))
    w = np.r_[1, damping, 1, np.zeros(11)]
    g = np.r_[level, trend, np.zeros(11), season]
    power = [np.eye(14)]
    for _ in range(n):
        power.append(power[-1] @ F)
    start = np.array([w @ power[i] for i in range(n)])
    errors = np.eye(n)
    for i in range(n):
        for k in range(i):
            errors[i, k] = w @ power[i - 1 - k] @ g
    return start, errors


def evidence(y, pace, prior_trend, prior_season, noise):
    """Log of the integral over level (flat), other states (normal) and variance (1/v), up to a constant of n alone."""
    n = len(y)
    start, errors = states_to_values(n, *pace)
    months = np.arange(12)
    # Half of a month's seasonal variance is its own, half a wave over the year.
    season = prior_season * (0.5 * np.eye(12) + 0.5 * np.cos((months[:, None] - months) * np.pi / 6))
    cov = errors @ errors.T + start[:, 1:] @ block_diag(prior_trend, season) @ start[:, 1:].T
    inverse = np.linalg.inv(cov)
    one = start[:, 0]
    weight = one @ inverse @ one
    rest = y @ inverse @ y - (one @ inverse @ y) ** 2 / weight + noise
    return float(-0.5 * (np.linalg.slogdet(cov)[1] + np.log(weight) + (n - 1) * np.log(rest)))


y = series["AAdA"][0]
cases = []
for pace in ((0.3, 0.06, 0.9, 0.1), (0.1, 0.0, 0.0, 0.0), (0.7, 0.07, 0.98, 0.05), (0.9, 0.0, 1.0, 0.0)):
    for trend, season in ((0.02, 1.0), (0.02, 0.0), (0.0, 4.0), (0.0, 0.0)):
        cases.append({"pace": pace, "prior": [trend, season], "evidence": evidence(y, pace, trend, season, 0.01)})
golden = {"made_with": f"statsforecast {statsforecast.__version__}, statsmodels {statsmodels.__version__}, numpy {np.__version__}", "fits": fits,
          "evidence": {"y": y.tolist(), "noise": 0.01, "cases": cases}}
pathlib.Path(__file__).parent.joinpath("../golden/ets.json").write_text(json.dumps(golden) + "\n")
for fit in fits:
    print(fit["model"], fit["pace"], fit["squares"])
