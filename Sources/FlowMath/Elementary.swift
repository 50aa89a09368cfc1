import Glibc

/// Binary logarithm.
public func logarithm2(_ value: Double) -> Double { log2(value) }

/// Natural logarithm.
public func logarithm(_ value: Double) -> Double { log(value) }

/// e to the power of `value`.
public func exponential(_ value: Double) -> Double { exp(value) }

/// The probability of log-odds in nats.
public func logistic(_ logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

/// 2 to the power of `value`.
public func exponential2(_ value: Double) -> Double { exp2(value) }

/// Hyperbolic tangent.
public func hyperbolicTangent(_ value: Double) -> Double { tanh(value) }

/// Sine of an angle in radians.
public func sine(_ angle: Double) -> Double { sin(angle) }

/// Cosine of an angle in radians.
public func cosine(_ angle: Double) -> Double { cos(angle) }
