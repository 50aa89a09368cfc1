"""Holds `lapwing detect --only pair-outlier --findings FILE` against pandas, pair by pair: compare-pandas.py LAPWING FILE"""
import json
import subprocess
import sys

from peers import pandas_windows

lapwing, path = sys.argv[1:]
output = subprocess.run(
    [lapwing, "detect", "--only", "pair-outlier", "--findings", path], capture_output=True, check=True, text=True
).stdout
ours = {}
for line in output.splitlines():
    finding = json.loads(line)
    values = finding["values"]
    ours[finding["firstSeen"], finding["subject"], finding["peer"]] = (
        values["connections"], values["destinationPorts"], values["bytesSent"], values["bytesReceived"])
frame = pandas_windows(path)
rows = frame[["n", "p", "u", "d"]].itertuples(index=False)
theirs = {
    (start.strftime("%Y-%m-%dT%H:%M:%SZ"), source, destination): tuple(int(value) for value in row)
    for (start, source, destination), row in zip(frame.index, rows)
}
print(f"{len(ours)} outlying pairs here, {len(theirs)} in pandas, {len(ours.items() ^ theirs.items())} differ")
sys.exit(0 if ours == theirs else 1)
