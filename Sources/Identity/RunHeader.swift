import Records

/// The first 128 bytes of a run's file: what is in it and where.
///
/// After them: the entries (a key of 16 bytes each, ascending, and what is known of the key), a byte of
/// each key and 8 bytes of nothing, and for each bucket the place of its first key (4 bytes). A bucket holds the keys that agree in their
/// `bits` highest bits. All numbers are little-endian, as in memory.
struct RunHeader: Equatable {
  static let size = 128
  /// Places of keys have 32 bits.
  static let mostKeys: UInt64 = 1 << 32 - 1
  private static func magic(_ width: Int) -> [UInt8] {
    Array((width == 1 ? "dmfprun1" : "dmstrun1").utf8)
  }

  /// How many keys there are.
  var count: UInt64
  /// The least and the greatest key.
  var range: ClosedRange<Fingerprint>
  /// SHA-256 of the entries.
  var sha256: [UInt8]
  /// Bytes of the texts; 0 where there are none.
  var textSize: UInt64 = 0
  /// The first 24 bytes of the texts' SHA-256.
  var textHash = [UInt8](repeating: 0, count: 24)
  /// Fingerprints an entry: 1, or 2 where each key has the latest record behind it.
  var width: Int

  /// Such that a bucket holds 8 to 16 keys.
  var bits: UInt32 { UInt32(max(1, UInt64.bitWidth - (count / 16).leadingZeroBitCount)) }
  var keysOffset: Int { Self.size }
  var tagsOffset: Int { keysOffset + 16 * width * Int(count) }
  var startsOffset: Int { (tagsOffset + Int(count) + 8 + 7) & ~7 }
  var startsCount: Int { 1 << Int(bits) + 1 }
  var textsOffset: Int { startsOffset + 4 * startsCount }
  var fileSize: Int { textsOffset + Int(textSize) }

  init(count: UInt64, range: ClosedRange<Fingerprint>, sha256: [UInt8], width: Int) {
    self.count = count
    self.range = range
    self.sha256 = sha256
    self.width = width
  }

  /// The header as it stands in the file.
  var bytes: [UInt8] {
    var bytes = Self.magic(width)
    for number in [
      count, UInt64(fileSize), range.lowerBound.high, range.lowerBound.low,
      range.upperBound.high, range.upperBound.low,
    ] {
      bytes += Self.littleEndian(number)
    }
    bytes += sha256
    bytes += Self.littleEndian(textSize)
    bytes += textHash
    bytes += [UInt8](repeating: 0, count: Self.size - 8 - bytes.count)
    return bytes + Self.littleEndian(Self.checksum(bytes))
  }

  /// Reads a header back; nil when it isn't one, or a byte of it differs from what was written.
  init?(bytes: [UInt8]) {
    guard bytes.count == Self.size,
      let width = [1, 2].first(where: { bytes.starts(with: Self.magic($0)) })
    else { return nil }
    let numbers = (1...6).map { Self.number(in: bytes, at: 8 * $0) }
    let least = Fingerprint(high: numbers[2], low: numbers[3])
    let greatest = Fingerprint(high: numbers[4], low: numbers[5])
    guard numbers[0] > 0, numbers[0] <= Self.mostKeys, least <= greatest else { return nil }
    self.init(
      count: numbers[0],
      range: least...greatest,
      sha256: Array(bytes[56..<88]),
      width: width
    )
    textSize = Self.number(in: bytes, at: 88)
    textHash = Array(bytes[96..<120])
    guard textSize <= UInt64(Int32.max) << 16, self.bytes == bytes else { return nil }
  }

  /// FNV-1a: each of its steps is a bijection, so any one changed byte changes the sum.
  private static func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func littleEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static func number(in bytes: [UInt8], at offset: Int) -> UInt64 {
    bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
