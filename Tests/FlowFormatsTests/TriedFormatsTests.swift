import FlowModel
import Testing

@testable import FlowFormats

/// Tables and logs as people have them, after public reports of what was read wrongly: the format that takes each, and
/// the flows in short.
struct TriedFormatsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var format: String
        var text: String
        var flows: [String]
        var rejected = 0
        var testDescription: String { name }
    }

    static let cases: [Case] = tables + logs

    static let tables = [
        Case(
            name: "nfdump 1.7.5", format: "nfdump-csv",
            text: """
                firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows
                2026-01-05 10:00:00.000,2.000,TCP,10.0.0.5,50000,192.0.2.80,443,10,1500,1
                2026-01-05 10:00:01.000,0.000,UDP,10.0.0.5,50001,192.0.2.53,53,1,70,1
                """,
            flows: [
                "10.0.0.5:50000>192.0.2.80:443 tcp 2.0s 1500/0 10/0 unknown",
                "10.0.0.5:50001>192.0.2.53:53 udp 0.0s 70/0 1/0 unknown",
            ]),
        Case(
            name: "nfdump with a byte order mark, durations below zero, ICMP", format: "nfdump-csv",
            text: """
                \u{feff}ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt
                2026-01-05 10:00:01,2026-01-05 10:00:00,4294967295.000,2001:db8::5,2001:db8::80,0,8.0,ICMP6,......,0,0,1,104,0,0
                2026-01-05 10:00:03,2026-01-05 10:00:04,1.000,10.0.0.6,192.0.2.80,0,3.3,ICMP,......,0,0,1,1.2 M,0,0
                """,
            flows: [
                "2001:db8::5:0>2001:db8::80:2048 ipv6-icmp 0.0s 104/0 1/0 unknown",
                "10.0.0.6:0>192.0.2.80:771 icmp 1.0s 1200000/0 1/0 unknown",
            ]),
        Case(
            name: "nfdump through pandas", format: "nfdump-csv",
            text: """
                ,firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows
                0,2026-01-05 10:00:04.000,1.5,TCP,10.0.0.5,199.0,192.0.2.80,22.0,10.0,1200.0,1
                1,2026-01-05 10:00:05.000,NaN,ICMP,10.0.0.5,0.0,192.0.2.80,8.0,1,84,1
                """,
            flows: [
                "10.0.0.5:199>192.0.2.80:22 tcp 1.5s 1200/0 10/0 unknown",
                "10.0.0.5:0>192.0.2.80:2048 icmp 0.0s 84/0 1/0 unknown",
            ]),
        Case(
            name: "CIDDS", format: "nfdump-csv",
            text: """
                Date first seen,Duration,Proto,Src IP Addr,Src Pt,Dst IP Addr,Dst Pt,Packets,Bytes,Flows,Flags,Tos,class,attackType,attackID,attackDescription
                2017-03-15 00:01:16.552,    0.000,TCP  ,192.168.220.16,58844,192.168.100.5,  445,       1,     108,    1,.AP...,  0,normal,---,---,---
                """,
            flows: ["192.168.220.16:58844>192.168.100.5:445 tcp 0.0s 108/0 1/0 unknown"]),
        Case(
            name: "Argus with times since 1970", format: "argus",
            text: """
                StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,TotPkts,TotBytes,SrcBytes
                1767607201.123456,1.500000,tcp,10.0.0.5,50001,->,192.0.2.80,443,FSPA_FSPA,17,5900,900
                """,
            flows: ["10.0.0.5:50001>192.0.2.80:443 tcp 1.5s 900/5000 17/0 closed"]),
        Case(
            name: "Argus with both ways apart, words for states and a ping", format: "argus",
            text: """
                StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,SrcPkts,DstPkts,SrcBytes,DstBytes,State
                10:00:01.250000,0.1,tcp,10.0.0.5,50001,->,192.0.2.80,80,1,3,60,180,ACC
                10:00:02.250000,0.1,tcp,10.0.0.5,50002,->,192.0.2.80,80,1,0,60,0,REQ
                10:00:03.250000,0.1,icmp,10.0.0.5,0x0008,<->,192.0.2.80,,1,1,98,98,ECO
                """,
            flows: [
                "10.0.0.5:50001>192.0.2.80:80 tcp 0.1s 60/180 1/3 established",
                "10.0.0.5:50002>192.0.2.80:80 tcp 0.1s 60/0 1/0 attempted",
                "10.0.0.5:8>192.0.2.80:0 icmp 0.1s 98/98 1/1 established",
            ]),
        Case(
            name: "Zeek without lines of #", format: "zeek",
            text: """
                ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts
                1767607201.1\tC2\t10.0.0.5\t50001\t192.0.2.80\t443\ttcp\tssl\t1.5\t900\t5000\tSF\tShADadFf\t9\t8
                1767607202.1\tC3\t10.0.0.5\t50002\t192.0.2.81\t445\ttcp\t-\t-\t-\t-\tS0\tS\t1\t0
                """,
            flows: [
                "10.0.0.5:50001>192.0.2.80:443 tcp 1.5s 900/5000 9/8 closed",
                "10.0.0.5:50002>192.0.2.81:445 tcp 0.0s 0/0 1/0 attempted",
            ]),
        Case(
            name: "Zeek as a table with commas and underscores", format: "zeek",
            text: """
                ts,uid,id_orig_h,id_orig_p,id_resp_h,id_resp_p,proto,service,duration,orig_bytes,resp_bytes,conn_state
                2026-01-05T10:00:01.100Z,C2,10.0.0.5,50001,192.0.2.80,443,tcp,"a, b",1.5,900,5000,SF
                """,
            flows: ["10.0.0.5:50001>192.0.2.80:443 tcp 1.5s 900/5000 0/0 closed"]),
        Case(
            name: "Zeek with a word of its own for nothing", format: "zeek",
            text: """
                #separator |
                #set_separator|,
                #empty_field|EMPTY
                #unset_field|VOID
                #path|conn
                #fields|ts|uid|id.orig_h|id.orig_p|id.resp_h|id.resp_p|proto|service|duration|orig_bytes|resp_bytes|conn_state
                1767607200.1|C1|10.0.0.5|50000|192.0.2.80|443|tcp|VOID|VOID|VOID|VOID|S0
                """,
            flows: ["10.0.0.5:50000>192.0.2.80:443 tcp 0.0s 0/0 0/0 attempted"]),
        Case(
            name: "Athena's older names", format: "aws",
            text: """
                "version","account","interfaceid","sourceaddress","destinationaddress","sourceport","destinationport","protocol","numpackets","numbytes","starttime","endtime","action","logstatus","date"
                "2","123456789010","eni-1","10.0.0.5","192.0.2.80","50000","443","6","10","1500","1767607200","1767607260","ACCEPT","OK","2026-01-05"
                "2","123456789010","eni-1","203.0.113.9","10.0.0.5","40000","22","6","1","44","1767607201","1767607230","REJECT","OK","2026-01-05"
                "2","123456789010","eni-1",,,,,,,,"1767607260","1767607320",,"NODATA","2026-01-05"
                """,
            flows: [
                "10.0.0.5:50000>192.0.2.80:443 tcp 60.0s 1500/0 10/0 unknown",
                "203.0.113.9:40000>10.0.0.5:22 tcp 29.0s 44/0 1/0 rejected",
            ]),
        Case(
            name: "Athena's names of today", format: "aws",
            text: """
                "version","account_id","interface_id","srcaddr","dstaddr","srcport","dstport","protocol","packets","bytes","start","end","action","log_status","tcp_flags"
                "5","123456789010","eni-1","10.0.0.5","192.0.2.80","50000","443","6","10","1500","1767607200","1767607260","ACCEPT","OK","3"
                """,
            flows: ["10.0.0.5:50000>192.0.2.80:443 tcp 60.0s 1500/0 10/0 unknown"]),
        Case(
            name: "Splunk's common information model", format: "csv",
            text: """
                "_time","src_ip","src_port","dest_ip","dest_port",transport,"bytes_in","bytes_out","packets_in","packets_out",action
                "2026-01-05T10:00:01.123+0000","10.0.0.5",50001,"192.0.2.80",443,tcp,5400,1300,8,9,allowed
                "2026-01-05T10:00:02.123+0000","203.0.113.9",40001,"10.0.0.5",22,tcp,0,60,0,1,blocked
                """,
            flows: [
                "10.0.0.5:50001>192.0.2.80:443 tcp 0.0s 1300/5400 9/8 unknown",
                "203.0.113.9:40001>10.0.0.5:22 tcp 0.0s 60/0 1/0 rejected",
            ]),
        Case(
            name: "CICFlowMeter of 2017", format: "cicflowmeter",
            text: """
                Flow ID, Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp, Flow Duration, Total Fwd Packets, Total Backward Packets,Total Length of Fwd Packets, Total Length of Bwd Packets, RST Flag Count, Label
                x,10.0.0.5,50000,192.0.2.80,443,6,5/7/2017 8:42,1250000,9,12,1500,9000,0,BENIGN
                """,
            flows: ["10.0.0.5:50000>192.0.2.80:443 tcp 1.25s 1500/9000 9/12 established"]),
        Case(
            name: "CICFlowMeter's Python port", format: "cicflowmeter",
            text: """
                src_ip,dst_ip,src_port,dst_port,protocol,timestamp,flow_duration,flow_byts_s,tot_fwd_pkts,tot_bwd_pkts,totlen_fwd_pkts,totlen_bwd_pkts
                10.0.0.5,192.0.2.80,50000,443,6,2026-01-05 10:00:07,1250000.0,1.5,9,12,1500,9000
                """,
            flows: ["10.0.0.5:50000>192.0.2.80:443 tcp 1.25s 1500/9000 9/12 established"]),
        Case(
            name: "pandas", format: "csv",
            text: """
                ,start,src_ip,src_port,dst_ip,dst_port,protocol,duration,bytes_sent,bytes_received
                0,2026-01-05 10:00:01+00:00,10.0.0.5,50001.0,192.0.2.80,443.0,tcp,1.5,1300.0,5400.0
                1,2026-01-05 10:00:02+00:00,10.0.0.5,,192.0.2.80,,icmp,NaN,84.0,84.0
                2,2026-01-05 10:00:03+00:00,10.0.0.5,50003,192.0.2.80,443,6.0,nan,1.3e+06,5400
                3,2026-01-05 10:00:04+00:00,10.0.0.5,50004,192.0.2.80,443,tcp,1.5,<NA>,None
                4,2026-01-05 10:00:05+00:00,10.0.0.5,50005,192.0.2.80,443,tcp,0 days 00:00:01.500000,1300,"5,400"
                """,
            flows: [
                "10.0.0.5:50001>192.0.2.80:443 tcp 1.5s 1300/5400 0/0 unknown",
                "10.0.0.5:0>192.0.2.80:0 icmp 0.0s 84/84 0/0 unknown",
                "10.0.0.5:50003>192.0.2.80:443 tcp 0.0s 1300000/5400 0/0 unknown",
                "10.0.0.5:50004>192.0.2.80:443 tcp 1.5s 0/0 0/0 unknown",
                "10.0.0.5:50005>192.0.2.80:443 tcp 1.5s 1300/5400 0/0 unknown",
            ]),
        Case(
            name: "a spreadsheet's table with comments, sep= and another order further down", format: "csv",
            text: """
                sep=;
                # exported
                time;src_ip;dst_ip;bytes;duration
                05.01.2026 10:00:01;10.0.0.5;192.0.2.80;1300;1,5
                time;dst_ip;src_ip;bytes;duration
                05.01.2026 10:00:02;192.0.2.80;10.0.0.5;1400;2
                """,
            flows: [
                "10.0.0.5:0>192.0.2.80:0 unknown 1.5s 1300/0 0/0 unknown",
                "10.0.0.5:0>192.0.2.80:0 unknown 2.0s 1400/0 0/0 unknown",
            ]),
        Case(
            name: "SNA turned around, with actions", format: "sna-csv",
            text: """
                Flow ID,Domain,Start,End,Duration,Flow Action,Subject IP Address,Subject Orientation,Subject Port/Protocol,Subject Host Groups,Subject Bytes,Subject Packets,Application,Total Bytes,Peer IP Address,Peer Orientation,Peer Port/Protocol,Peer Host Groups,Peer Bytes,Peer Packets
                1,CORP,2026-01-05T10:00:00.000Z,2026-01-05T10:00:45.000Z,45s,permitted,10.1.20.5,Server,445/TCP,File Servers,65.54 K,48,SMB,73.73 K,10.1.10.21,Client,49152/TCP,Workstations,8.19 K,6
                2,CORP,2026-01-05T10:01:00.000Z,2026-01-05T10:01:10.000Z,10s,denied,203.0.113.9,Client,51000/TCP,Outside Hosts,360,6,SSH,360,10.1.20.5,Server,22/TCP,File Servers,0,0
                """,
            flows: [
                "10.1.10.21:49152>10.1.20.5:445 tcp 45.0s 8190/65540 6/48 unknown",
                "203.0.113.9:51000>10.1.20.5:22 tcp 10.0s 360/0 6/0 rejected",
            ]),
    ]

    static let logs = [
        Case(
            name: "Firepower's connection events", format: "asa-syslog",
            text: """
                2026-01-05T09:00:19Z ftd1  %FTD-1-430003: EventPriority: Low, FirstPacketSecond: 2026-01-05T09:00:07Z, ConnectionID: 48101, AccessControlRuleAction: Allow, SrcIP: 10.1.2.30, DstIP: 198.51.100.20, SrcPort: 43228, DstPort: 80, Protocol: tcp, ConnectionDuration: 12, InitiatorPackets: 1359, ResponderPackets: 29001, InitiatorBytes: 97454, ResponderBytes: 41319018, NAPPolicy: Balanced
                2026-01-05T09:00:20Z ftd1  %FTD-1-430002: FirstPacketSecond: 2026-01-05T09:00:20Z, AccessControlRuleAction: Block, SrcIP: 203.0.113.30, DstIP: 10.1.2.30, SrcPort: 50228, DstPort: 22, Protocol: tcp, InitiatorPackets: 1, ResponderPackets: 0, InitiatorBytes: 66, ResponderBytes: 0
                2026-01-05T09:00:21Z ips1 %NGIPS-1-430002: AccessControlRuleAction: Allow, SrcIP: 10.1.2.31, DstIP: 198.51.100.20, Protocol: tcp
                """,
            flows: [
                "10.1.2.30:43228>198.51.100.20:80 tcp 12.0s 97454/41319018 1359/29001 established",
                "203.0.113.30:50228>10.1.2.30:22 tcp 0.0s 66/0 1/0 rejected",
            ]),
        Case(
            name: "a connection past the inspection", format: "asa-syslog",
            text:
                "Jan 05 2026 09:01:13 fw1 : %ASA-6-302304: Teardown TCP state-bypass connection 2751 from inside:10.1.2.46/54242 to outside:203.0.113.10/9101 duration 1:00:02 bytes 245000 Connection timeout\n",
            flows: ["10.1.2.46:54242>203.0.113.10:9101 tcp 3602.0s 245000/0 0/0 established"]),
        Case(
            name: "Suricata whose log begins with statistics", format: "suricata-eve",
            text: #"{"timestamp":"2026-01-05T10:00:10.0+0100","event_type":"stats","stats":{"uptime":1}}"# + "\n"
                + #"{"timestamp":"2026-01-05T10:00:10.0+0100","event_type":"flow","src_ip":"10.0.0.5","src_port":50001,"dest_ip":"192.0.2.80","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":9,"pkts_toclient":8,"bytes_toserver":1300,"bytes_toclient":5400,"start":"2026-01-05T10:00:01.0+0100","end":"2026-01-05T10:00:02.5+0100","state":"closed"}}"#
                + "\n", flows: ["10.0.0.5:50001>192.0.2.80:443 tcp 1.5s 1300/5400 9/8 closed"]),
    ]

    @Test(arguments: cases) func `is taken by one reader and read`(sample: Case) throws {
        #expect(takers(sample.text) == [sample.format])
        let (batch, _, error) = try #require(recognizing(sample.text))
        #expect(error == nil)
        #expect(batch.flows.map(short) == sample.flows)
        #expect(batch.rejected.total == sample.rejected, "\(batch.examples.map(\.text))")
    }

    @Test func `new formats' samples are read`() throws {
        let expected = [
            "cicflowmeter": [
                "10.1.0.5:50000>192.0.2.80:443 tcp 1.25s 1500/9000 9/12 established",
                "10.1.0.5:50001>192.0.2.81:22 tcp 4.1e-05s 0/0 1/1 rejected",
                "10.1.0.5:50002>192.0.2.53:53 udp 0.0s 40/0 1/0 unknown",
            ],
            "silk": [
                "10.1.0.5:50001>192.0.2.80:443 tcp 1.5s 1500/0 10/0 unknown",
                "192.0.2.80:443>10.1.0.5:50001 tcp 1.49s 9000/0 12/0 unknown",
                "10.1.0.5:0>192.0.2.80:2048 icmp 0.0s 84/0 1/0 unknown",
            ],
            "pan-os": [
                "10.1.0.5:50001>192.0.2.80:443 tcp 3.0s 1300/5400 17/0 unknown",
                "203.0.113.9:40001>10.1.0.5:22 tcp 0.0s 60/0 1/0 rejected",
            ],
            "aws-json": [
                "10.1.0.5:50000>192.0.2.80:443 tcp 60.0s 1500/0 10/0 unknown",
                "203.0.113.9:40000>10.1.0.5:22 tcp 29.0s 44/0 1/0 rejected",
            ],
        ]
        for (name, flows) in expected {
            let text = String(decoding: ReaderBatteryTests.sample(named: name), as: UTF8.self)
            let (batch, _, _) = try #require(recognizing(text))
            #expect(batch.flows.map(short) == flows, "\(name)")
            #expect(batch.rejected.total == 0, "\(name)")
        }
    }

    @Test(arguments: [
        "2026-01-05 10:00:00.000,2.000,TCP,10.0.0.5,50000,192.0.2.80,443,10,1500,1\n",
        "2026-01-05 10:00:00,tcp,ssl,10.0.0.5,50000,192.0.2.80,443,10,1500\n",
    ])
    func `rows of no known shape are nobody's`(text: String) { #expect(takers(text).isEmpty) }

    @Test func `other logs of Zeek are nobody's`() {
        let text =
            "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\n"
            + "1767607200.1\tC1\t10.0.0.5\t50000\t192.0.2.53\t53\tudp\t7\t0.02\n"
        #expect(takers(text).isEmpty)
    }

    @Test func `what a table carries and is not read is said, and a table without bytes is refused`() throws {
        func preview(_ text: String) -> (unusedColumns: [String], tellsAnswers: Bool)? {
            let bytes = Array(text.utf8)
            return FormatCatalog.makeReader(named: nil, recognizing: bytes.span, mapping: CSVMapping())?.preview(
                bytes.span)
        }
        let table = try #require(preview("time,src_ip,dst_ip,bytes,Payload Octets,flow_direction,bytes/s,note\n"))
        #expect(table.unusedColumns == ["Payload Octets", "flow_direction"])
        #expect(!table.tellsAnswers)
        let both = try #require(preview("time,src_ip,dst_ip,bytes_sent,bytes_received\n"))
        #expect(both.unusedColumns.isEmpty && both.tellsAnswers)
        let none = try #require(recognizing("time,src_ip,dst_ip,Total Length of X\n1,10.0.0.1,10.0.0.2,5\n"))
        #expect(none.error == .missingColumns(["bytes"], line: 1))
    }

    @Test(
        arguments: [
            ("2026-01-05", "2026-01-05T00:00:00Z"), ("2026-01-05 10:00", "2026-01-05T10:00:00Z"),
            ("1767607201500.0", "2026-01-05T10:00:01.500Z"), ("1.7676072015e+09", "2026-01-05T10:00:01.500Z"),
            ("Jan 5, 2026 @ 10:00:01.123", "2026-01-05T10:00:01.123Z"),
            ("05/Jan/2026:10:00:01 +0100", "2026-01-05T09:00:01Z"),
            ("25/12/2025 10:00:07 PM", "2025-12-25T22:00:07Z"), ("12/25/2025 12:00:07 AM", "2025-12-25T00:00:07Z"),
            ("05.01.2026 10:00:07", "2026-01-05T10:00:07Z"), ("2026-01-05 10:00:07 UTC", "2026-01-05T10:00:07Z"),
            ("2026-01-05 10:00:07.5 +02", "2026-01-05T08:00:07.500Z"), ("10:00:07.25", "1970-01-01T10:00:07.250Z"),
            ("05/01/2026 10:00:07", nil), ("2026-13-05 10:00", nil), ("13:00:00 PM", nil), ("soon", nil),
            ("5", "1970-01-01T00:00:05Z"),
        ] as [(String, String?)])
    func `times of many forms`(text: String, moment: String?) {
        var times = CivilTimeParser()
        let bytes = Array(text.utf8)
        let time = try? times.moment(bytes.span)
        #expect(time?.description == moment)
    }
}
