import Dispatch

/// Work over many rows in pieces of a fixed size, on all cores. What the pieces find comes back in the order of the
/// pieces, whatever core did them: results do not depend on the number of cores.
enum RowChunks {
    private static let rowsPerPiece = 4_096

    /// What `body` makes of each piece of `count` rows.
    static func map<Result>(_ count: Int, _ body: (Range<Int>) -> Result) -> [Result] {
        concurrently((count + rowsPerPiece - 1) / rowsPerPiece) { piece in
            body(Self.piece(piece, of: count))
        }
    }

    /// The rows of a piece of `count` rows.
    static func piece(_ piece: Int, of count: Int) -> Range<Int> {
        piece * rowsPerPiece..<min(count, (piece + 1) * rowsPerPiece)
    }

    /// Calls `body` for each piece of `count` rows.
    static func forEach(_ count: Int, _ body: (Range<Int>) -> Void) {
        _ = map(count, body)
    }

    /// `tasks` tasks, on all cores; what each returns, in order.
    static func concurrently<Result>(_ tasks: Int, _ body: (Int) -> Result) -> [Result] {
        guard tasks > 1 else { return (0..<tasks).map(body) }
        return [Result](unsafeUninitializedCapacity: tasks) { buffer, filled in
            // Each task writes its own place alone; `body` is to keep to that too.
            nonisolated(unsafe) let places = buffer
            withoutActuallyEscaping(body) { body in
                nonisolated(unsafe) let body = body
                DispatchQueue.concurrentPerform(iterations: tasks) { places.initializeElement(at: $0, to: body($0)) }
            }
            filled = tasks
        }
    }
}
