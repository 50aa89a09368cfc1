import FlowFormats
import FlowModel
import Foundation

/// Decodes the stretches of one file on the threads of a crew and hands the batches on in order.
///
/// A ring of slots: whichever thread is free takes the next stretch (one at a time), decodes it into its slot, and
/// marks it done. The consumer takes slots in order, and decodes one itself where the next is not ready, so that there
/// are as many threads as cores. The crew's `state` guards everything but the contents of a slot, which belong to
/// whoever its marks say. Buffers stay in their slots, so nothing is allocated once they have grown.
final class ParallelDecoder: @unchecked Sendable {
    private final class Slot {
        var bytes: [UInt8] = []
        var batch = FlowBatch()
        var error: ReadError?
        var failure: InputError?
        var isFree = true
        var isDone = false
    }

    private let crew: DecodingCrew
    private let slots: [Slot]
    private let stretches: StretchReader
    private let decoder: StretchDecoder
    private var isReading = false
    private var nextToRead = 0
    private var nextToTake = 0
    private var endIndex = Int.max

    init(_ stretches: StretchReader, _ decoder: StretchDecoder, crew: DecodingCrew, slots count: Int) {
        self.crew = crew
        self.stretches = stretches
        self.decoder = decoder
        slots = (0..<count).map { _ in Slot() }
    }

    /// Batches decoded, or being decoded, that nobody has taken yet.
    var ahead: Int { nextToRead - nextToTake }

    /// Whether there is a stretch to read and a free slot for it.
    var canDecode: Bool { !isReading && nextToRead < endIndex && slots[nextToRead % slots.count].isFree }

    /// Puts the next batch into `batch`. Returns: nil at the end; else what ended the file, if anything did.
    func next(into batch: inout FlowBatch) -> (error: ReadError?, failure: InputError?)? {
        crew.state.lock()
        defer { crew.state.unlock() }
        let slot = slots[nextToTake % slots.count]
        while !slot.isDone && nextToTake < endIndex {
            if canDecode { decodeNext() } else { crew.state.wait() }
        }
        guard slot.isDone else { return nil }
        swap(&batch, &slot.batch)
        nextToTake += 1
        slot.isDone = false
        slot.isFree = true
        crew.state.broadcast()
        return (slot.error, slot.failure)
    }

    /// Decodes the next stretch into its slot; only where `canDecode`. Called with the crew's `state` locked, which it
    /// gives up while it reads and while it decodes.
    func decodeNext() {
        let index = nextToRead
        let slot = slots[index % slots.count]
        slot.isFree = false
        isReading = true
        crew.state.unlock()
        slot.error = nil
        slot.failure = nil
        slot.batch.removeAll()
        var stretch: Stretch?
        do throws(InputError) {
            stretch = try stretches.next(into: &slot.bytes)
        } catch {
            slot.failure = error
        }
        crew.state.lock()
        isReading = false
        guard let stretch else {
            // What ended the file comes with a batch of its own.
            slot.isDone = slot.failure != nil
            endIndex = slot.isDone ? index + 1 : index
            nextToRead = endIndex
            crew.state.broadcast()
            return
        }
        nextToRead += 1
        crew.state.broadcast()
        crew.state.unlock()
        slot.error = decoder.decode(slot.bytes.span, of: stretch, into: &slot.batch)
        crew.state.lock()
        slot.isDone = true
        crew.state.broadcast()
    }
}
