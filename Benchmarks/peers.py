"""The second seed's query in one peer, as a process of its own: prints the number of outlying (window, pair).

peers.py PEER FILE, PEER one of duckdb, duckdb-tuned, polars, pandas.
"""
import sys

COLUMNS = ["ts", "proto", "state", "src", "sp", "dst", "dp", "up", "down"]
FEATURES = ["n", "p", "u", "d"]


def duckdb_query(path, tuned):
    import duckdb

    if tuned:
        read = (
            f"read_csv('{path}', header=false, auto_detect=false, delim=',', columns={{'ts':'TIMESTAMP','proto':'VARCHAR',"
            "'state':'VARCHAR','src':'VARCHAR','sp':'USMALLINT','dst':'VARCHAR','dp':'USMALLINT','up':'UBIGINT','down':'UBIGINT'})"
        )
        bucket = "epoch_us(ts) // 10000000"
    else:
        read = f"read_csv('{path}', header=false, names={COLUMNS})"
        bucket = "time_bucket(INTERVAL '10 seconds', ts)"
    quartiles = ", ".join(
        f"quantile_cont({f}, 0.25) {f}1, quantile_cont({f}, 0.75) {f}3" for f in FEATURES
    )
    outside = " OR ".join(
        f"{f} > {f}3 + 3 * ({f}3 - {f}1) OR {f} < {f}1 - 3 * ({f}3 - {f}1)" for f in FEATURES
    )
    return duckdb.connect().execute(
        f"""WITH w AS (SELECT {bucket} b, src, dst, count(*) n, count(DISTINCT dp) p, sum(up) u, sum(down) d
                       FROM {read} GROUP BY 1, 2, 3),
                 q AS (SELECT b, {quartiles} FROM w GROUP BY b)
            SELECT count(*) FROM w JOIN q USING (b) WHERE {outside}"""
    ).fetchone()[0]


def polars_query(path):
    import polars as pl

    frame = pl.scan_csv(path, has_header=False, new_columns=COLUMNS, try_parse_dates=True)
    window = frame.group_by(pl.col("ts").dt.truncate("10s").alias("b"), "src", "dst").agg(
        pl.len().cast(pl.Int64).alias("n"), pl.col("dp").n_unique().cast(pl.Int64).alias("p"),
        pl.col("up").sum().alias("u"), pl.col("down").sum().alias("d"))
    outside = pl.lit(False)
    for feature in FEATURES:
        first = pl.col(feature).quantile(0.25, "linear").over("b")
        third = pl.col(feature).quantile(0.75, "linear").over("b")
        spread = 3 * (third - first)
        outside = outside | (pl.col(feature) > third + spread) | (pl.col(feature) < first - spread)
    return window.filter(outside).select(pl.len()).collect().item()


def pandas_windows(path, features=FEATURES, factor=3):
    import pandas as pd

    frame = pd.read_csv(path, header=None, names=COLUMNS, parse_dates=["ts"])
    groups = frame.groupby([frame["ts"].dt.floor("10s"), "src", "dst"])
    window = groups.agg(n=("dp", "size"), p=("dp", "nunique"), u=("up", "sum"), d=("down", "sum"))
    outside = False
    for feature in features:
        by_window = window[feature].groupby(level=0)
        first, third = by_window.transform("quantile", 0.25), by_window.transform("quantile", 0.75)
        spread = factor * (third - first)
        outside = outside | (window[feature] > third + spread) | (window[feature] < first - spread)
    return window[outside]


if __name__ == "__main__":
    peer, path = sys.argv[1:]
    if peer == "pandas":
        print(len(pandas_windows(path)))
    elif peer == "polars":
        print(polars_query(path))
    else:
        print(duckdb_query(path, peer == "duckdb-tuned"))
