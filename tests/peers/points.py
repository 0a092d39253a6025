"""Points of optbinning's Scorecard (scaling pdo_odds), as golden values for tests/points.rs.

Needs numpy, pandas, scikit-learn and optbinning 1.0.0. Run from the root of the repository:

    python tests/peers/points.py > tests/golden/points.json

optbinning's event is the bad end: more points, fewer events. Here the event is a lead that is not won, so that more
points mean more wins. Written down: the log-odds of winning by its logistic regression, and the points of its card.
"""
import json

import numpy as np
import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(11)
n = 2000
source = rng.choice(["Event", "Referral", "Search"], n)
size = rng.normal(size=n)
eta = -1 + 1.2 * (source == "Referral") - 0.7 * (source == "Event") + 0.8 * size
lost = (rng.random(n) >= 1 / (1 + np.exp(-eta))).astype(int)
x = pd.DataFrame({"source": source, "size": size})

cases = []
for pdo, odds, points in [(20, 50, 600), (40, 1, 500), (15, 0.05, 100)]:
    card = Scorecard(
        binning_process=BinningProcess(["source", "size"], categorical_variables=["source"]),
        estimator=LogisticRegression(C=1e6, tol=1e-10, max_iter=1000),
        scaling_method="pdo_odds",
        scaling_method_params={"pdo": pdo, "odds": odds, "scorecard_points": points},
    ).fit(x, lost)
    won = 1 - card.predict_proba(x)[:, 1]
    cases.append(
        {
            "pdo": pdo,
            "base": points,
            "base_odds": odds,
            "p": won[:8].tolist(),
            "points": card.score(x)[:8].tolist(),
        }
    )
print(json.dumps(cases, indent=1))
