#!/usr/bin/env bash
# Training of one undated model beside scikit-learn and LightGBM, on the same leads and machine, in turn.
#
#     tests/bench/train.sh [REPEATS] [PYTHON]
#
# PYTHON has numpy, scipy, scikit-learn and lightgbm. Prints medians, ratios and losses, then how time grows with the rows.
set -euo pipefail
cd "$(dirname "$0")/../.."
repeats=${1:-3} python=${2:-python3} rows=1000000
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
ours() { cargo bench --quiet --bench train -- "$@"; }
ours --rows $rows --export "$folder" --export-only
for _ in $(seq "$repeats"); do
    ours --rows $rows
    "$python" tests/peers/train_sklearn.py "$folder" $rows
    "$python" tests/peers/train_lightgbm.py "$folder" $rows
done | tee "$folder/results.jsonl"
for n in 100000 1000000 10000000; do
    ours --rows $n --repeats 2 | tail -1 | sed 's/"forerun"/"forerun, scaling"/'
done | tee -a "$folder/results.jsonl"
"$python" - "$folder/results.jsonl" <<'PY'
import json, statistics, sys
runs = [json.loads(line) for line in open(sys.argv[1])]
def of(who, key): return [r[key] for r in runs if r["who"] == who and key in r]
print(f"\n{'':14} {'seconds':>9} {'cpu':>7} {'log loss':>9} {'AUC':>7}   (medians)")
for who in ("forerun", "scikit-learn", "lightgbm"):
    print(f"{who:14} {statistics.median(of(who, 'seconds')):9.3f} {statistics.median(of(who, 'cpu')):7.2f} "
          f"{of(who, 'log_loss')[0]:9.5f} {of(who, 'auc')[0]:7.4f}")
for who in ("scikit-learn", "lightgbm"):
    pairs = [b / a for a, b in zip(of("forerun", "seconds"), of(who, "seconds"))]
    print(f"{who} / forerun: {statistics.median(pairs):.1f} times (of {len(pairs)} pairs: {min(pairs):.1f} to {max(pairs):.1f})")
for r in runs:
    if r["who"].endswith("scaling"):
        print(f"{r['rows']:>10} leads: {r['seconds']:.3f} s, {r['cpu']:.2f} s of processor, {r['peak_mb']} MB at most")
PY
