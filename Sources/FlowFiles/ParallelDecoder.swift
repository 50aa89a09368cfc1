import FlowFormats
import FlowModel
import Foundation

/// Decodes the stretches of a file on several threads and hands the batches on in order.
///
/// A ring of slots: whichever thread is free takes the next stretch (one at a time, under `reading`), decodes it into
/// its slot, and marks it done; the consumer takes slots in order, and decodes one itself where the next is not ready,
/// so that there are as many threads as cores and none waits for another's turn on one. `state` guards the marks; the contents of a slot
/// belong to whoever the mark says. Buffers stay in their slots, so nothing is allocated once they have grown.
final class ParallelDecoder: @unchecked Sendable {
    private final class Slot {
        var bytes: [UInt8] = []
        var batch = FlowBatch()
        var error: ReadError?
        var failure: InputError?
        var isFree = true
        var isDone = false
    }

    private let slots: [Slot]
    private let stretches: StretchReader
    /// Guards `stretches`, `nextToRead` and `isReadingOver`.
    private let reading = NSLock()
    /// Guards the marks of the slots, `isStopped`, `endIndex` and `running`.
    private let state = NSCondition()
    private var nextToRead = 0
    private var isReadingOver = false
    private var endIndex = Int.max
    private var isStopped = false
    private var running = 0
    private var nextToTake = 0

    /// Parameter threads: 2 or more, the caller's among them.
    init(stretches: StretchReader, threads: Int) {
        self.stretches = stretches
        slots = (0..<(threads * 2 + 2)).map { _ in Slot() }
        running = threads - 1
        for _ in 1..<threads {
            let thread = Thread { [self] in work() }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Stops the threads and waits for them; must be called before the decoder is let go.
    func stop() {
        state.lock()
        isStopped = true
        state.broadcast()
        while running > 0 { state.wait() }
        state.unlock()
    }

    /// Puts the next batch into `batch`. Returns: nil at the end; else what ended the file, if anything did.
    func next(into batch: inout FlowBatch) -> (error: ReadError?, failure: InputError?)? {
        let slot = slots[nextToTake % slots.count]
        state.lock()
        while !slot.isDone && nextToTake < endIndex {
            state.unlock()
            let hasHelped = takeAndDecode(waits: false)
            state.lock()
            if !hasHelped, !slot.isDone && nextToTake < endIndex { state.wait() }
        }
        let isOver = !slot.isDone
        state.unlock()
        if isOver { return nil }
        swap(&batch, &slot.batch)
        let result = (slot.error, slot.failure)
        state.lock()
        slot.isDone = false
        slot.isFree = true
        state.broadcast()
        state.unlock()
        nextToTake += 1
        return result
    }

    private func work() {
        while takeAndDecode(waits: true) {}
        state.lock()
        running -= 1
        state.broadcast()
        state.unlock()
    }

    /// Decodes the next stretch into its slot. Returns: false at the end of the file, when stopped, or where it would
    /// have to wait and must not.
    private func takeAndDecode(waits: Bool) -> Bool {
        if waits { reading.lock() } else if !reading.try() { return false }
        guard !isReadingOver else {
            reading.unlock()
            return false
        }
        let slot = slots[nextToRead % slots.count]
        state.lock()
        while waits && !slot.isFree && !isStopped { state.wait() }
        let mayRead = slot.isFree && !isStopped
        if mayRead { slot.isFree = false }
        state.unlock()
        if !mayRead {
            reading.unlock()
            return false
        }
        slot.error = nil
        slot.failure = nil
        slot.batch.removeAll()
        var stretch: (reader: any FlowReader, isLast: Bool)?
        do throws(InputError) {
            stretch = try stretches.next(into: &slot.bytes)
        } catch {
            slot.failure = error
        }
        let index = nextToRead
        if stretch == nil {
            isReadingOver = true
            let end = slot.failure == nil ? index : index + 1
            reading.unlock()
            state.lock()
            endIndex = end
            slot.isDone = slot.failure != nil
            state.broadcast()
            state.unlock()
            return false
        }
        nextToRead += 1
        reading.unlock()
        if let stretch {
            slot.error = StretchDecoder.decode(
                slot.bytes.span, with: stretch.reader, isLast: stretch.isLast, into: &slot.batch)
        }
        state.lock()
        slot.isDone = true
        state.broadcast()
        state.unlock()
        return true
    }
}
