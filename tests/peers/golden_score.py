"""Expected values of the score's numerics, from scikit-learn, statsmodels and scipy.

    pip install scikit-learn==1.9.1 statsmodels==0.15.0
    python tests/peers/golden_score.py > tests/golden/score.json

The data is made by a plain linear congruential generator that the test repeats, so that no file is needed.
"""
import json
import sys

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score


def uniforms(n, state):
    out = []
    for _ in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append((state >> 11) / 2**53)
    return np.array(out)


def data(n, shift):
    """Three indicators (one rare) and a number; `shift` makes won the minority or the majority."""
    u = uniforms(5 * n, 42).reshape(n, 5)
    x = np.column_stack([u[:, 0] < 0.4, u[:, 1] < 0.03, u[:, 2] < 0.5, 2 * u[:, 3] - 1]).astype(np.float32).astype(float)
    eta = shift + x @ np.array([0.8, -1.0, 0.3, 0.9])
    return x, u[:, 4] < 1 / (1 + np.exp(-eta))


p = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
won = np.array([0, 0, 1, 0, 1, 0, 1, 1])
slope = sm.Logit(won, sm.add_constant(np.log(p / (1 - p)))).fit(disp=0, tol=1e-14).params[1]
golden = {
    "made_by": f"scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}",
    "metrics": {
        "log_loss": log_loss(won, p), "brier": brier_score_loss(won, p), "slope": slope,
        "auc": roc_auc_score([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.4, 0.4]),
    },
    "fits": [],
}
for shift in (-1.5, 1.5):
    for penalty in (1.0, 25.0):
        x, y = data(600, shift)
        fit = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(x, y)
        golden["fits"].append({
            "shift": shift, "penalty": penalty, "won": int(y.sum()),
            "intercept": fit.intercept_[0], "coefficients": fit.coef_[0].tolist(),
        })
# Almost no penalty: the maximum-likelihood fit and its covariance.
x, y = data(600, -1.5)
fit = sm.Logit(y, sm.add_constant(x)).fit(disp=0, tol=1e-14)
golden["unpenalised"] = {"intercept": fit.params[0], "coefficients": fit.params[1:].tolist(),
                         "standard_errors": fit.bse.tolist()}
json.dump(golden, sys.stdout, indent=1)
print()
