#!/bin/sh
# File to scored file: forerun beside polars + scikit-learn, and beside polars.read_csv alone, on the same machine in turn.
#
#   tests/bench/score_file.sh [ROWS] [REPEATS]        default: 2,000,000 rows, 5 repeats
#   SCALE=1 tests/bench/score_file.sh                 also 100,000, 1 M and 10 M rows, with peak memory
#
# Needs a Python with polars, pandas, pyarrow and scikit-learn, named by PYTHON; the data is made anew by seed.
set -eu
rows=${1:-2000000}
repeats=${2:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3}
work=${WORK:-$(mktemp -d)}
forerun=${FORERUN:-$root/target/release/forerun}

if ! "$python" -c 'import polars, pandas, pyarrow, sklearn' 2>/dev/null; then
    echo "needs polars, pandas, pyarrow and scikit-learn:" >&2
    echo "  python3 -m venv /tmp/venv-bench" >&2
    echo "  /tmp/venv-bench/bin/pip install polars pandas pyarrow scikit-learn" >&2
    echo "  PYTHON=/tmp/venv-bench/bin/python $0" >&2
    exit 2
fi
[ -x "$forerun" ] || (cd "$root" && cargo build --release)
exec "$python" "$root/tests/bench/score_file.py" "$root" "$forerun" "$work" "$rows" "$repeats" "${SCALE:-}"
