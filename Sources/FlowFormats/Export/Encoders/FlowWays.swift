internal import FlowModel

extension Flow {
    /// Whether anything came back.
    var hasWayBack: Bool { bytesReceived | packetsReceived | UInt64(flagsReceived) != 0 }

    /// What the source sent, alone.
    var wayThere: Flow {
        var way = self
        way.bytesReceived = 0
        way.packetsReceived = 0
        way.flagsReceived = 0
        return way
    }

    /// What the destination sent, as a flow of its own.
    var wayBack: Flow {
        var way = self
        way.turnAround()
        return way.wayThere
    }

    /// Whether both ends are IPv4.
    var isV4: Bool { source.isV4 && destination.isV4 }

    /// Milliseconds since 1970, rounded down.
    var startMilliseconds: Int64 { start.nanoseconds.flooredMilliseconds }
    var endMilliseconds: Int64 { end.nanoseconds.flooredMilliseconds }
}

extension Int64 {
    /// Of nanoseconds, rounded down.
    var flooredMilliseconds: Int64 { self >= 0 ? self / 1_000_000 : (self - 999_999) / 1_000_000 }
}

extension Span<Flow> {
    /// When an exporter of these flows was started: early enough for all of the first `count`, in milliseconds. NetFlow's
    /// times count from there, 49.7 days at most.
    func exporterStart(first count: Int, exportedAt: Int64) -> Int64 {
        var earliest = exportedAt
        for index in 0..<Swift.min(count, self.count) { earliest = Swift.min(earliest, self[index].startMilliseconds) }
        return Swift.max(earliest - 1000, exportedAt - Int64(UInt32.max))
    }
}
