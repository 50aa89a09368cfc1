/// How the mean of earlier slices of time learns from the next one: as a plain mean of the first few, then as a moving one
/// (an EWMA); and hardly anything from a slice that is suspicious, so that an attack does not make itself usual
/// (catalogue, 12).
///
/// `entropy-shift` has a rule of its own: it learns a drift more slowly, too, and limits how far one minute moves the mean.
struct GuardedLearning<Number: BinaryFloatingPoint & Sendable>: Sendable {
    /// Share that the mean moves towards an ordinary slice: a tenth, so that about twenty slices count.
    var ordinaryRate: Number = 0.1
    /// And towards a suspicious one: a slice that is a hundred times the mean does not double it.
    var suspiciousRate: Number = 0.005
    /// Of so many slices at first the plain mean is taken.
    var firstSlices = 9

    /// Moves a mean of so many slices towards the amount of the next.
    func learn(_ amount: Number, into mean: inout Number, of slices: Int, isSuspicious: Bool) {
        let ordinary = slices < firstSlices ? 1 / Number(slices + 1) : ordinaryRate
        mean += (isSuspicious ? suspiciousRate : ordinary) * (amount - mean)
    }
}
