/// How many packets each packet of an exporter stands for, as far as it is not said in the record itself.
struct SamplingRates: Sendable {
    private let limit: Int
    /// By options data, of single samplers.
    private var bySampler: [UInt64: UInt32] = [:]
    /// The rate of all samplers, where it is one: records need not name the only sampler there is.
    private var common: UInt32?
    /// By options data that name no sampler.
    private var general: UInt32?
    /// By the header of the last datagram; 0 where it says nothing.
    var header: UInt32 = 0
    /// By the settings; 0 where they say nothing.
    var setting: UInt32 = 0

    init(limit: Int) { self.limit = limit }

    /// The rate of records that name no sampler: options data before header before settings; 1 where none is known.
    var usual: UInt32 {
        if let general { return general }
        if let common { return common }
        return header > 0 ? header : max(1, setting)
    }

    /// The rate of a sampler.
    func rate(ofSampler id: UInt64) -> UInt32 { bySampler[id] ?? usual }

    /// Takes what options data say. Parameter sampler: nil for the whole exporter.
    mutating func take(_ rate: UInt32, ofSampler sampler: UInt64?) {
        guard let sampler else {
            general = rate
            return
        }
        guard bySampler.count < limit || bySampler[sampler] != nil, bySampler[sampler] != rate else { return }
        bySampler[sampler] = rate
        common = bySampler.values.allSatisfy { $0 == rate } ? rate : nil
    }
}
