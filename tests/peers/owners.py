"""Golden values of `forerun owners`: writes ../golden/owners.json. Needs numpy, scipy and statsmodels.

The funnel after Spiegelhalter (2005), Stat. Med. 24:1185; the ratios by a gamma-Poisson model integrated over a grid far
finer than the program's; the regressions by a general optimiser.
"""
import json
import pathlib

import numpy as np
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests

# leads, won, expected, sum p(1-p), variance of won - expected, skewness
T = np.array([
    [200, 20, 21.3, 18.9, 17.8, 0.184],
    [310, 52, 30.1, 26.8, 25.1, 0.155],
    [150, 9, 18.4, 15.9, 15.2, 0.190],
    [420, 33, 36.9, 33.1, 30.9, 0.143],
    [90, 12, 8.8, 7.8, 7.5, 0.289],
    [260, 31, 24.7, 22.1, 21.0, 0.175],
    [175, 40, 22.9, 19.6, 18.8, 0.170],
    [510, 70, 66.2, 56.8, 51.1, 0.102],
    [330, 15, 31.8, 28.3, 27.0, 0.150],
    [280, 41, 29.0, 25.7, 24.4, 0.158],
    [240, 30, 28.2, 24.6, 23.4, 0.158],
    [120, 11, 12.7, 11.2, 10.8, 0.232],
])


def straight(z, g):
    return optimize.brentq(lambda u: u + g * (u * u - 1) / 6 - z, -8, 12)


def funnel(T):
    n, O, E, V0, V, skew = T.T
    z0 = (O - E) / np.sqrt(V)
    low, high = np.percentile(z0, [10, 90])
    phi = np.mean(np.clip(z0, low, high) ** 2)
    if stats.chi2.sf(len(O) * phi, len(O)) >= 0.05:
        phi = 1.0
    z = z0 / np.sqrt(phi)
    p = 2 * stats.norm.sf(np.abs([straight(a, g) for a, g in zip(z, skew)]))
    limits = {}
    for level in (0.95, 0.998):
        q = stats.norm.ppf(0.5 + level / 2)
        lim = [1 + (s * q + skew * (q * q - 1) / 6) * np.sqrt(phi * V) / E for s in (-1, 1)]
        limits[str(level)] = np.maximum(np.array(lim).T, 0).tolist()
    u0 = np.array([straight(a, g) for a, g in zip(z0, skew)])
    return {
        "tallies": T.tolist(),
        "phi": phi,
        "z": z.tolist(),
        "p": p.tolist(),
        "claims": multipletests(p, alpha=0.1, method="fdr_bh")[0].tolist(),
        "limits_95": limits["0.95"],
        "limits_998": limits["0.998"],
        "p_all": stats.chi2.sf(np.sum(u0**2), len(O) - 1),
    } | ratios(O, E, V)


def ratios(O, E, V):
    """Half-normal tau with scale 0.4 on 0.01 .. 1.5; O and E counted E / V times."""
    o, e = O * E / V, E * E / V
    tau = np.exp(np.linspace(np.log(0.01), np.log(1.5), 4001))
    nu = tau**-2.0
    log = sum(
        special.gammaln(nu + a) - special.gammaln(nu) + nu * np.log(nu / (nu + b)) - a * np.log(nu + b)
        for a, b in zip(o, e)
    )
    w = np.exp(log + np.log(tau) - 0.5 * (tau / 0.4) ** 2 - np.max(log))
    w /= w.sum()
    of = []
    for a, b in zip(o, e):
        cdf = lambda x: np.sum(w * stats.gamma.cdf(x, nu + a, scale=1 / (nu + b)))
        ends = [optimize.brentq(lambda x: cdf(x) - q, 0.01, 10) for q in (0.1, 0.9)]
        of.append([np.sum(w * (nu + a) / (nu + b)), *ends])
    return {"spread": np.sum(w * tau), "ratios": of}


# The same owners, nearly alike but for two.
alike = T.copy()
alike[:, 1] = np.round(alike[:, 2] + (alike[:, 1] - alike[:, 2]) / 4)
alike[6, 1], alike[2, 1] = 41, 5

# Tails of rare wins: chance of as many or more, or of as few or fewer, half of the value itself counted.
tails = []
for k, m, q in [(12, 100, 0.05), (0, 100, 0.05), (45, 300, 0.1), (16, 300, 0.1)]:
    d = stats.binom(m, q)
    tail = min(d.sf(k), d.cdf(k - 1)) + 0.5 * d.pmf(k)
    tails.append([m, k, q, 2 * tail])

# The regressions: 60 leads, three levels, with a penalty of 2 on each level.
i = np.arange(60)
level = (i * 7) % 3
won = (((i * 13) % 10) < 2 + 2 * level).astype(float)
reach = np.where(i % 4 == 0, 0.5, 1.0)
won[(reach < 1) & (i % 8 == 0)] = 0
X = np.column_stack([level == 1, level == 2, np.ones(60)]).astype(float)
pen = np.array([2.0, 2.0, 0.0])


def share(b):
    m = reach * special.expit(X @ b)
    return -np.sum(won * np.log(m) + (1 - won) * np.log1p(-m)) + 0.5 * np.sum(pen * b * b)


y = 0.2 + ((i * 11) % 17) / 10 * (1 + level)


def amount(b):
    return -np.sum(y * (X @ b) - np.exp(X @ b)) / 0.7 + 0.5 * np.sum(pen * b * b)


fits = {}
for name, f in (("share", share), ("amount", amount)):
    b = optimize.minimize(f, np.zeros(3), method="BFGS", options={"gtol": 1e-10}).x
    options = {"xatol": 1e-12, "fatol": 1e-14, "maxiter": 20000}
    fits[name] = optimize.minimize(f, b, method="Nelder-Mead", options=options).x.tolist()

golden = {"funnels": [funnel(T), funnel(alike)], "tails": tails, "fits": fits}
path = pathlib.Path(__file__).parent.parent / "golden" / "owners.json"
path.write_text(json.dumps(golden, indent=1, default=float) + "\n")
