"""Golden values of src/kpi/incidence.rs and src/kpi/cycle/matched.rs: statsmodels' CumIncidenceRight and ConditionalLogit.

Run: python tests/peers/cycle.py
"""

import numpy as np
from scipy.optimize import root
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.duration.survfunc import CumIncidenceRight

# 60 lives: day i * i mod 29, ending by i mod 3 (0 open, 1 won, 2 lost). An open life of a days is at risk up to day a - 1.
i = np.arange(1, 61)
days = (i * i) % 29
end = i % 3
time = np.where(end == 0, days - 0.5, days).astype(float)
keep = time > -0.5
ci = CumIncidenceRight(time[keep] + 1, end[keep])
for day in (5, 13, 22, 27):
    at = np.searchsorted(ci.times, day + 1, side="right") - 1
    print("day", day, [f"{c[at]:.12f}" for c in ci.cinc], [f"{s[at]:.9f}" for s in ci.cinc_se])

# 40 sets of one won and three others, two columns. Its own optimiser stops early: the root of its score function is taken.
groups, won, x = [], [], []
for s in range(40):
    for k in range(4):
        groups.append(s)
        won.append(int(k == 0))
        x.append([int((s * 7 + k * 3) % 5 < 2 + (k == 0)), int((s * 11 + k * 5) % 7 < 3)])
model = ConditionalLogit(np.array(won), np.array(x, float), groups=np.array(groups))
fit = root(model.score, np.zeros(2), tol=1e-12)
spread = np.sqrt(np.diag(np.linalg.inv(-model.hessian(fit.x))))
print("conditional", [f"{b:.9f}" for b in fit.x], [f"{b:.9f}" for b in spread])
