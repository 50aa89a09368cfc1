#!/usr/bin/env python3
"""Holds the reader of nfdump's files against nfdump: compare-nfdump.py BINARY FILE…, where BINARY is the built
DecodeBenchmark. Prints the first differences of each file and a sum."""
import csv, io, os, subprocess, sys
from datetime import datetime, timezone

binary, *paths = sys.argv[1:]
numbers = {"TCP": "6", "UDP": "17", "ICMP": "1", "ICMP6": "58", "IGMP": "2", "GRE": "47", "ESP": "50", "AH": "51", "SCTP": "132",
           "IPIP": "4", "IPv6": "41", "EIGRP": "88", "OSPF": "89", "PIM": "103", "VRRP": "112", "0": "0"}


def flags(text):
    return sum(1 << index for index, letter in enumerate(reversed(text)) if letter not in "." )


def seconds(text):
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc).timestamp())


def port(text):
    kind, point, code = text.partition(".")
    return str(int(kind) * 256 + int(code)) if point else kind


def expected(path):
    text = subprocess.run(["nfdump", "-r", path, "-o", "csv"], capture_output=True, text=True, env=os.environ | {"TZ": "UTC"}).stdout
    for row in csv.DictReader(io.StringIO(text)):
        if not row["sa"] or row["ts"] in ("Summary", "flows") or not row.get("ibyt"):
            continue
        yield (row["sa"], row["da"], numbers.get(row["pr"], row["pr"]), row["sp"], port(row["dp"]), row["ibyt"], row["ipkt"],
               row["obyt"], row["opkt"], seconds(row["ts"]), 0 if float(row["td"]) > 1e9 else round(float(row["td"]) * 1000),
               flags(row["flg"]))


def found(path):
    text = subprocess.run([binary, "--archive", path], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        fields = line.split("\t")
        if fields[0] == "fault":
            print("   ", line)
            continue
        yield (*fields[1:10], int(fields[10]) // 10**9, int(fields[11]) // 10**6, int(fields[12]))


failed = False
for path in paths:
    theirs, ours = list(expected(path)), list(found(path))
    wrong = [(a, b) for a, b in zip(theirs, ours) if a != b]
    failed = failed or bool(wrong) or len(theirs) != len(ours)
    print(f"{os.path.basename(path)}: nfdump {len(theirs)}, here {len(ours)}, different {len(wrong)}")
    for pair in wrong[:3]:
        print("    nfdump", *pair[0], "\n    here  ", *pair[1])
sys.exit(1 if failed else 0)
