import Glibc

/// `base` to the power of `exponent`.
func powered(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
