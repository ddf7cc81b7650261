/// What the values of a column look like, small enough to be kept with the feed: no value can be read
/// out of it, since values, their forms and their beginnings are kept as keyed hashes and counts alone.
///
/// Sketches of parts of a column join to the sketch of the whole, in any order; counts are halved once
/// they are large, so that what a column is now outweighs what it was.
public struct ColumnSketch: Sendable, Hashable {
  /// Smallest hashes of different values that are kept: their share in another sketch's tells how many
  /// values two columns have in common (bottom-k sampling).
  static let hashCount = 64
  /// Places of each of the three counts.
  static let bins = 32
  /// Values after which all counts are halved.
  private static let limit: UInt32 = 1 << 16

  /// Values that were looked at.
  public internal(set) var count: UInt32 = 0
  /// Records without one.
  public internal(set) var absent: UInt32 = 0
  /// The place among the columns of the last drop, counted from 0.
  public var place = 0
  /// The smallest hashes of different values, ascending.
  var hashes: [UInt64] = []
  /// Values by their length, by the signs they are made of, and by how they begin.
  var lengths = [UInt32](repeating: 0, count: bins)
  var shapes = [UInt32](repeating: 0, count: bins)
  var starts = [UInt32](repeating: 0, count: bins)

  /// Of a column without values.
  public init() {}

  /// Takes in the hash of a value.
  mutating func add(hash: UInt64) {
    if hashes.count == Self.hashCount, let last = hashes.last, hash >= last { return }
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    if low < hashes.count, hashes[low] == hash { return }
    hashes.insert(hash, at: low)
    if hashes.count > Self.hashCount { hashes.removeLast() }
  }

  /// Takes in another part of the column; its place is where the column is now.
  public mutating func join(_ later: ColumnSketch) {
    count += later.count
    absent += later.absent
    place = later.place
    for hash in later.hashes { add(hash: hash) }
    for bin in 0..<Self.bins {
      lengths[bin] += later.lengths[bin]
      shapes[bin] += later.shapes[bin]
      starts[bin] += later.starts[bin]
    }
    while count > Self.limit || absent > Self.limit { halve() }
  }

  private mutating func halve() {
    count /= 2
    absent /= 2
    for bin in 0..<Self.bins {
      lengths[bin] /= 2
      shapes[bin] /= 2
      starts[bin] /= 2
    }
  }
}

extension ColumnSketch {
  /// The share of the rarer column's different values that the other has as well, as far as is known.
  public func valuesInCommon(with other: ColumnSketch) -> Double {
    guard !hashes.isEmpty, !other.hashes.isEmpty else { return 0 }
    // Below the lower of both limits each sketch holds all of its column's hashes.
    let limit = min(reach, other.reach)
    let mine = hashes.prefix { $0 <= limit }
    let theirs = other.hashes.prefix { $0 <= limit }
    guard !mine.isEmpty, !theirs.isEmpty else { return 0 }
    let known = Set(mine)
    let common = theirs.count { known.contains($0) }
    return Double(common) / Double(min(mine.count, theirs.count))
  }

  /// How alike the values of both are written, between 0 and 1.
  public func formsInCommon(with other: ColumnSketch) -> Double {
    guard count > 0, other.count > 0 else { return 0 }
    let parts = [
      Self.common(lengths, other.lengths), Self.common(shapes, other.shapes),
      Self.common(starts, other.starts),
    ]
    // The parts tell of the same values: one that differs is not made good by the others.
    return parts.reduce(1, *).squareRoot()
  }

  /// How much more of one column's records lack a value, between 0 and 1.
  public func absenceApart(from other: ColumnSketch) -> Double {
    abs(absentShare - other.absentShare)
  }

  /// How much more of one column's values are different ones, between 0 and 1.
  public func varietyApart(from other: ColumnSketch) -> Double { abs(variety - other.variety) }

  private var absentShare: Double {
    count + absent == 0 ? 0 : Double(absent) / Double(count + absent)
  }

  /// The share of values that are different, as far as the kept hashes tell.
  private var variety: Double {
    guard count > 0 else { return 0 }
    if hashes.count < Self.hashCount { return Double(hashes.count) / Double(count) }
    let share = Double(hashes.last ?? .max) / Double(UInt64.max)
    return min(1, Double(Self.hashCount - 1) / max(share, 1e-18) / Double(count))
  }

  /// The greatest hash up to which all are kept.
  private var reach: UInt64 {
    hashes.count < Self.hashCount ? .max : hashes.last ?? .max
  }

  private static func common(_ one: [UInt32], _ other: [UInt32]) -> Double {
    let (a, b) = (one.reduce(0.0) { $0 + Double($1) }, other.reduce(0.0) { $0 + Double($1) })
    guard a > 0, b > 0 else { return 0 }
    return zip(one, other).reduce(0) { $0 + min(Double($1.0) / a, Double($1.1) / b) }
  }
}
