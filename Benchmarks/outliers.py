"""Outlier models beside PyOD and scikit-learn, each run a process of its own, in turn; medians.

outliers.py BENCHMARK [RUNS]: the built OutlierBenchmark. Rows are made (seeded): heavy tails, counts, and one row in a
hundred drawn farther out, which is the truth of the ROC area.
outliers.py BENCHMARK --scale: seconds and peak memory by rows, as a table of Markdown, without peers.
outliers.py --peer MODEL WIDTH IN OUT: a peer's run. PyOD's first fit in a process also compiles; the ratio
is printed without and with that.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

WIDTH = 8
# model, rows, least ratio, what has to agree
BARS = [
    ("hbos", 1_600_000, 10, "scores"), ("ecod", 1_600_000, 10, "scores"), ("copod", 1_600_000, 10, "scores"),
    ("forest", 1_600_000, 3, "area"), ("lof", 20_000, 3, "scores"),
]


def peer(model, width, source, target):
    values = np.fromfile(source).reshape(-1, int(width))
    compiling = 0
    if model == "lof":
        from sklearn.neighbors import LocalOutlierFactor
        start = time.perf_counter()
        scores = -LocalOutlierFactor(n_neighbors=20).fit(values).negative_outlier_factor_
    elif model == "forest":
        from sklearn.ensemble import IsolationForest
        start = time.perf_counter()
        scores = -IsolationForest(n_estimators=100, max_samples=256, random_state=1).fit(values).score_samples(values)
    else:
        if model == "hbos":
            from pyod.models.hbos import HBOS as Model
        elif model == "ecod":
            from pyod.models.ecod import ECOD as Model
        else:
            from pyod.models.copod import COPOD as Model
        start = time.perf_counter()
        Model().fit(values[:100])
        compiling = time.perf_counter() - start
        start = time.perf_counter()
        scores = Model().fit(values).decision_scores_
    seconds = time.perf_counter() - start
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
    print(seconds, peak, compiling)
    np.asarray(scores, dtype=float).tofile(target)


def rows(count):
    random = np.random.default_rng(6)
    values = np.empty((count, WIDTH))
    values[:, 0] = random.lognormal(8, 2, count)
    values[:, 1] = random.lognormal(6, 1.5, count)
    values[:, 2] = random.poisson(3, count)
    values[:, 3] = random.geometric(0.2, count)
    values[:, 4] = -random.exponential(5, count)
    values[:, 5] = random.normal(0, 1, count)
    values[:, 6] = values[:, 0] / (1 + values[:, 1])
    values[:, 7] = random.random(count)
    outlying = random.random(count) < 0.01
    values[outlying, :6] *= random.uniform(1, 6, (outlying.sum(), 6))
    return values, outlying


def run(command):
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds, peak, *compiling = output.splitlines()[-1].split()
    return float(seconds), int(peak), float(compiling[0]) if compiling else 0


def main(benchmark, runs):
    from sklearn.metrics import roc_auc_score

    failed = False
    with tempfile.TemporaryDirectory() as folder:
        source, own, theirs = (os.path.join(folder, name) for name in ("rows", "own", "theirs"))
        for model, count, bar, agreeing in BARS:
            values, outlying = rows(count)
            if model == "lof":
                values = (values - values.mean(0)) / values.std(0)
            values.tofile(source)
            seconds, memory, first = {"own": [], "theirs": []}, {"own": 0, "theirs": 0}, []
            for _ in range(runs):
                for side, command in (
                    ("own", [benchmark, model, str(WIDTH), source, own]),
                    ("theirs", [sys.executable, __file__, "--peer", model, str(WIDTH), source, theirs]),
                ):
                    taken, peak, compiling = run(command)
                    first.append(taken + compiling)
                    seconds[side].append(taken)
                    memory[side] = max(memory[side], peak)
            mine, other = np.fromfile(own), np.fromfile(theirs)
            difference = np.abs(mine - other).max()
            areas = [roc_auc_score(outlying, scores) for scores in (mine, other)]
            agrees = difference < 1e-6 if agreeing == "scores" else abs(areas[0] - areas[1]) < 0.01
            ours, peers = statistics.median(seconds["own"]), statistics.median(seconds["theirs"])
            failed |= not agrees or peers / ours < bar
            print(
                f"{model:7} {count:9,} rows: {ours:.3f} s, peer {peers:.3f} s, {peers / ours:.1f} times (bar {bar}), "
                f"{statistics.median(first[1::2]) / ours:.1f} with what numba compiles; "
                f"{memory['own']:.0f} MB, peer {memory['theirs']:.0f} MB; largest difference {difference:.1e}, "
                f"ROC area {areas[0]:.4f}, peer {areas[1]:.4f}: {'agrees' if agrees else 'DIFFERS'}", flush=True)
    sys.exit(failed)


def windows(count):
    """What a network does in windows of five minutes: a day's rise and fall, and noise."""
    random = np.random.default_rng(6)
    day = 1.5 + np.sin(np.arange(count) * 2 * np.pi / 288)
    return np.stack([
        day * random.lognormal(10, 1, count), random.poisson(300 * day).astype(float), random.poisson(20 * day).astype(float)
    ], 1)


def scale(benchmark):
    """Each model alone from 10^4 to 10^6.5 rows; half an hour in all."""
    counts = [10_000, 100_000, 1_000_000, 3_162_278]
    print("| model | " + " | ".join(f"{count:,}" for count in counts) + " |\n|" + "---|" * (len(counts) + 1))
    with tempfile.TemporaryDirectory() as folder:
        source, target = (os.path.join(folder, name) for name in ("rows", "scores"))
        for model in ["hbos", "ecod", "copod", "forest", "half-space", "lof", "ewma", "holt-winters", "lstm"]:
            cells = []
            taken = 0
            for count in counts:
                values = windows(count) if model in ("ewma", "holt-winters", "lstm") else rows(count)[0]
                if model == "lof":
                    values = (values - values.mean(0)) / values.std(0)
                values.tofile(source)
                runs = [run([benchmark, model, str(values.shape[1]), source, target]) for _ in range(1 if taken > 2 else 3)]
                taken = statistics.median(taken for taken, _, _ in runs)
                cells.append(f"{taken:.3f} s, {runs[0][1]} MB")
            print(f"| {model} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--peer":
        peer(*sys.argv[2:])
    elif sys.argv[2:] == ["--scale"]:
        scale(sys.argv[1])
    else:
        main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
