import Glibc
public import Records

/// How many different fingerprints were seen, within two in a hundred, in four KiB (HyperLogLog).
///
/// Fingerprints are uniform by construction: their bits are taken as they are.
public struct DistinctCount: Sendable {
  private static let bits = 12
  private var ranks = [UInt8](repeating: 0, count: 1 << bits)

  /// Nothing was seen.
  public init() {}

  /// Takes in one more.
  public mutating func add(_ fingerprint: Fingerprint) {
    let place = Int(fingerprint.high >> UInt64(64 - Self.bits))
    let rank = UInt8(fingerprint.low.leadingZeroBitCount + 1)
    if ranks[place] < rank { ranks[place] = rank }
  }

  /// The estimate.
  public var count: Double {
    let places = Double(ranks.count)
    let empty = ranks.count { $0 == 0 }
    let sum = ranks.reduce(0.0) { $0 + exp2(-Double($1)) }
    let raw = 0.7213 / (1 + 1.079 / places) * places * places / sum
    // Few of them are told better by the places that none has met.
    return raw <= 2.5 * places && empty > 0 ? places * log(places / Double(empty)) : raw
  }
}
