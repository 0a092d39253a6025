"""Expected values of the calibration maps, from statsmodels, and of the beta map by the recipe of the betacal package.

    pip install statsmodels==0.15.0 scipy
    python tests/peers/calibration.py > tests/golden/calibration.json

betacal (Kull, Silva Filho, Flach): logistic regression on ln p and -ln(1-p) without a penalty; a coefficient below 0 is
left out and the other fitted anew. Data by the linear congruential generator that the test repeats.
"""
import json

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar


def uniforms(n, state):
    out = []
    for _ in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append((state >> 11) / 2**53)
    return np.array(out)


def data(n, seed, bend):
    u = uniforms(2 * n, seed).reshape(n, 2)
    z = 6 * u[:, 0] - 4
    p = 1 / (1 + np.exp(-z))
    q = 1 / (1 + np.exp(-(0.3 + bend[0] * np.log(p) - bend[1] * np.log(1 - p))))
    return z, u[:, 1] < q


def fit(columns, won):
    return sm.Logit(won.astype(float), columns).fit(disp=0, tol=1e-14, maxiter=200).params.tolist()


def beta(z, won):
    p = 1 / (1 + np.exp(-z))
    x = np.column_stack([np.ones(len(z)), np.log(p), -np.log(1 - p)])
    c, a, b = fit(x, won)
    if a < 0:
        c, b = fit(x[:, [0, 2]], won)
        a = 0.0
    elif b < 0:
        c, a = fit(x[:, [0, 1]], won)
        b = 0.0
    return [a, b, c]


def shift(z, won):
    loss = lambda a: np.sum(np.logaddexp(0, z + a) - won * (z + a)) + 0.5 * a * a / 0.25
    return minimize_scalar(loss, bounds=(-5, 5), method="bounded", options={"xatol": 1e-12}).x


cases = []
for n, seed, bend in [(400, 3, [0.6, 1.4]), (900, 4, [1.6, 0.5]), (700, 5, [-0.6, 1.4])]:
    z, won = data(n, seed, bend)
    cases.append({
        "n": n, "seed": seed, "bend": bend, "won": int(won.sum()),
        "shift": shift(z, won), "platt": fit(np.column_stack([np.ones(n), z]), won), "beta": beta(z, won),
    })
print(json.dumps(cases, indent=1))
