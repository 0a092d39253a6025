"""What AutoETS makes of the monthly revenue of the eight regimes: writes ../golden/autoets_regimes.json.

The revenue comes from the Rust worlds of tests/common/regimes.rs:

    FORERUN_REGIMES=/tmp/regimes.json cargo test --release --test challenge -- --ignored writes_the_revenue
    python tests/peers/autoets_regimes.py /tmp/regimes.json

Rolling origins: after 30, 31 ... 50 of the 54 months, each with all months before it; horizons of 1, 2 and 3 months.
WAPE = sum |forecast - revenue| / sum revenue, over all seeds and origins of a regime. Needs statsforecast 2.1.1; about a
minute on two cores.
"""

import json
import multiprocessing
import pathlib
import sys
import warnings

import numpy as np
import statsforecast
from statsforecast.models import AutoETS

ORIGINS = range(30, 51)
HORIZONS = 3


def forecasts(revenue):
    warnings.filterwarnings("ignore")
    y = np.asarray(revenue, float)
    rows = []
    for origin in ORIGINS:
        ahead = AutoETS(season_length=12).forecast(y=y[:origin], h=HORIZONS)["mean"]
        rows.append([round(float(v), 1) for v in ahead])
    return rows


def judged(world, pool):
    revenue = np.array(world["revenue"])
    ahead = np.array(pool.map(forecasts, world["revenue"], chunksize=1))
    actual = np.stack([[r[o : o + HORIZONS] for o in ORIGINS] for r in revenue])
    error, total = np.abs(ahead - actual).sum(axis=1), actual.sum(axis=1)
    return {
        "seeds": world["seeds"],
        # Of all 54 months: tells whether the company is still the one that was forecast.
        "revenue": [round(float(r.sum()), 1) for r in revenue],
        "wape": (error.sum(axis=0) / total.sum(axis=0)).tolist(),
        "bias": ((ahead - actual).sum(axis=(0, 1)) / total.sum(axis=0)).tolist(),
        # By seed and horizon.
        "abs_error": error.round(1).tolist(),
        "actual": total.round(1).tolist(),
        # By seed, origin and horizon.
        "forecast": ahead.tolist(),
    }


if __name__ == "__main__":
    worlds = json.loads(pathlib.Path(sys.argv[1]).read_text())
    with multiprocessing.Pool(int(sys.argv[2]) if len(sys.argv) > 2 else 1) as pool:
        regimes = []
        for world in worlds["regimes"]:
            regimes.append({"regime": world["regime"]} | judged(world, pool))
            print(world["regime"], regimes[-1]["wape"], flush=True)
        no_signal = judged(worlds["no_signal"], pool)
        print("no signal", no_signal["wape"], flush=True)
    golden = {
        "made_with": f"statsforecast {statsforecast.__version__} AutoETS(season_length=12)",
        "origins": list(ORIGINS),
        "regimes": regimes,
        "no_signal": no_signal,
    }
    path = pathlib.Path(__file__).parent / "../golden/autoets_regimes.json"
    path.write_text(json.dumps(golden) + "\n")
