"""Golden values for the measures of forecasts: writes ../golden/metrics.json.

WAPE, bias, MASE and coverage are utilsforecast's (its `nd` is WAPE; bias is its mean error over the mean), pinball is
scikit-learn's, CRPS and the interval score are scoringrules', the Wilson interval is statsmodels'.
Needs numpy, pandas, utilsforecast, scoringrules, scikit-learn and statsmodels.
"""

import json
import pathlib

import numpy as np
import pandas as pd
import scoringrules
import sklearn
import statsmodels
import utilsforecast
from sklearn.metrics import mean_pinball_loss
from statsmodels.stats.proportion import proportion_confint
from utilsforecast import losses

rng = np.random.default_rng(11)
y = rng.lognormal(11, 0.4, 54)
past, actual = y[:42], y[42:]
draws = (actual * rng.lognormal(0.05, 0.35, 12))[:, None] * rng.lognormal(0, 0.25, (12, 60))
forecast = np.median(draws, axis=1)
low, high = np.quantile(draws, [0.1, 0.9], axis=1)

frame = pd.DataFrame(
    {"unique_id": "a", "ds": range(42, 54), "y": actual, "model": forecast, "model-lo-80": low, "model-hi-80": high}
)
train = pd.DataFrame({"unique_id": "a", "ds": range(42), "y": past})
models = {"models": ["model"]}
one = lambda table, column="model": float(table[column].iloc[0])
inside = int(((low <= actual) & (actual <= high)).sum())
golden = {
    "made_with": f"utilsforecast {utilsforecast.__version__}, scoringrules {scoringrules.__version__}, "
    f"scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}",
    "past": past.tolist(),
    "actual": actual.tolist(),
    "draws": draws.tolist(),
    "forecast": forecast.tolist(),
    "low": low.tolist(),
    "high": high.tolist(),
    "wape": one(losses.nd(frame, **models)),
    "bias": one(losses.bias(frame, **models)) / actual.mean(),
    "mase": one(losses.mase(frame, **models, seasonality=12, train_df=train)),
    "pinball": [
        float(mean_pinball_loss(actual, np.quantile(draws, q, axis=1), alpha=q)) for q in (0.1, 0.5, 0.9)
    ],
    "quantiles": [np.quantile(draws, q, axis=1).tolist() for q in (0.1, 0.5, 0.9)],
    "crps": scoringrules.crps_ensemble(actual, draws).tolist(),
    "winkler": scoringrules.interval_score(actual, low, high, 0.2).tolist(),
    "coverage": one(losses.coverage(frame, **models, level=80)),
    "inside": inside,
    "wilson": [list(map(float, proportion_confint(k, n, 0.05, "wilson"))) for k, n in ((inside, 12), (0, 5), (160, 200))],
}
pathlib.Path(__file__).parent.joinpath("../golden/metrics.json").write_text(json.dumps(golden) + "\n")
