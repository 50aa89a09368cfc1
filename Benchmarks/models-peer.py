"""scikit-learn's part of Benchmarks/models: makes the tables, fits one model in a process of its own, compares results.

models-peer.py table KIND ROWS FILE | METHOD FILE OUTPUT [PARAMETER …] | compare METHOD OURS THEIRS
"""
import sys
import time

import numpy


def pair_table(rows, zero, seed=7):
    """Counts of (window, pair) rows as traffic makes them: many alike, long tails; a share `zero` without traffic."""
    random = numpy.random.default_rng(seed)
    pairs = max(50, rows // 800)
    kinds, levels = random.integers(0, 6, pairs), random.lognormal(0, 1, pairs)
    pair = random.integers(0, pairs, rows)
    kind = kinds[pair]
    rate = numpy.array([1, 1.3, 2, 4, 12, 1.05])[kind] * numpy.minimum(levels[pair], 8)
    connections = 1 + random.poisson(rate - numpy.minimum(rate, 1) * 0.9)
    udp = numpy.where(kind == 0, connections, numpy.where(kind == 3, random.binomial(connections, 0.3), 0))
    few = numpy.minimum(connections, 1 + random.binomial(2, 0.1, rows))
    destination_ports = numpy.where(kind == 4, numpy.maximum(1, random.binomial(connections, 0.9)), few)
    source_ports = numpy.minimum(connections, numpy.where(kind == 5, 1, connections))
    least = numpy.array([74, 120, 60, 180, 60, 48])[kind] * connections
    sent = numpy.where(
        (kind == 0) | (random.random(rows) < 0.35), least, numpy.rint(least * random.lognormal(1.5, 1.2, rows)))
    received = numpy.where(
        random.random(rows) < 0.35, least * 2, numpy.rint(least * random.lognormal(2.5, 1.6, rows)))
    received[kind == 4] = 0
    flows = numpy.minimum(connections, 1 + connections // 2)
    columns = [sent, received, connections, flows, destination_ports, source_ports, connections - udp, udp]
    table = numpy.stack(columns, 1).astype(numpy.float64)
    table[random.random(rows) < zero] = 0
    return table


def write_table(kind, rows, path):
    table = numpy.log1p(pair_table(int(rows), 0.6 if kind.endswith("zero") else 0))
    if not kind.startswith("log"):
        table = (table - table.mean(0)) / table.std(0)
    table.tofile(path)


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def fit(method, path, output, parameters):
    from sklearn.cluster import DBSCAN, KMeans, SpectralClustering
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    rows = numpy.fromfile(path).reshape(-1, 8)
    model = {
        "standardize": lambda: StandardScaler(),
        "pca": lambda: PCA(3),
        "kmeans": lambda: KMeans(int(parameters[0]), n_init=10, random_state=1),
        "dbscan": lambda: DBSCAN(eps=parameters[0], min_samples=int(parameters[1])),
        "spectral": lambda: SpectralClustering(int(parameters[0]), gamma=parameters[1], random_state=1),
    }[method]()
    start = time.perf_counter()
    result = model.fit_transform(rows) if method == "standardize" else model.fit(rows)
    print("seconds", time.perf_counter() - start, "peak", peak())
    if method == "standardize":
        result.tofile(output)
    elif method == "pca":
        # All of ours are kept: compared are the three asked for, and the rows in them.
        parts = [model.mean_, model.explained_variance_, model.components_.ravel(), model.transform(rows).ravel()]
        numpy.concatenate(parts).tofile(output)
    else:
        model.labels_.astype(numpy.int32).tofile(output)
        if method == "kmeans":
            print("inertia", model.inertia_)


def compare(method, ours, theirs):
    if method in ("standardize", "pca"):
        one, other = numpy.fromfile(ours), numpy.fromfile(theirs)
        off = numpy.abs(one - other).max()
        print("yes" if off < 1e-8 else "no", f"off by {off:.1e}")
    else:
        from sklearn.metrics import adjusted_rand_score

        one, other = numpy.fromfile(ours, numpy.int32), numpy.fromfile(theirs, numpy.int32)
        if method == "dbscan":
            print("yes" if (one == other).all() else "no", f"{(one != other).sum()} labels differ")
        else:
            index = adjusted_rand_score(one, other)
            print("yes" if index >= 0.9 else "no", f"ARI {index:.4f}")


if __name__ == "__main__":
    if sys.argv[1] == "table":
        write_table(*sys.argv[2:])
    elif sys.argv[1] == "compare":
        compare(*sys.argv[2:])
    else:
        fit(*sys.argv[1:4], [float(word) for word in sys.argv[4:]])
