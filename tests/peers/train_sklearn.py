"""scikit-learn on the leads of the training benchmark: twelve quantile bins a number, sparse one-hot, lbfgs.

    pip install scikit-learn numpy scipy
    python tests/peers/train_sklearn.py FOLDER ROWS      (FOLDER: what `train --export FOLDER` wrote)

Prints one JSON line. `seconds` is LogisticRegression.fit alone, on the matrix made beforehand; `prepare` is the making.
"""
import json
import sys
import time
import warnings

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

folder, rows = sys.argv[1], int(sys.argv[2])
warnings.simplefilter("ignore")
won = np.fromfile(f"{folder}/won.u8", np.uint8)
n = len(won)
numbers = np.fromfile(f"{folder}/numbers.f64").reshape(-1, n)
levels = np.fromfile(f"{folder}/levels.i16", np.int16).reshape(-1, n)


def one_hot():
    """The same sparse matrix that OneHotEncoder gives, made straight from codes (several times faster)."""
    columns, first = [], 0
    for x in numbers:
        sample = x[:rows][:: max(1, rows // 200_000)]
        cuts = np.unique(np.nanquantile(sample, np.arange(1, 12) / 12))
        code = np.where(np.isnan(x), 0, 1 + np.searchsorted(cuts, x))
        columns.append(first + code)
        first += len(cuts) + 2
    for x in levels:
        columns.append(first + 1 + x.astype(np.int64))
        first += int(x.max()) + 2
    indices = np.column_stack(columns).astype(np.int32).ravel()
    indptr = np.arange(n + 1, dtype=np.int64) * len(columns)
    return sp.csr_matrix((np.ones(len(indices)), indices, indptr), shape=(n, first))


start = time.perf_counter()
x = one_hot()
prepare = time.perf_counter() - start
train, test = x[:rows], x[rows:]
for tol in (float(t) for t in (sys.argv[3:] or ["1e-4"])):
    start, cpu = time.perf_counter(), time.process_time()
    fit = LogisticRegression(max_iter=1000, tol=tol).fit(train, won[:rows])
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    p = fit.predict_proba(test)[:, 1]
    print(json.dumps({"who": "scikit-learn", "rows": rows, "tol": tol, "seconds": round(seconds, 4), "cpu": round(cpu, 2),
                      "prepare": round(prepare, 3), "iterations": int(fit.n_iter_[0]),
                      "log_loss": round(log_loss(won[rows:], p), 6), "auc": round(roc_auc_score(won[rows:], p), 6)}), flush=True)
