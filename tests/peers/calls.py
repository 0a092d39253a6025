"""Golden values for the call list: the S-learner against scikit-learn, assignment against scipy.

usage: python tests/peers/calls.py > tests/golden/calls.json      (numpy, scipy, scikit-learn)
"""
import json
import numpy as np
import scipy
import sklearn
from scipy.optimize import linear_sum_assignment
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(11)


def s_learner(n, parts, ridge):
    logit = rng.normal(-2, 1, n)
    fresh = np.exp(-rng.exponential(5, n) / 4)
    log_amount = rng.normal(7, 0.8, n)
    age = np.floor(rng.exponential(6, n))
    part = rng.normal(0, 0.5, (n, parts))
    called = rng.random(n) < 0.5
    p = expit(logit + (called - 0.5) * (0.3 + fresh * (0.9 + part.sum(1))))
    won = rng.random(n) < p
    plain = np.column_stack([logit, fresh, log_amount, np.log1p(age), part])
    z = (plain - plain.mean(0)) / plain.std(0)
    # Products with freshness of all but freshness and age.
    products = np.delete(z, [1, 3], axis=1) * z[:, [1]]
    u = np.column_stack([z, products])

    def design(t):
        # A call acts by the freshness, by itself, and by the freshness with each plain feature.
        t = np.broadcast_to(t, n)[:, None]
        f = fresh[:, None]
        return np.column_stack([u, t * f, t, t * f * z])

    penalty = np.r_[np.ones(u.shape[1]), 0.1, np.full(1 + z.shape[1], ridge)]
    scale = 1 / np.sqrt(penalty)
    model = LogisticRegression(C=1.0, max_iter=100_000, tol=1e-12).fit(design(called - 0.5) * scale, won)
    chance = lambda t: model.predict_proba(design(t) * scale)[:, 1]
    return {
        "ridge": ridge,
        "known": [
            {"logit": logit[i], "freshness": fresh[i], "log_amount": log_amount[i], "age": age[i], "parts": list(part[i])}
            for i in range(n)
        ],
        "called": [bool(c) for c in called],
        "won": [bool(w) for w in won],
        "if_called": list(chance(0.5)),
        "if_held": list(chance(-0.5)),
    }


def assignment(n, m, ties=False):
    gain = rng.integers(0, 4, (n, m)).astype(float) if ties else rng.lognormal(3, 1, (n, m)).round(6)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return {
        "gain": gain.tolist(),
        "best": float(gain[rows, columns].sum()),
        "columns": None if ties else [int(c) if r in rows else None for r, c in zip(range(n), fill(rows, columns, n))],
    }


def fill(rows, columns, n):
    of = dict(zip(rows.tolist(), columns.tolist()))
    return [of.get(r, -1) for r in range(n)]


print(json.dumps({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "s_learner": [s_learner(300, 2, 3.0), s_learner(250, 0, 30.0)],
    "assignment": [assignment(6, 6), assignment(4, 9), assignment(9, 4), assignment(25, 18), assignment(1, 1),
                   assignment(12, 12, True), assignment(7, 15, True)],
}, indent=None, separators=(",", ":")))
