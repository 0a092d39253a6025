"""LightGBM on the leads of the training benchmark: 300 trees, its defaults otherwise, both cores.

    pip install lightgbm scikit-learn numpy
    python tests/peers/train_lightgbm.py FOLDER ROWS     (FOLDER: what `train --export FOLDER` wrote)

Prints one JSON line. `seconds` is the making of its Dataset (its binning) and training.
"""
import json
import sys
import time

import lightgbm as lgb
import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

folder, rows = sys.argv[1], int(sys.argv[2])
won = np.fromfile(f"{folder}/won.u8", np.uint8)
n = len(won)
numbers = np.fromfile(f"{folder}/numbers.f64").reshape(-1, n)
levels = np.fromfile(f"{folder}/levels.i16", np.int16).reshape(-1, n).astype(float)
levels[levels < 0] = np.nan
x = np.ascontiguousarray(np.vstack([numbers, levels]).T)
start, cpu = time.perf_counter(), time.process_time()
data = lgb.Dataset(x[:rows], won[:rows], categorical_feature=list(range(len(numbers), x.shape[1])))
model = lgb.train({"objective": "binary", "verbose": -1, "num_threads": 2, "seed": 1}, data, 300)
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
p = model.predict(x[rows:])
print(json.dumps({"who": "lightgbm", "rows": rows, "seconds": round(seconds, 4), "cpu": round(cpu, 2),
                  "log_loss": round(log_loss(won[rows:], p), 6), "auc": round(roc_auc_score(won[rows:], p), 6)}))
