"""Elasticities and split of a weekly campaign file by pymc-marketing, beside those of `forerun channels`.

    python channels_pymc.py robyn.csv robyn | python channels_pymc.py national_all_channels.csv meridian

Needs pymc-marketing (0.19.2). Its usual model: geometric adstock (8 weeks), logistic saturation, controls, two waves of the
year, a line in time; default priors; 2 chains of 500 draws. The elasticity is that of the saturation curve at the mean spend,
the share is the channel's contribution over the outcome; the split is its own budget optimiser's within 30 % of the present mix
(last 13 weeks) over 13 weeks, which maximises the mean response.
"""
import sys
import warnings

import numpy as np
import pandas as pd
import xarray as xr

warnings.filterwarnings("ignore")
from pymc_marketing.mmm import GeometricAdstock, LogisticSaturation  # noqa: E402
from pymc_marketing.mmm.multidimensional import MMM, MultiDimensionalBudgetOptimizerWrapper  # noqa: E402

SETS = {
    "robyn": ("DATE", "revenue", None, ["tv_S", "ooh_S", "print_S", "search_S", "facebook_S"], ["competitor_sales_B", "newsletter"]),
    "meridian": ("time", "conversions", "revenue_per_conversion", [f"Channel{i}_spend" for i in range(5)],
                 ["competitor_sales_control", "sentiment_score_control", "Promo", "Organic_channel0_impression"]),
}


def main(path, kind):
    date, outcome, worth, channels, controls = SETS[kind]
    rows = pd.read_csv(path, encoding="utf-8-sig")
    X = rows[[date] + channels + controls].copy()
    X[date] = pd.to_datetime(X[date])
    for control in controls:
        X[control] = (X[control] - X[control].mean()) / X[control].std()
    X["trend"] = np.linspace(-0.5, 0.5, len(X))
    y = rows[outcome] * (rows[worth] if worth else 1.0)
    y.name = "y"
    mmm = MMM(date_column=date, target_column="y", channel_columns=channels, control_columns=controls + ["trend"],
              adstock=GeometricAdstock(l_max=8), saturation=LogisticSaturation(), yearly_seasonality=2)
    mmm.fit(X, y, draws=500, tune=500, chains=2, cores=2, random_seed=1, progressbar=False)
    post = mmm.idata.posterior.stack(s=("chain", "draw"))
    now = np.array([X[c].to_numpy()[-13:].mean() for c in channels])
    share = post["channel_contribution"].sum("date") * y.max() / y.sum()
    end = X[date].max()
    wrapper = MultiDimensionalBudgetOptimizerWrapper(model=mmm, start_date=str((end + pd.Timedelta(weeks=1)).date()),
                                                     end_date=str((end + pd.Timedelta(weeks=13)).date()))
    low, high = 0.7 * now, 1.3 * now
    bounds = xr.DataArray(np.column_stack([low, high]), dims=["channel", "bound"],
                          coords={"channel": channels, "bound": ["lower", "upper"]})
    split, result = wrapper.optimize_budget(budget=now.sum(), budget_bounds=bounds)
    split = split.sel(channel=channels).to_numpy()
    print("optimiser:", result.message, "budget", now.sum(), "split", split.sum())
    for i, c in enumerate(channels):
        lam = post["saturation_lam"].sel(channel=c).to_numpy()
        x = lam * X[c].mean() / X[c].max()
        b = x * 2 * np.exp(-x) / (1 - np.exp(-2 * x))
        alpha = post["adstock_alpha"].sel(channel=c).to_numpy()
        of = share.sel(channel=c).to_numpy()
        told = lambda v: f"{v.mean():.3f} ({np.quantile(v, 0.1):.3f}-{np.quantile(v, 0.9):.3f})"
        print(f"{c:16} elasticity {told(b)} carry-over {told(alpha)} share {told(of)} of the whole {told(of * b)} split {split[i] / now[i] - 1:+.0%}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
