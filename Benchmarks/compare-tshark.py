#!/usr/bin/env python3
"""Holds the decoder against tshark: compare-tshark.py BINARY CAPTURES, where BINARY is the built DecodeBenchmark and
CAPTURES a folder with netflow-datagrams/*.dat, telegraf/*/*.bin and pcap/*.pcap. Prints each difference and a sum."""
import collections, datetime, glob, os, re, struct, subprocess, sys
import xml.etree.ElementTree as ElementTree

binary, captures = sys.argv[1:3]
work = "/tmp/compare-tshark.pcap"
Flow = collections.namedtuple(
    "Flow", "source destination transport source_port destination_port bytes packets start duration flags")


def port_of(payload):
    return 6343 if payload[:4] == b"\0\0\0\5" else 2055


def write_pcap(path, payloads):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        for number, payload in enumerate(payloads):
            udp = struct.pack(">HHHH", 40000, port_of(payload), 8 + len(payload), 0) + payload
            packet = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, 0x0A000001, 0x0A000002) + udp
            file.write(struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet)


def udp_payloads(path):
    """The UDP payloads of a classic pcap file of Ethernet frames, or of raw IP."""
    data = open(path, "rb").read()
    order = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    link, = struct.unpack(order + "I", data[20:24])
    place, found = 24, []
    while place + 16 <= len(data):
        length, = struct.unpack(order + "I", data[place + 8:place + 12])
        frame = data[place + 16:place + 16 + length]
        place += 16 + length
        if link == 1:
            kind, = struct.unpack(">H", frame[12:14])
            frame = frame[14:]
            if kind == 0x8100:
                frame = frame[4:]
        if frame[0] >> 4 == 4 and frame[9] == 17:
            frame = frame[4 * (frame[0] & 15):]
        elif frame[0] >> 4 == 6 and frame[6] == 17:
            frame = frame[40:]
        else:
            continue
        found.append(frame[8:struct.unpack(">H", frame[4:6])[0]])
    return found


def moment(text):
    text = re.sub(r"(\.\d{6})\d*", r"\1", text).replace(" UTC", "")
    for form in ("%b %d, %Y %H:%M:%S.%f", "%b %d, %Y %H:%M:%S"):
        try:
            time = datetime.datetime.strptime(" ".join(text.split()), form).replace(tzinfo=datetime.timezone.utc)
            return round((time - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(microseconds=1)) * 1000
        except ValueError:
            pass
    return None


def nanoseconds(text):
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 10**9 + int((fraction + "0" * 9)[:9])


def number(text):
    return int(text, 0) if text else 0


def cflow(proto):
    """The flows of one message, as tshark takes it apart."""
    header = {field.get("name"): field.get("show") for field in proto.iter("field") if field.get("name")}
    exported = header.get("cflow.unix_secs", header.get("cflow.exporttime"))
    exported = int(exported) * 10**9 + number(header.get("cflow.unix_nsecs"))
    # tshark reads v5 records for as long as there are bytes, whatever the header says.
    if header["cflow.version"] == "5" and 24 + 48 * int(header["cflow.count"]) > int(proto.get("size")):
        return
    rate = max(1, number(header.get("cflow.samplerate")))
    uptime = nanoseconds(header["cflow.sysuptime"]) if "cflow.sysuptime" in header else None
    for block in proto.iter("field"):
        if not re.match(r"Flow \d+|pdu \d+/", block.get("show") or ""):
            continue
        values, starts = {}, []
        for field in block.iter("field"):
            values.setdefault(field.get("name"), field.get("show"))
            if field.get("name") == "cflow.abstimestart":
                starts.append(moment(field.get("show")))
        source = values.get("cflow.srcaddr", values.get("cflow.srcaddrv6"))
        destination = values.get("cflow.dstaddr", values.get("cflow.dstaddrv6"))
        if source is None or destination is None:
            continue
        if source == "0.0.0.0" and destination == "0.0.0.0" and "cflow.srcaddrv6" in values:
            source, destination = values["cflow.srcaddrv6"], values["cflow.dstaddrv6"]
        if "cflow.timestart" in values and uptime is not None:
            since = nanoseconds(values["cflow.timestart"]) - uptime
            starts.append(exported + (since if since < 86400 * 10**9 else since - 2**32 * 10**6))
        duration = values.get("cflow.timedelta")
        octets = values.get("cflow.octets", values.get("cflow.octets64"))
        packets = values.get("cflow.packets", values.get("cflow.packets64"))
        # The begin of a connection, told again when it is over.
        if values.get("cflow.firewall_event") == "1" and not number(octets):
            continue
        flags = values.get("cflow.tcpflags")
        yield Flow(
            source, destination, number(values.get("cflow.protocol")), number(values.get("cflow.srcport")),
            number(values.get("cflow.dstport")), octets and rate * number(octets), packets and rate * number(packets), starts,
            duration and nanoseconds(duration), flags and number(flags) & 0xFF)


def sflow(proto):
    """The sampled packets of one datagram."""
    for block in proto.iter("field"):
        if not re.match(r"(Expanded f|F)low sample", block.get("show") or ""):
            continue
        values = {}
        for field in block.iter("field"):
            values.setdefault(field.get("name"), field.get("show"))
        inner = {}
        for field in block.iter("field"):
            name = field.get("name") or ""
            if name in ("ip.src", "ip.dst", "ip.proto", "ip.len", "ipv6.src", "ipv6.dst", "ipv6.nxt", "ipv6.plen", "tcp.srcport",
                        "tcp.dstport", "udp.srcport", "udp.dstport", "tcp.flags"):
                inner.setdefault(name, field.get("show"))
        rate = number(values.get("sflow.flow_sample.sampling_rate"))
        yield rate, inner


def tshark(payloads, kind):
    write_pcap(work, payloads)
    text = subprocess.run(
        ["tshark", "-r", work, "-d", "udp.port==2055,cflow", "-d", "udp.port==6343,sflow", "-T", "pdml"],
        capture_output=True, check=True).stdout
    for number, packet in enumerate(ElementTree.fromstring(text).iter("packet")):
        for proto in packet.iter("proto"):
            if proto.get("name") == kind:
                yield from ((number, flow) for flow in (cflow if kind == "cflow" else sflow)(proto))


def ours(payloads):
    text = subprocess.run(
        [binary, "--print"], input=b"".join(struct.pack(">I", len(p)) + p for p in payloads), capture_output=True,
        check=True)
    flows, faults = [], []
    for line in text.stdout.decode().splitlines():
        fields = line.split("\t")
        if fields[0] == "fault":
            faults.append(" ".join(fields[1:]))
            continue
        n, source, destination, *rest = fields
        transport, sport, dport, sent, packets, received, packets_received, start, duration, flags, _ = map(int, rest)
        flows.append((int(n), Flow(source, destination, transport, sport, dport, sent, packets, start, duration, flags)))
    return flows, faults, text.stderr.decode().strip()


def differences(theirs, mine):
    for name in Flow._fields:
        expected, found = getattr(theirs, name), getattr(mine, name)
        if expected is None:
            continue
        if name == "transport" and expected == 0 and found == 255:
            continue
        if name == "start":
            # A time of 0 is none; of several any may be taken.
            if any(expected) and not any(abs(time - found) < 1000 for time in expected):
                yield f"start: tshark {expected}, here {found}"
            continue
        if name == "duration" and abs(expected - found) < 1000:
            continue
        if name == "destination_port" and theirs.transport in (1, 58):
            continue
        if expected != found:
            yield f"{name}: tshark {expected}, here {found}"


def groups():
    files = sorted(glob.glob(captures + "/netflow-datagrams/*.dat"))
    seen = collections.OrderedDict()
    for path in files:
        key = re.split(r"_(?:opt)?tpl|_data|\.dat", os.path.basename(path))[0]
        seen.setdefault(key, []).append(path)
    for key, paths in seen.items():
        paths.sort(key=lambda path: "tpl" not in path)
        yield key, [open(path, "rb").read() for path in paths]
    for folder in sorted(glob.glob(captures + "/telegraf/*")):
        paths = sorted(glob.glob(folder + "/*.bin"))
        if paths:
            yield "telegraf/" + os.path.basename(folder), [open(path, "rb").read() for path in paths]
    for path in sorted(glob.glob(captures + "/pcap/*.pcap")):
        yield os.path.basename(path), udp_payloads(path)


def sampled(theirs, mine):
    """Differences of sampled packets: tshark's of IP, in order."""
    theirs = [inner | {"rate": rate} for _, (rate, inner) in theirs if inner.keys() & {"ip.src", "ipv6.src"}]
    yield len(theirs), len(mine)
    for inner, (_, flow) in zip(theirs, mine):
        name = {6: "tcp", 17: "udp"}.get(flow.transport, "")
        rate = inner["rate"]
        length = number(inner.get("ip.len")) or number(inner.get("ipv6.plen")) + 40
        expected = (
            inner.get("ip.src", inner.get("ipv6.src")), inner.get("ip.dst", inner.get("ipv6.dst")),
            number(inner.get(name + ".srcport")), number(inner.get(name + ".dstport")), rate, rate * length)
        found = (
            flow.source, flow.destination, flow.source_port, flow.destination_port if name else 0, flow.packets, flow.bytes)
        if expected != found:
            yield f"tshark {expected}, here {found}"


total = bad = 0
for key, payloads in groups():
    mine, faults, counts = ours(payloads)
    waiting = counts.rpartition(", ")[2]
    isSFlow = [port_of(payload) == 6343 for payload in payloads]
    theirs = list(tshark(payloads, "cflow"))
    flows = [(n, flow) for n, flow in mine if not isSFlow[n]]
    problems = [] if len(theirs) == len(flows) else [f"tshark {len(theirs)} flows, here {len(flows)}"]
    for (n, expected), (m, found) in zip(theirs, flows):
        wrong = list(differences(expected, found)) + ([f"datagram: tshark {n}, here {m}"] if n != m else [])
        if wrong:
            problems.append("; ".join(wrong))
    samples = [(n, flow) for n, flow in mine if isSFlow[n]]
    (expected, found), *wrong = sampled(tshark(payloads, "sflow"), samples)
    problems += wrong + ([] if expected == found else [f"tshark {expected} samples, here {found}"])
    total += len(mine)
    bad += len(problems)
    print(f"{key}: {len(flows)} flows, {len(samples)} samples, {waiting}" + "".join(f"; rejected {fault}" for fault in faults))
    for problem in problems[:3]:
        print("    different:", problem)
print(f"{total} flows and samples, {bad} different")
