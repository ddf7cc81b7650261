public import Bytes
import Records

/// Sketches the columns of one drop from some of its rows; one sketcher a drop.
///
/// How this works: evenly spaced rows of each block are looked at, column by column, as long as the
/// budget lasts: many of the first blocks, then fewer of each. The values go behind each other into a
/// buffer and are hashed together under the ledger's key.
public final class ColumnSketcher {
  /// The sketches, in the order of the columns.
  public private(set) var sketches: [ColumnSketch] = []

  /// Values of a drop that are looked at where its columns are to be told from others.
  public static let thorough = 65_536
  /// The same where they only add to what is known.
  public static let passing = 4_096
  /// Columns that are looked at.
  private static let widthLimit = 2_000
  private static let rowsOfBlock = (first: 1_024, later: 32)
  /// Bytes of a value that count.
  private static let valueLimit = 256

  private let key: FingerprintKey
  /// Made when there is something to look at: most drops of a busy feed are only passed by.
  private lazy var values = CanonicalBlock()
  private var spent = 0
  private var blocks = 0

  /// A sketcher whose hashes are under `key`.
  public init(key: FingerprintKey) {
    self.key = key
  }

  /// Forgets what was looked at.
  public func restart() {
    sketches = []
    spent = 0
    blocks = 0
  }

  /// Looks at some rows of the next block; `budget` are the values of the drop to be looked at in all.
  public func add(_ rows: RowBlock, budget: Int) {
    let width = min(rows.width, Self.widthLimit)
    guard width > 0, rows.count > 0, spent < budget else { return }
    while sketches.count < width { sketches.append(ColumnSketch()) }
    let most = blocks < 4 ? Self.rowsOfBlock.first : Self.rowsOfBlock.later
    // At least a few rows of the first block, however many columns there are.
    let wanted = max(min(most, (budget - spent) / width), blocks == 0 ? 16 : 1)
    let step = max(1, rows.count / wanted)
    blocks += 1
    for column in 0..<width { add(rows, column, step) }
    spent += width * ((rows.count + step - 1) / step)
  }

  // Safe: a cell's text holds as many bytes as the cell is long, and nobody keeps the pointer.

  private func add(_ rows: RowBlock, _ column: Int, _ step: Int) {
    values.lines.count = 0
    values.ends.removeAll(keepingCapacity: true)
    for row in stride(from: 0, to: rows.count, by: step) {
      let cell = unsafe rows.cells[row * rows.width + column]
      switch cell.kind {
      case .absent:
        sketches[column].absent += 1
        continue
      case .true: values.lines.append("true")
      case .false: values.lines.append("false")
      default: unsafe take(rows.bytes(of: cell), cell.length, into: &sketches[column])
      }
      sketches[column].count += 1
      values.lines.append(0x0A)
      values.ends.append(UInt32(truncatingIfNeeded: values.lines.count))
    }
    key.fingerprint(values)
    for fingerprint in values.fingerprints { sketches[column].add(hash: fingerprint.high) }
  }

  private func take(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    into sketch: inout ColumnSketch
  ) {
    unsafe values.lines.append(text, min(length, Self.valueLimit))
    sketch.lengths[ColumnSketch.bin(ofLength: length)] += 1
    unsafe sketch.shapes[ColumnSketch.shape(text, min(length, 32))] += 1
    unsafe sketch.starts[ColumnSketch.start(text, length)] += 1
  }
}

@available(*, unavailable)
extension ColumnSketcher: Sendable {}

extension ColumnSketch {
  /// Lengths up to 15 each have a place, longer ones share one by their upper two bits.
  static func bin(ofLength length: Int) -> Int {
    if length < 16 { return length }
    let top = Int.bitWidth - 1 - length.leadingZeroBitCount
    return min(bins - 1, 16 + (top - 4) * 2 + (length >> (top - 1) & 1))
  }

  /// The place of the signs a value is made of: runs of digits, of letters and of all else that is no
  /// ASCII count as one sign.
  static func shape(_ text: UnsafePointer<UInt8>, _ length: Int) -> Int {
    var hash: UInt32 = 2_166_136_261
    var last: UInt8 = 0
    for at in 0..<length {
      let sign: UInt8
      switch unsafe text[at] {
      case 0x30...0x39: sign = 0x39
      case 0x41...0x5A: sign = 0x41
      case 0x61...0x7A: sign = 0x61
      case 0x80...: sign = 0x80
      case let other: sign = other
      }
      if sign == last, sign == 0x39 || sign == 0x41 || sign == 0x61 || sign == 0x80 { continue }
      last = sign
      hash = (hash ^ UInt32(sign)) &* 16_777_619
    }
    return Int(hash >> 27)
  }

  /// The place of a value's first two bytes.
  static func start(_ text: UnsafePointer<UInt8>, _ length: Int) -> Int {
    let first = unsafe length > 0 ? UInt32(text[0]) : 0
    let second = unsafe length > 1 ? UInt32(text[1]) : 0
    let mixed = (first &* 257 &+ second &* 31) &* 2_654_435_761
    return Int(mixed >> 27)
  }
}
