"""Holds `lapwing detect --only pair-outlier --findings FILE` against pandas, pair by pair, with both fences and several
choices of features: compare-pandas.py LAPWING FILE"""
import json
import subprocess
import sys

from peers import pandas_windows

lapwing, path = sys.argv[1:]
NAMES = {"n": "connections", "p": "destinationPorts", "u": "bytesSent", "d": "bytesReceived"}


def ours(features, fence):
    chosen = ",".join(NAMES[feature] for feature in features)
    command = [lapwing, "detect", "--only", "pair-outlier", "--findings", "--fence", fence, "--features", chosen, path]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    found = {}
    for line in output.splitlines():
        finding = json.loads(line)
        values = tuple(finding["values"][name] for name in NAMES.values())
        found[finding["firstSeen"], finding["subject"], finding["peer"]] = values
    return found


def theirs(features, factor):
    frame = pandas_windows(path, features, factor)
    rows = frame[["n", "p", "u", "d"]].itertuples(index=False)
    return {
        (start.strftime("%Y-%m-%dT%H:%M:%SZ"), source, destination): tuple(int(value) for value in row)
        for (start, source, destination), row in zip(frame.index, rows)
    }


differing = 0
for features in ["npud", "p", "n", "np", "ud"]:
    for fence, factor in [("outer", 3), ("inner", 1.5)]:
        here, there = ours(features, fence), theirs(features, factor)
        count = len(here.items() ^ there.items())
        differing += count
        print(f"{features} {fence}: {len(here)} outlying pairs here, {len(there)} in pandas, {count} differ")
sys.exit(0 if differing == 0 else 1)
