/// What a drop's bytes that are not ASCII stand beside: enough to tell its code page.
///
/// Fed piece by piece; what lies at a piece's border counts as two.
public struct ByteStatistics: Sendable {
  /// Words with a byte that is not ASCII: the run of such bytes and letters around it, each counted.
  private(set) var words: [[UInt8]: Int] = [:]
  /// How often each byte occurs.
  private(set) var counts = [Int](repeating: 0, count: 256)
  /// Bytes seen.
  public private(set) var total: UInt64 = 0

  /// Different words that are kept; what comes later counts only by its bytes.
  private static let wordLimit = 4000

  /// Nothing seen yet.
  public init() {}

  /// Takes the next bytes.
  public mutating func add(_ bytes: [UInt8]) {
    total += UInt64(bytes.count)
    var start = 0
    var isForeign = false
    for (at, byte) in bytes.enumerated() {
      counts[Int(byte)] += 1
      if byte >= 0x80 {
        isForeign = true
        continue
      }
      if Self.isInside(byte) { continue }
      if isForeign { keep(bytes[start..<at]) }
      start = at + 1
      isForeign = false
    }
    if isForeign { keep(bytes[start...]) }
  }

  private mutating func keep(_ word: ArraySlice<UInt8>) {
    let key = Array(word.prefix(400))
    if words[key] != nil || words.count < Self.wordLimit { words[key, default: 0] += 1 }
  }

  /// Bytes that do not end a word: letters and whatever may be the second byte of a character.
  private static func isInside(_ byte: UInt8) -> Bool { byte > 0x2F && byte != 0x3B }
}

extension ByteStatistics {
  /// Words that are weighed: an order that does not depend on hashing, repeats counting little.
  var sampleWords: [([UInt8], Double)] {
    let sorted = words.sorted {
      ($1.value, $0.key.count) < ($0.value, $1.key.count)
        || ($0.value == $1.value && $0.key.count == $1.key.count
          && $0.key.lexicographicallyPrecedes($1.key))
    }
    return sorted.prefix(400).map { ($0.key, 1 + 0.5 * Double(min($0.value, 5) - 1)) }
  }

  /// Some of the words, a space between them.
  var sample: [UInt8] {
    Array(sampleWords.prefix(40).map(\.0).joined(separator: [0x20]))
  }
}
