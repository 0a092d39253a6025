"""Golden values for the posterior of a source's conversion (numpy, scipy).

1. The posterior of `src/kpi/posterior.rs` by fine quadrature: log-odds of the sources normal around a common level, the share of
   which has Jeffreys' prior, spread between sources half-normal(0.7), both averaged over.
2. The gamma posterior, (alpha + W) / (beta + E), alpha and beta averaged over a hyperprior (flat in the log of the mean,
   half-normal(0.7) on the coefficient of variation): the small-p form of the same belief.
3. Chain ladder (Mack 1993): ultimate wins of the cohorts of a triangle, and their standard errors.

    python tests/peers/source_posterior.py
"""
import numpy as np
from scipy.special import gammaln, expit, logsumexp
from scipy.stats import gamma

WON = np.array([12, 3, 40, 7, 0, 22], float)
N = np.array([200, 30, 900, 60, 25, 150], float)

x = np.linspace(-9, 2, 4401)
p = expit(x)
loglik = np.array([w * np.log(p) + (n - w) * np.log1p(-p) for w, n in zip(WON, N)])
levels = np.linspace(-7, 1, 321)
spreads = np.exp(np.linspace(np.log(0.01), np.log(4), 120))
post = np.zeros_like(loglik)
cells = []
for s in spreads:
    for m in levels:
        prior = -0.5 * ((x - m) / s) ** 2 - np.log(s)
        jeffreys = 0.5 * np.log(expit(m) * expit(-m))
        ev = logsumexp(loglik + prior, axis=1).sum() - 0.5 * (s / 0.7) ** 2 + np.log(s) + jeffreys  # d(log s)
        cells.append((ev, m, s))
ev = np.array([c[0] for c in cells])
w = np.exp(ev - ev.max())
for weight, (_, m, s) in zip(w, cells):
    if weight < 1e-7:
        continue
    d = loglik - 0.5 * ((x - m) / s) ** 2
    d = np.exp(d - d.max(axis=1, keepdims=True))
    post += weight * d / d.sum(axis=1, keepdims=True)
post /= post.sum(axis=1, keepdims=True)
cdf = post.cumsum(axis=1)
print("logit-normal: mean, p10, p90")
for i in range(len(WON)):
    q = [expit(np.interp(t, cdf[i], x)) for t in (0.1, 0.9)]
    print(f"({WON[i]:.0f}, {N[i]:.0f}, {(post[i] * p).sum():.5f}, {q[0]:.5f}, {q[1]:.5f}),")

print("gamma-poisson: mean, p10, p90")
mus = np.exp(np.linspace(np.log(0.01), np.log(0.6), 160))
cvs = np.exp(np.linspace(np.log(0.02), np.log(3), 120))
rows, lw = [], []
for mu in mus:
    for cv in cvs:
        a = 1 / cv**2
        b = a / mu
        lw.append((gammaln(a + WON) - gammaln(a) + a * np.log(b) - (a + WON) * np.log(b + N)).sum()
                  - 0.5 * (cv / 0.7) ** 2 + np.log(cv))
        rows.append((a, b))
lw = np.array(lw)
lw = np.exp(lw - lw.max())
lw /= lw.sum()
rng = np.random.default_rng(1)
pick = rng.choice(len(rows), 20000, p=lw)
ab = np.array(rows)[pick]
for i in range(len(WON)):
    mean = (lw * np.array([(a + WON[i]) / (b + N[i]) for a, b in rows])).sum()
    d = gamma.rvs(ab[:, 0] + WON[i], scale=1 / (ab[:, 1] + N[i]), random_state=rng)
    print(f"({WON[i]:.0f}, {N[i]:.0f}, {mean:.4f}, {np.quantile(d, .1):.4f}, {np.quantile(d, .9):.4f}),")

print("chain ladder (Mack)")
# Wins so far of monthly cohorts of 200 leads by age in months.
tri = np.array([[6, 14, 19, 22], [5, 12, 18, np.nan], [7, 15, np.nan, np.nan], [6, np.nan, np.nan, np.nan]], float)
k = tri.shape[1]
f, s2 = [], []
for j in range(k - 1):
    ok = ~np.isnan(tri[:, j + 1])
    c, d = tri[ok, j], tri[ok, j + 1]
    f.append(d.sum() / c.sum())
    s2.append((c * (d / c - f[-1]) ** 2).sum() / (ok.sum() - 1) if ok.sum() > 1 else np.nan)
s2[-1] = min(s2[-2] ** 2 / s2[-3], s2[-2], s2[-3])
for i in range(k):
    last = k - 1 - i
    ult = tri[i, last] * np.prod(f[last:])
    print(i, f"ultimate {ult:.4f}", f"share seen {1 / np.prod(f[last:]):.4f}")
