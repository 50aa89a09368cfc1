import Foundation

/// Threads that decode whichever open file has the fewest batches ready.
final class DecodingCrew: @unchecked Sendable {
    /// How many threads decode, the caller's among them.
    let threads: Int
    /// Guards everything here and in the crew's decoders but the contents of their slots; signalled when any of it
    /// changes.
    let state = NSCondition()
    private var decoders: [ParallelDecoder] = []
    private var running: Int
    private var isStopped = false

    /// Parameter threads: 2 or more, the caller's among them.
    init(threads: Int) {
        self.threads = threads
        running = threads - 1
        for _ in 1..<threads {
            let thread = Thread { [self] in work() }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    func add(_ decoder: ParallelDecoder) {
        state.withLock {
            decoders.append(decoder)
            state.broadcast()
        }
    }

    func remove(_ decoder: ParallelDecoder) {
        state.withLock { decoders.removeAll { $0 === decoder } }
    }

    /// Stops the threads and waits for them; must be called before the crew is let go.
    func stop() {
        state.withLock {
            isStopped = true
            state.broadcast()
            while running > 0 { state.wait() }
        }
    }

    private func work() {
        state.withLock {
            while !isStopped {
                if let decoder = neediest { decoder.decodeNext() } else { state.wait() }
            }
            running -= 1
            state.broadcast()
        }
    }

    private var neediest: ParallelDecoder? {
        var found: ParallelDecoder?
        for decoder in decoders where decoder.canDecode && decoder.ahead < found?.ahead ?? .max { found = decoder }
        return found
    }
}
