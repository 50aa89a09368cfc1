import FlowFeatures
public import FlowFiles
import FlowModel
import FlowOutput

extension SummaryTables {
    /// One object on one line; names are a promise. Parameter report: what was read.
    public func json(report: InputReport) -> [UInt8] {
        var json = JSONText()
        let counts = summary.counts
        json.object { json in
            json.field("flows", summary.total.flows)
            json.field("bytesSent", summary.total.sent)
            json.field("bytesReceived", summary.total.received)
            json.field("hosts", counts.hosts)
            json.field("pairs", counts.pairs)
            json.field("destinationPorts", counts.ports)
            json.field("rows", report.rows)
            json.key("rejected")
            json.object { json in
                for reason in RejectReason.allCases where report.rejected[reason] > 0 {
                    json.field("\(reason)", report.rejected[reason])
                }
            }
            json.key("skipped")
            json.object { json in
                for reason in SkipReason.allCases where report.skipped[reason] > 0 {
                    json.field("\(reason)", report.skipped[reason])
                }
            }
            for list in lists { write(list, to: &json) }
            json.key("distributions")
            json.object { json in
                for distribution in distributions {
                    json.key(distribution.key)
                    json.object { json in
                        json.field("none", distribution.noneCount)
                        for q in Self.quantiles {
                            json.field(q == 1 ? "max" : "p\(Int(q * 100))", distribution.quantile(q))
                        }
                    }
                }
            }
            let (bins, width, outside) = summary.timeline.series(atMost: 600)
            json.key("timeLine")
            json.object { json in
                json.field("binSeconds", Double(width) * 1e-9)
                json.field("flowsOutside", outside)
                json.key("bins")
                json.array(bins) { json, bin in
                    json.object { json in
                        json.field("start", bin.start.description)
                        json.field("flows", bin.flows)
                        json.field("bytes", bin.bytes)
                    }
                }
            }
        }
        json.newline()
        return json.bytes
    }

    private func write(_ list: List, to json: inout JSONText) {
        let keys = ["sent": "bytesSent", "received": "bytesReceived"]
        json.key("top" + list.key.prefix(1).uppercased() + list.key.dropFirst())
        json.array(list.rows) { json, row in
            json.object { json in
                for (column, cell) in zip(list.columns, row) {
                    let key = keys[column] ?? column
                    switch cell {
                    case .text(let text): json.field(key, text)
                    case .count(let count): json.field(key, count)
                    case .bytes(let bytes): json.field(key, bytes)
                    case .share(let share): json.field(key, share)
                    }
                }
            }
        }
    }
}
