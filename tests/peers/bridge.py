"""Golden values for the bridges that explain a change: tests/golden/bridge.json.

LMDI-I by the formula of Ang (2005, Energy Policy 33: 867-871); Shapley values by every order in which the factors
can change (brute force); Kitagawa's rate and mix by group means, and by statsmodels' OaxacaBlinder (two-fold and
three-fold) on the single observations.

python tests/peers/bridge.py > tests/golden/bridge.json
"""

import itertools
import json
import math

import numpy as np
import statsmodels
from statsmodels.stats.oaxaca import OaxacaBlinder


def lmdi(before, after):
    r0, r1 = math.prod(before), math.prod(after)
    mean = r0 if r0 == r1 else (r1 - r0) / (math.log(r1) - math.log(r0))
    return [mean * math.log(b / a) for a, b in zip(before, after)]


def shapley(before, after):
    n = len(before)
    effects = [0.0] * n
    orders = list(itertools.permutations(range(n)))
    for order in orders:
        now = list(before)
        for i in order:
            was = math.prod(now)
            now[i] = after[i]
            effects[i] += (math.prod(now) - was) / len(orders)
    return effects


def kitagawa(groups):
    n = [sum(g["n"][t] for g in groups) for t in (0, 1)]
    by_rate = by_mix = 0.0
    for g in groups:
        r = [g["events"][t] / g["n"][t] for t in (0, 1)]
        w = [g["n"][t] / n[t] for t in (0, 1)]
        by_rate += (w[0] + w[1]) / 2 * (r[1] - r[0])
        by_mix += (r[0] + r[1]) / 2 * (w[1] - w[0])
    return by_rate, by_mix


def oaxaca(groups):
    """Rate and mix from the three-fold decomposition: half of the interaction belongs to each (Kitagawa)."""
    y, period, dummies = [], [], []
    for k, g in enumerate(groups):
        for t in (0, 1):
            for i in range(g["n"][t]):
                y.append(1.0 if i < g["events"][t] else 0.0)
                period.append(t)
                dummies.append([1.0 if k == j else 0.0 for j in range(1, len(groups))])
    exog = np.column_stack([np.ones(len(y)), np.array(dummies), np.array(period)])
    model = OaxacaBlinder(np.array(y), exog, exog.shape[1] - 1, hasconst=True, swap=False)
    endowments, coefficients, interaction, gap = model.three_fold().params
    # statsmodels holds the first group (period 0) against the second: the sign is turned.
    return -(coefficients + interaction / 2), -(endowments + interaction / 2), -gap


products = [
    ([300, 0.15, 1000], [360, 0.12, 1200]),
    ([412, 0.031, 1.07, 0.98, 22605.5], [371, 0.036, 0.91, 1.12, 19876.25]),
    ([5.0, 7.0], [5.0, 7.7]),
]
mixes = [
    [
        {"n": [200, 150], "events": [20, 21]},
        {"n": [100, 180], "events": [40, 54]},
        {"n": [50, 70], "events": [5, 21]},
    ],
    [{"n": [40, 90], "events": [4, 9]}, {"n": [60, 10], "events": [30, 4]}],
]
out = {"source": f"tests/peers/bridge.py, statsmodels {statsmodels.__version__}", "products": [], "mixes": []}
for before, after in products:
    out["products"].append(
        {"before": before, "after": after, "lmdi": lmdi(before, after), "shapley": shapley(before, after)}
    )
for groups in mixes:
    by_rate, by_mix = kitagawa(groups)
    o_rate, o_mix, gap = oaxaca(groups)
    out["mixes"].append(
        {"groups": groups, "by_rate": by_rate, "by_mix": by_mix, "oaxaca": [o_rate, o_mix, gap]}
    )
print(json.dumps(out, indent=1))
