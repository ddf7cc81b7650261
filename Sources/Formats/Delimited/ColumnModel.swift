import Glibc

/// What one column's values look like, and how many bits it takes to write one down knowing that.
///
/// How this works: a value is written in the cheapest of four ways: as one seen before, as one of
/// an exact shape seen before (`A99-99`), as one of a coarse shape (`A9-9`), or as any text. Bytes
/// are charged by their class, so readings that part the same bytes otherwise can be compared.
struct ColumnModel: Sendable, Hashable {
  /// Values learnt, those that were absent too.
  private(set) var count = 0
  private var absent = 0.0
  private var values: [UInt64: Float] = [:]
  private var exact: [UInt64: Float] = [:]
  private var coarse: [UInt64: Float] = [:]
  /// A value was text: it held a letter.
  private var hasText = false
  /// Values by the logarithm of their length.
  private var lengths = [Float](repeating: 0, count: 16)

  /// Values that are kept one by one.
  private static let valueLimit = 4096

  /// A value's cost, and whether its like was seen in the column.
  struct Cost {
    var bits: Double
    /// Seen before by shape, or the column holds text of all shapes.
    var fits: Bool
    /// Seen before by shape.
    var isSeen = true
  }

  /// Learns a value; empty bytes stand for none.
  mutating func learn(_ text: ArraySlice<UInt8>) {
    let bytes = Self.trimmed(text)
    count += 1
    guard !bytes.isEmpty else {
      absent += 1
      return
    }
    let shape = Shape(bytes)
    if values.count < Self.valueLimit { values[shape.value, default: 0] += 1 }
    exact[shape.exact, default: 0] += 1
    hasText = hasText || shape.hasLetter
    coarse[shape.coarse, default: 0] += 1
    lengths[shape.lengthClass] += 1
  }

  /// The share of rows that hold a value here.
  var filledShare: Double { count > 0 ? 1 - absent / Double(count) : 0 }

  /// No value holds a letter, and there are values.
  var isTyped: Bool { !hasText && !exact.isEmpty }
  /// Each row holds a value.
  var isAlwaysFilled: Bool { absent == 0 }

  /// Whether a row held the same value.
  func holds(_ text: ArraySlice<UInt8>) -> Bool {
    values[Shape(Self.trimmed(text)).value] != nil
  }

  /// The bits of a text that no column tells anything about.
  static func textBits(_ text: ArraySlice<UInt8>) -> Double {
    let shape = Shape(trimmed(text))
    return shape.bits + 2 * Double(shape.runs)
  }

  /// The cost of `bytes` in this column.
  func cost(_ text: ArraySlice<UInt8>) -> Cost {
    let bytes = Self.trimmed(text)
    let all = Double(count) + 1
    if bytes.isEmpty { return Cost(bits: -log2((absent + 0.25) / all), fits: true) }
    let shape = Shape(bytes)
    let length = -log2((Double(lengths[shape.lengthClass]) + 0.5) / (all + 8))
    // How often a shape came that had not come before: Good and Turing's estimate.
    let novelty = (Double(coarse.count) + 0.5) / (all + 1)
    var best = 3 - log2(novelty) + length + shape.bits + 2 * Double(shape.runs)
    if let seen = coarse[shape.coarse] {
      best = min(
        best,
        2 - log2(Double(seen) / all) + length + shape.bits + 1.5 * Double(shape.runs)
      )
    }
    if let seen = exact[shape.exact] {
      best = min(best, 2 - log2(Double(seen) / all) + shape.bits)
    }
    if let seen = values[shape.value] { best = min(best, 1 - log2(Double(seen) / all)) }
    let isSeen = coarse[shape.coarse] != nil
    return Cost(bits: best, fits: isSeen || novelty > 0.25, isSeen: isSeen)
  }

  /// Whether a value that was joined or parted may stand here.
  ///
  /// Among numbers and dates only one of a shape that was seen: a mended row must never be what
  /// makes the whole column text, or says how its numbers are written.
  func takes(mended text: ArraySlice<UInt8>) -> Bool {
    let bytes = Self.trimmed(text)
    if bytes.isEmpty { return true }
    return hasText || coarse[Shape(bytes).coarse] != nil
  }

  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    while text.first == 0x20 { text.removeFirst() }
    while text.last == 0x20 { text.removeLast() }
    return text
  }

  /// A value's classes of bytes, in short.
  private struct Shape {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    var exact: UInt64 = 0xcbf2_9ce4_8422_2325
    var coarse: UInt64 = 0xcbf2_9ce4_8422_2325
    var bits = 2.0
    var runs = 0
    var hasLetter = false
    var lengthClass: Int

    init(_ bytes: ArraySlice<UInt8>) {
      lengthClass = min(15, UInt.bitWidth - bytes.count.leadingZeroBitCount)
      var previous: UInt8 = 0
      for byte in bytes {
        let (kind, cost) = Self.classify(byte)
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
        exact = (exact ^ UInt64(kind)) &* 0x100_0000_01b3
        bits += cost
        hasLetter = hasLetter || kind == 0x41 || kind == 0x61 || kind == 0x80
        guard kind != previous else { continue }
        previous = kind
        runs += 1
        // Long text is of one shape: that of its beginning.
        if runs <= 12 { coarse = (coarse ^ UInt64(kind)) &* 0x100_0000_01b3 }
      }
    }

    private static func classify(_ byte: UInt8) -> (kind: UInt8, bits: Double) {
      switch byte {
      case 0x30...0x39: (0x39, 3.3)
      case 0x41...0x5A: (0x41, 4.7)
      case 0x61...0x7A: (0x61, 4.3)
      case 0x80...: (0x80, 5)
      // Seldom content: mostly a field that was not parted where it should be.
      case 0x22: (byte, 9)
      default: (byte, 2)
      }
    }
  }
}
