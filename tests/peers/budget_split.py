"""Golden values of the split of a budget: writes ../golden/budget.json. Needs numpy and scipy.

Each case maximises sum k_s S_s^b_s over sum S = total and low <= S <= high by scipy.optimize.minimize(method="SLSQP") from
several starts, on variables scaled to the total.
"""
import json
import pathlib

import numpy as np
from scipy.optimize import minimize

rng = np.random.default_rng(20260701)
cases = []
for n in [2, 2, 3, 3, 4, 5, 5, 6, 8, 8, 10, 12]:
    b = rng.uniform(0.1, 0.9, n)
    current = rng.uniform(2_000, 60_000, n)
    k = rng.uniform(2, 30, n) * current ** (1 - b)
    bounds = rng.choice([0.3, 0.5, 0.9])
    low, high = current * (1 - bounds), current * (1 + bounds)
    total = current.sum() * rng.uniform(1 - 0.4 * bounds, 1 + 0.4 * bounds)

    def value(share):
        return float(np.sum(k * (share * total) ** b))

    scale = value(current / current.sum())
    best, split = -np.inf, None
    starts = [low + (high - low) * (total - low.sum()) / (high - low).sum()]
    starts += [np.clip(rng.uniform(low, high), low, high) for _ in range(6)]
    for start in starts:
        found = minimize(
            lambda s: -value(s) / scale,
            start / total,
            jac=lambda s: -k * b * (s * total) ** (b - 1) * total / scale,
            bounds=list(zip(low / total, high / total)),
            constraints=[{"type": "eq", "fun": lambda s: s.sum() - 1, "jac": lambda s: np.ones_like(s)}],
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 2_000},
        )
        if abs(found.x.sum() - 1) < 1e-9 and value(found.x) > best:
            best, split = value(found.x), found.x * total
    cases.append({
        "scale": k.tolist(), "b": b.tolist(), "low": low.tolist(), "high": high.tolist(),
        "total": float(total), "split": split.tolist(), "value": best,
    })

target = pathlib.Path(__file__).parent.parent / "golden" / "budget.json"
target.write_text(json.dumps({"cases": cases}, indent=1) + "\n")
