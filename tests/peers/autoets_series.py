"""What AutoETS reaches on public monthly series: writes ../golden/autoets_series.json.

    python tests/peers/autoets_series.py FOLDER [processes]

FOLDER holds M3/m3_monthly_long.csv and jbrownlee/monthly-car-sales.csv, monthly_champagne_sales.csv (none of them is
in this repository; the golden holds errors only, no data). The 100 lowest-numbered monthly series of M3, and these two.

The last 18 months of each series are kept back. Rolling: 13 origins, at the start of these 18 months and after each of the
next 12, months 1-6 ahead. Fixed: months 1-18 ahead from the first origin, as in the M3 competition. MASE = mean |error| /
mean |y[t] - y[t-12]| over the months before the origin. `short` is the rolling exercise with the last 36 months before the
origin alone. Needs statsforecast 2.1.1 and pandas.
"""

import json
import multiprocessing
import os
import pathlib
import sys
import warnings

import numpy as np
import pandas as pd
import statsforecast
from statsforecast.models import AutoETS

KEPT_BACK, AHEAD, SHORT = 18, 6, 36


def ahead(past, months):
    return AutoETS(season_length=12).forecast(y=past, h=months)["mean"]


def mase(past, actual, forecast):
    scale = np.abs(past[12:] - past[:-12]).mean()
    return float(np.abs(actual - forecast).mean() / scale)


def judged(item):
    warnings.filterwarnings("ignore")
    name, y = item
    start = len(y) - KEPT_BACK
    origins = range(start, len(y) - AHEAD + 1)
    return {
        "series": name,
        "months": len(y),
        "rolling": float(np.mean([mase(y[:o], y[o : o + AHEAD], ahead(y[:o], AHEAD)) for o in origins])),
        "short": float(
            np.mean([mase(y[:o], y[o : o + AHEAD], ahead(y[max(o - SHORT, 0) : o], AHEAD)) for o in origins])
        ),
        "fixed": mase(y[:start], y[start:], ahead(y[:start], KEPT_BACK)),
    }


def series(folder, first, last):
    m3 = pd.read_csv(folder / "M3/m3_monthly_long.csv")
    numbers = m3.series.str[1:].astype(int)
    for number in sorted(numbers.unique())[first:last]:
        yield f"N{number}", m3.value[numbers == number].to_numpy(float)
    if first == 0:
        for name in ("monthly-car-sales", "monthly_champagne_sales"):
            yield name, pd.read_csv(folder / f"jbrownlee/{name}.csv").iloc[:, 1].to_numpy(float)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    # Other series than those of the golden, for the choice of a method: FIRST:LAST into another file.
    first, last = map(int, os.environ.get("SERIES", "0:100").split(":"))
    golden = pathlib.Path(__file__).parent / "../golden/autoets_series.json"
    with multiprocessing.Pool(int(sys.argv[2]) if len(sys.argv) > 2 else 1) as pool:
        rows = pool.map(judged, list(series(folder, first, last)), chunksize=1)
    mean = {key: float(np.mean([row[key] for row in rows])) for key in ("rolling", "short", "fixed")}
    result = {"made_with": f"statsforecast {statsforecast.__version__} AutoETS(season_length=12)", "mean": mean, "rows": rows}
    print(mean)
    path = pathlib.Path(os.environ.get("OUT", golden))
    path.write_text(json.dumps(result, indent=1) + "\n")
