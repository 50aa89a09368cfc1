"""Holds `lapwing features` against pandas, column by column, to 1e-9: compare-features.py LAPWING FILE

FILE is plain-csv, the second seed's nine columns; its flows have no duration. Rows have to be in order of time.
"""
import io
import ipaddress
import subprocess
import sys

import numpy as np
import pandas as pd

lapwing, path = sys.argv[1:]
COLUMNS = ["ts", "protocol", "state", "source", "source_port", "destination", "destination_port", "sent", "received"]
STATES = {"unknown": "unknown", "new": "attempted", "rejected": "rejected", "established": "established",
          "closing": "closing", "closed": "closed", "reset": "reset"}
PORTS = [22, 53, 80, 443, 1194, 3306, 5672, 8080]
PRIVATE = [ipaddress.ip_network(text) for text in [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7",
    "fe80::/10", "::1/128"]]
# What is neither private nor reachable from everywhere, by the IANA registries as Lapwing reads them.
SPECIAL = [ipaddress.ip_network(text) for text in [
    "0.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "fec0::/10", "fe00::/9",
    "ff00::/8", "::/128", "2001:db8::/32"]]


def lies_in(address, networks):
    return any(address.version == network.version and address in network for network in networks)


frame = pd.read_csv(path, header=None, names=COLUMNS, parse_dates=["ts"], usecols=range(9))
frame["state"] = frame["state"].str.lower().map(STATES).fillna("unknown")
frame["window"] = frame["ts"].dt.floor("10s")
ADDRESSES = {text: ipaddress.ip_address(text) for text in pd.concat([frame["source"], frame["destination"]]).unique()}
IS_PRIVATE = {text: float(lies_in(address, PRIVATE)) for text, address in ADDRESSES.items()}
IS_PUBLIC = {text: not lies_in(address, PRIVATE + SPECIAL) for text, address in ADDRESSES.items()}
frame["unanswered"] = frame["state"].isin(["attempted", "rejected"]) | (
    (frame["state"] == "unknown") & (frame["received"] == 0))


def network(text, v4, v6):
    return str(ipaddress.ip_network((text, v4 if ADDRESSES[text].version == 4 else v6), strict=False))


def ours(*options):
    output = subprocess.run([lapwing, "features", *options, path], capture_output=True, check=True).stdout
    return pd.read_csv(io.BytesIO(output), low_memory=False)


def seen(times):
    return pd.to_datetime(times, utc=True).dt.tz_localize(None)


def by_flow():
    keys = ["source", "source_port", "destination", "destination_port", "protocol"]
    groups = frame.groupby(keys)
    table = groups.agg(
        connections=("ts", "size"), first_seen=("ts", "first"), last_seen=("ts", "last"), bytes_sent=("sent", "sum"),
        bytes_received=("received", "sum"), first_state=("state", "first"), last_state=("state", "last"))
    table["duration"] = (table["last_seen"] - table["first_seen"]).dt.total_seconds()
    table["bytes_ratio"] = table["bytes_received"] / table["bytes_sent"].clip(lower=1)
    for way in ["sent", "received"]:
        rate = table["bytes_" + way] / table["duration"]
        table["throughput_" + way] = rate.where(table["duration"] > 0, 0)
    counts = frame.groupby(keys + ["state"]).size().unstack(fill_value=0)
    for state in STATES.values():
        table["state_" + state] = counts.get(state, 0)
    table = table.reset_index()
    for port in PORTS:
        table[f"port_{port}"] = (table["destination_port"] == port).astype(float)
    for name, words in [("tcp", ["tcp"]), ("udp", ["udp"]), ("icmp", ["icmp", "ipv6-icmp"])]:
        table["proto_" + name] = table["protocol"].isin(words).astype(float)
    return keys, table


def by_pair():
    keys = ["window", "source", "destination"]
    copy = frame.assign(
        tcp=frame["protocol"] == "tcp", udp=frame["protocol"] == "udp",
        flow=frame["source_port"].astype(str) + frame["protocol"] + frame["destination_port"].astype(str))
    return keys, copy.groupby(keys).agg(
        bytes_sent=("sent", "sum"), bytes_received=("received", "sum"), connections=("ts", "size"),
        flows=("flow", "nunique"), destination_ports=("destination_port", "nunique"),
        source_ports=("source_port", "nunique"), tcp_connections=("tcp", "sum"), udp_connections=("udp", "sum"),
    ).reset_index()


def by_host(windows):
    front = ["window"] if windows else []
    opened = frame.assign(
        host=frame["source"], service=frame["destination"] + " " + frame["destination_port"].astype(str),
        public=frame["sent"].where(frame["destination"].map(IS_PUBLIC), 0),
    ).groupby(front + ["host"]).agg(
        sent=("sent", "sum"), received=("received", "sum"), public=("public", "sum"),
        connections_opened=("ts", "size"), unanswered_opened=("unanswered", "sum"), peers=("destination", "nunique"),
        peer_ports=("destination_port", "nunique"), services=("service", "nunique"))
    called = frame.assign(
        host=frame["destination"], public=frame["received"].where(frame["source"].map(IS_PUBLIC), 0),
    ).groupby(front + ["host"]).agg(
        sent=("received", "sum"), received=("sent", "sum"), public=("public", "sum"),
        connections_received=("ts", "size"), unanswered_received=("unanswered", "sum"), clients=("source", "nunique"),
        served_ports=("destination_port", "nunique"))
    table = opened.drop(columns=["sent", "received", "public"]).join(
        called.drop(columns=["sent", "received", "public"]), how="outer").fillna(0)
    for name, ours_name in [("sent", "bytes_sent"), ("received", "bytes_received"), ("public", "bytes_sent_public")]:
        table[ours_name] = opened[name].add(called[name], fill_value=0)
    return front + ["host"], table.reset_index()


def entropy(column):
    shares = column.value_counts(normalize=True)
    return -(shares * np.log2(shares)).sum()


def by_window():
    short = frame.rename(columns={
        "source": "src_ip", "destination": "dst_ip", "source_port": "src_port", "destination_port": "dst_port"})
    groups = short.groupby("window")
    table = groups.agg(
        num_entries=("ts", "size"), bytes_sent=("sent", "sum"), bytes_received=("received", "sum"),
        **{f"count_{name}": (name, "nunique") for name in ["src_ip", "dst_ip", "src_port", "dst_port"]},
        **{f"entropy_{name}": (name, entropy) for name in ["src_ip", "dst_ip", "src_port", "dst_port"]})
    for name, state in STATES.items():
        table["num_state_" + name] = (short["state"] == state).groupby(short["window"]).sum()
    pair = ["src_ip", "dst_ip"]
    table["count_flows"] = short.drop_duplicates(
        ["window", *pair, "src_port", "dst_port", "protocol"]).groupby("window").size()
    table["count_conns"] = short.drop_duplicates(["window", *pair]).groupby("window").size()
    table["num_flows_per_conn_mean"] = table["count_flows"] / table["count_conns"]
    for what, per in [("dst_port", "conn"), ("dst_port", "dst_ip"), ("src_ip", "dst_ip"), ("dst_port", "src_ip"),
                      ("dst_ip", "src_ip"), ("dst_ip", "dst_port"), ("src_ip", "dst_port")]:
        counts = short.groupby(["window"] + (pair if per == "conn" else [per]))[what].nunique().groupby("window")
        name = f"{what}_per_{per}_"
        table[name + "max"], table[name + "mean"] = counts.max(), counts.mean()
        for share in [25, 50, 75, 90]:
            table[f"{name}perc{share}"] = counts.quantile(share / 100)
    return ["window"], table.reset_index()


def compare(title, keys, table, *options):
    """The values of all rows and columns; the keys' supernets, and the flags of private ends."""
    here = ours(*options)
    for name in {"window", "first_seen", "last_seen"} & set(here.columns):
        here[name] = seen(here[name])
    for end in ["source", "destination", "host"]:
        if end not in table.columns:
            continue
        table["private" if end == "host" else end + "_private"] = table[end].map(IS_PRIVATE)
        for step, v6 in [(8, 32), (16, 48), (24, 64)]:
            known = {text: network(text, step, v6) for text in table[end].unique()}
            table[f"{end}_cidr{step}"] = table[end].map(known)
    missing = set(here.columns) ^ set(table.columns)
    here = here.sort_values(keys, ignore_index=True)
    there = table.sort_values(keys, ignore_index=True)
    differing = 0 if len(here) == len(there) and not missing else 1
    for name in sorted(set(here.columns) & set(there.columns)) if not differing else []:
        if here[name].dtype.kind in "if" and there[name].dtype.kind in "ifb":
            left, right = here[name].astype(float), there[name].astype(float)
            wrong = ~np.isclose(left, right, rtol=1e-9, atol=1e-9)
        else:
            wrong = here[name].to_numpy() != there[name].to_numpy()
        if wrong.any():
            place = int(np.argmax(wrong))
            print(f"  {name}: {wrong.sum()} rows, such as {here[name][place]} for {there[name][place]}")
            print("  " + str(here.loc[place, keys].tolist()))
        differing += int(wrong.sum())
    print(f"{title}: {len(here)} rows here, {len(there)} in pandas, {len(there.columns)} columns, "
          f"{differing} values differ {sorted(missing) if missing else ''}")
    return differing


def compare_fill():
    """The empty windows of each pair, as `resample` makes them."""
    keys, table = by_pair()
    spans = table.groupby(["source", "destination"])["window"].agg(["min", "max", "size"])
    empty = ((spans["max"] - spans["min"]).dt.total_seconds() / 10 + 1 - spans["size"]).astype(int)
    there = empty[empty > 0]
    here = ours("--by", "pair", "--fill", "zero")
    filled = here[here["window"].isna()].set_index(["source", "destination"])["weight"]
    zeros = here.loc[here["window"].isna(), ["connections", "flows", "bytes_sent", "destination_ports"]]
    equal = filled.sort_index().astype(int).equals(there.sort_index().rename("weight")) and not zeros.any().any()
    print(f"pair --fill zero: {int(filled.sum())} empty windows of {len(filled)} pairs here, {int(there.sum())} of "
          f"{len(there)} in pandas, {'equal' if equal else 'DIFFERENT'}")
    return 0 if equal else 1


def compare_window_fill():
    """All windows from the first to the last, the empty ones zeros."""
    _, table = by_window()
    there = table.set_index("window").resample("10s").asfreq().fillna(0)
    here = ours("--by", "window", "--fill", "zero")
    here["window"] = seen(here["window"])
    here = here.set_index("window")[there.columns]
    equal = len(here) == len(there) and (here.index == there.index).all() and np.allclose(here, there, rtol=1e-9, atol=1e-9)
    print(f"window --fill zero: {len(here)} rows here, {len(there)} in pandas, {len(here) - len(table)} of them empty, "
          f"{'equal' if equal else 'DIFFERENT'}")
    return 0 if equal else 1


differing = compare("flow", *by_flow(), "--by", "flow")
differing += compare("pair", *by_pair(), "--by", "pair")
differing += compare_fill()
differing += compare("host", *by_host(False), "--by", "host")
differing += compare("host, by window", *by_host(True), "--by", "host", "--window", "10")
differing += compare("window", *by_window(), "--by", "window")
differing += compare_window_fill()
sys.exit(0 if differing == 0 else 1)
