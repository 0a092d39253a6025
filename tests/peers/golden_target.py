"""Golden values for texts of very many values: writes ../golden/target.json.

Encodings are scikit-learn's TargetEncoder with `smooth` = m; m is computed here anew, by the method of moments.
Needs numpy, pandas and scikit-learn.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.preprocessing import TargetEncoder

rng = np.random.default_rng(5)
levels = 60
effect = rng.normal(0, 0.7, levels)
level = rng.zipf(1.4, 4000) % levels
y = (rng.random(4000) < 1 / (1 + np.exp(2 - effect[level]))).astype(int)

n = np.bincount(level, minlength=levels).astype(float)
won = np.bincount(level, weights=y, minlength=levels)
seen = n > 0
share = np.divide(won, n, out=np.zeros(levels), where=seen)
p, total, count = y.mean(), n.sum(), seen.sum()
within = (n * share * (1 - share)).sum() / (total - count)
between = ((n * (share - p) ** 2)[seen].sum() - (count - 1) * within) / (total - (n**2).sum() / total)
m = within / between

encoder = TargetEncoder(smooth=m, target_type="binary").fit(level[:, None], y)
q = dict(zip(encoder.categories_[0].tolist(), encoder.encodings_[0].tolist()))
golden = {
    "made_with": f"scikit-learn {sklearn.__version__}",
    "n": n.tolist(),
    "won": won.tolist(),
    "m": m,
    "q": [q.get(i) for i in range(levels)],
}
pathlib.Path(__file__).parent.joinpath("../golden/target.json").write_text(json.dumps(golden, indent=1) + "\n")
