/// 128 bits of a keyed hash over a canonical line without its LF: equal fingerprint, same record.
public struct Fingerprint: Sendable, Hashable, Comparable {
  /// The more significant half; sorts first.
  public var high: UInt64
  /// The less significant half.
  public var low: UInt64

  /// A fingerprint of those halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Ascending as unsigned 128-bit numbers.
  public static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}
