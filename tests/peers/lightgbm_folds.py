"""LightGBM and a plain scorecard on the public data sets, pooled out-of-fold AUC on the very folds of forerun.

    pip install lightgbm scikit-learn pandas numpy
    FORERUN_FOLDS=/tmp/folds cargo test --test real_data write_the_folds -- --ignored
    python tests/peers/lightgbm_folds.py DATA /tmp/folds      (bank_marketing, x_education and olist_funnel are in DATA)

`tests/real_data.rs` holds forerun to its floors on the same folds. LightGBM stops early on a tenth of the training rows; the
scorecard has ten quantile bins a number, one-hot texts, and target encoding for texts of more than 200 values.
"""
import sys

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, TargetEncoder

root, folds = sys.argv[1:3]


def bank():
    d = pd.read_csv(f"{root}/bank_marketing/bank-additional-full.csv", sep=";")
    return "bank", range(1, len(d) + 1), d.drop(columns=["duration", "y"]), (d.y == "yes").astype(int)


def x_education():
    d = pd.read_csv(f"{root}/x_education/Leads.csv").sort_values("Prospect ID")
    late = ["Tags", "Lead Quality", "Lead Profile", "Asymmetrique Activity Index", "Asymmetrique Profile Index",
            "Asymmetrique Activity Score", "Asymmetrique Profile Score", "Last Activity", "Last Notable Activity"]
    return "x_education", d["Prospect ID"], d.drop(columns=[*late, "Prospect ID", "Lead Number", "Converted"]), d.Converted


def olist():
    d = pd.read_csv(f"{root}/olist_funnel/olist_marketing_qualified_leads_dataset.csv").sort_values("mql_id")
    won = pd.read_csv(f"{root}/olist_funnel/olist_closed_deals_dataset.csv").mql_id
    day = pd.to_datetime(d.first_contact_date).dt.day_name()
    return "olist", d.mql_id, d[["origin", "landing_page_id"]].assign(weekday=day), d.mql_id.isin(won).astype(int)


def scorecard(x, train):
    """Ten quantile bins a number, one-hot; texts of more than 200 values by target encoding."""
    out = x.copy()
    for c in out.select_dtypes("number"):
        cuts = np.unique(np.nanquantile(out[c].iloc[train], np.arange(1, 10) / 10))
        out[c] = np.where(out[c].isna(), -1, np.searchsorted(cuts, out[c]))
    many = [c for c in out if out[c].nunique() > 200]
    few = [c for c in out if c not in many]
    coder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), few), (TargetEncoder(random_state=1), many))
    return make_pipeline(coder, LogisticRegression(max_iter=2000)), out.fillna("?").astype(str)


for name, load in [("bank-additional, no duration", bank), ("X Education, creation-time", x_education), ("Olist funnel", olist)]:
    file, ids, x, y = load()
    x, y = x.reset_index(drop=True), y.to_numpy()
    fold = pd.read_csv(f"{folds}/{file}.csv", header=None, dtype=str, index_col=0)[1]
    fold.index = [int(i) if file == "bank" else i for i in fold.index]
    fold = fold.loc[list(ids)].astype(int).to_numpy()
    text = x.select_dtypes(exclude="number").columns
    typed = x.copy()
    typed[text] = typed[text].astype("category")
    typed.columns = [f"c{i}" for i in range(x.shape[1])]
    pooled = {"LightGBM": np.zeros(len(y)), "scorecard": np.zeros(len(y))}
    for k in range(5):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        # Early stopping on a tenth of the training rows.
        cut = np.random.default_rng(1).random(len(train)) < 0.1
        model = lgb.LGBMClassifier(n_estimators=2000, learning_rate=0.03, num_leaves=15, verbose=-1, random_state=1, n_jobs=2)
        model.fit(typed.iloc[train[~cut]], y[train[~cut]], eval_set=[(typed.iloc[train[cut]], y[train[cut]])],
                  callbacks=[lgb.early_stopping(50, verbose=False)])
        pooled["LightGBM"][test] = model.predict_proba(typed.iloc[test])[:, 1]
        card, coded = scorecard(x, train)
        card.fit(coded.iloc[train], y[train])
        pooled["scorecard"][test] = card.predict_proba(coded.iloc[test])[:, 1]
    print(name, len(y), {who: round(roc_auc_score(y, p), 4) for who, p in pooled.items()}, flush=True)
