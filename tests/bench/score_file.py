"""What tests/bench/score_file.sh runs: makes the data, trains both sides, runs them in turn, prints medians and ratios.

Each run is a process of its own. Of the Python sides the time inside is taken, without the start of Python and its imports;
of forerun the time of the whole process. `cpu` is user + system time, which a machine shared with others spoils less than
wall time.
"""
import os
import resource
import statistics
import subprocess
import sys
import time

root, forerun, work, rows, repeats, scale = sys.argv[1:]
rows, repeats = int(rows), int(repeats)
peers = os.path.join(root, "tests/peers/score_polars.py")

UNDATED = """[project]
name = "Bench"
currency = "EUR"
timezone = "Europe/Berlin"

[leads]
file = "train.csv"
id = "lead_id"
outcome = { column = "status", won = ["Won"], lost = ["Lost"] }
source = "source"
owner = "owner"
"""


def path(name):
    return os.path.join(work, name)


def make(name, count, seed):
    if not os.path.exists(path(name)):
        make_leads = os.path.join(root, "tests/bench/make_leads.py")
        subprocess.run([sys.executable, make_leads, path(name), str(count), str(seed)], check=True)
    return path(name)


def run(command, cwd=work):
    """Wall seconds, processor seconds, peak megabytes, what was printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    printed = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{command} ended with {status}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed


def ours(file):
    return run([forerun, "-q", "score", file, "--all", "--out", path("scored.csv")])


def theirs(*arguments):
    """Wall and processor seconds inside the process."""
    _, _, peak, printed = run([sys.executable, peers, *arguments])
    wall, cpu = printed.split()[-2:]
    return float(wall), float(cpu), peak


def medians(results):
    return [statistics.median(column) for column in zip(*[result[:3] for result in results])]


def line(name, values, mega=None):
    rate = f"{mega / values[0]:8.0f} MB/s" if mega else ""
    print(f"{name:42} {values[0]:8.2f} s wall {values[1]:8.2f} s cpu {values[2]:8.0f} MB peak {rate}", flush=True)


def compare():
    file = make(f"leads-{rows}.csv", rows, 2)
    mega = os.path.getsize(file) / 1e6
    print(f"{rows:,} rows, 15 columns, {mega:.0f} MB; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; median of {repeats}")
    sides = {"forerun score --all": [], "polars + scikit-learn, id and probability": [], "polars.read_csv alone": []}
    for _ in range(repeats):
        sides["forerun score --all"].append(ours(file))
        sides["polars + scikit-learn, id and probability"].append(theirs("score", file, path("model.pkl"), path("p.csv")))
        sides["polars.read_csv alone"].append(theirs("load", file))
    middle = {name: medians(results) for name, results in sides.items()}
    for name, values in middle.items():
        line(name, values, mega)
    own, full, load = middle.values()
    print(f"polars + scikit-learn / forerun: {full[0] / own[0]:.2f} wall, {full[1] / own[1]:.2f} cpu")
    print(f"forerun / polars.read_csv:       {own[0] / load[0]:.2f} wall, {own[1] / load[1]:.2f} cpu")


def grow():
    for count in (100_000, 1_000_000, 10_000_000):
        file = make(f"leads-{count}.csv", count, 2)
        results = [ours(file) for _ in range(1 if count > 5_000_000 else 3)]
        values = medians(results)
        line(f"forerun score --all, {count:,} rows", values, os.path.getsize(file) / 1e6)
        print(f"{'':42} {values[1] / count * 1e6:8.2f} microseconds of cpu a row")


def dated():
    folder = path("company")
    if not os.path.exists(folder):
        run([forerun, "-q", "simulate", "--out", folder, "--leads", "20000"])
    run([forerun, "-q", "train"], folder)
    leads = os.path.join(folder, "leads.csv")
    count = sum(1 for _ in open(leads)) - 1
    values = medians([run([forerun, "-q", "score", "leads.csv", "--out", path("dated.csv")], folder) for _ in range(3)])
    line(f"forerun score, dated model, {count:,} rows", values, os.path.getsize(leads) / 1e6)


os.makedirs(work, exist_ok=True)
make("train.csv", 200_000, 1)
with open(path("forerun.toml"), "w") as out:
    out.write(UNDATED)
run([forerun, "-q", "train"])
run([sys.executable, peers, "train", path("train.csv"), path("model.pkl")])
compare()
if scale:
    grow()
    dated()
