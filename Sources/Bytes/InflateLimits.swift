/// Bounds on what compressed bytes may grow to; what exceeds them is taken for a bomb.
public struct InflateLimits: Sendable, Hashable {
  /// Inflated bytes for each compressed one.
  public var ratio: UInt64
  /// Inflated bytes that no ratio is asked of.
  public var free: UInt64
  /// Inflated bytes in all.
  public var total: UInt64

  /// Limits; the defaults are 200:1 after 16 MiB, and 100 GiB.
  public init(ratio: UInt64 = 200, free: UInt64 = 16 << 20, total: UInt64 = 100 << 30) {
    self.ratio = ratio
    self.free = free
    self.total = total
  }

  /// Whether so many compressed bytes may have become so many inflated ones.
  func allow(compressed: UInt64, inflated: UInt64) -> Bool {
    if inflated > total { return false }
    return inflated <= free || inflated / max(ratio, 1) <= compressed
  }
}

/// What is odd about compressed bytes whose content is whole all the same.
public enum InflateWarning: Sendable, Hashable {
  /// Bytes behind the last member that are neither zeros nor another member; they are left out.
  case trailingBytes(offset: UInt64, count: UInt64)

  /// The stable code of the warning.
  public var code: String {
    switch self {
    case .trailingBytes: "compressed-trailing-bytes"
    }
  }

  /// What was found, in a sentence.
  public var message: String {
    switch self {
    case .trailingBytes(let offset, let count):
      "\(count) bytes follow the end of the compressed data at byte \(offset); they are ignored."
    }
  }
}
