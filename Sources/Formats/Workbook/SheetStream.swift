import Bytes

// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// A sheet's rows as RFC 4180 text, made as it is read.
@safe
final class SheetStream: ByteStream, @unchecked Sendable {
  private let source: any ByteStream
  private let markup: Markup
  private let writer: SheetWriter
  private var start = 0
  private var hasEnded = false

  init(_ source: any ByteStream, part: String, writer: SheetWriter) {
    self.source = source
    self.writer = writer
    markup = Markup(writer, part: part)
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let output = writer.output
    while start == output.count {
      if hasEnded { return 0 }
      output.count = 0
      start = 0
      hasEnded = !(try markup.step(source))
      if let found = writer.failure { throw .compressedDamaged(offset: 0, found: found) }
    }
    let count = min(buffer.count, output.count - start)
    // Safe: both hold at least that many bytes.
    unsafe buffer.baseAddress?.update(from: output.base + start, count: count)
    start += count
    return count
  }
}

/// Writes rows as they end: texts in quotes, all else as it stands; rows without a value are empty lines.
@safe
final class SheetWriter: MarkupSink {
  /// The text of the rows that have ended.
  let output = ByteBuffer(capacity: 1 << 16)
  /// What is wrong with the sheet.
  private(set) var failure: String?

  private let texts: SharedStringsSink
  private let formats: [NumberFormat]
  private let dates: SerialDate
  private let extent: SheetExtent

  /// The row that is read, counted from 1, and the one behind the last that was written.
  private var row = 0
  private var nextRow = 1
  private var column = -1
  /// The columns of the row that are written, and where its text begins.
  private var written = 0
  private var rowStart = 0
  private var kind = ""
  private var format = NumberFormat.number
  private let value = ByteBuffer(capacity: 1 << 10)
  private var isCell = false
  private var isValue = false
  private var phonetics = 0

  init(texts: SharedStringsSink, formats: [NumberFormat], dates: SerialDate, extent: SheetExtent) {
    self.texts = texts
    self.formats = formats
    self.dates = dates
    self.extent = extent
  }

  func begins(_ name: String, _ attributes: MarkupAttributes) {
    switch name {
    case "row":
      beginRow(attributes["r"].flatMap { Int($0) } ?? row + 1)
      column = -1
      written = 0
    case "c":
      beginCell(attributes)
    case "rPh": phonetics += 1
    case "v", "t": isValue = isCell && phonetics == 0
    default: break
    }
  }

  private func beginRow(_ number: Int) {
    if number > SheetExtent.rowLimit {
      failure =
        failure ?? "row \(number) lies behind row \(SheetExtent.rowLimit), the last of any sheet"
    }
    row = min(number, SheetExtent.rowLimit)
  }

  private func beginCell(_ attributes: MarkupAttributes) {
    let place = attributes["r"].flatMap { CellPlace.column(of: $0) } ?? column + 1
    if place <= column || row < nextRow {
      failure = failure ?? "row \(row) of the sheet does not come after the one before it"
    }
    column = place
    kind = attributes["t"] ?? "n"
    let style = attributes["s"].flatMap { Int($0) } ?? 0
    format = formats.indices.contains(style) ? formats[style] : .number
    value.count = 0
    isCell = true
  }

  func ends(_ name: String) {
    isValue = false
    switch name {
    case "rPh": phonetics -= 1
    case "c":
      isCell = false
      if value.count > 0, extent.columns.contains(column), failure == nil { writeCell() }
    case "row" where written > 0:
      separate(to: extent.columns.count - 1)
      put("\n")
      nextRow = row + 1
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard isValue, let base = bytes.baseAddress else { return }
    unsafe value.append(base, bytes.count)
  }
}

extension SheetWriter {
  private func writeCell() {
    if written == 0 {
      while nextRow < row {
        put("\n")
        nextRow += 1
      }
      written = 1
    }
    separate(to: column - extent.columns.lowerBound)
    // Safe: the buffer keeps its bytes until the next cell begins.
    let bytes = unsafe value.bytes
    switch kind {
    case "s":
      guard let index = unsafe Int(String(decoding: bytes, as: UTF8.self)),
        index >= 0, index < texts.count
      else {
        failure = "a cell of row \(row) names a text that the workbook does not hold"
        return
      }
      unsafe quote(texts[index])
    case "b": put(unsafe bytes.first == 0x30 ? "false" : "true")
    case "n": put(number(unsafe String(decoding: bytes, as: UTF8.self)))
    case "d": put(unsafe String(decoding: bytes, as: UTF8.self))
    default: unsafe quote(bytes)
    }
  }

  /// The separators up to the cell of that index in the row; `written` counts from 1.
  private func separate(to index: Int) {
    while written <= index {
      put(",")
      written += 1
    }
  }

  /// A number as its shortest text, or what its format makes of it.
  private func number(_ text: String) -> String {
    guard let value = Double(text), value.isFinite else { return text }
    if format != .number, let date = dates.text(value, format) { return date }
    if value == value.rounded(), abs(value) < 0x1p53 { return String(Int64(value)) }
    return "\(value)"
  }

  private func put(_ text: String) {
    output.append(contentsOf: Array(text.utf8))
  }

  /// A text in quotes, with `_x000D_` and the like as what they stand for (ECMA-376 part 1 §22.4.2.4).
  private func quote(_ text: UnsafeBufferPointer<UInt8>) {
    put("\"")
    var index = 0
    // Safe: `index` stays below the count, and six more bytes are asked for before they are read.
    while index < text.count {
      let byte = unsafe text[index]
      if byte == 0x5F, let scalar = unsafe Self.escape(text[index...].prefix(7)) {
        put(scalar == "\"" ? "\"\"" : String(scalar))
        index += 7
        continue
      }
      if byte == 0x22 { put("\"") }
      output.append(byte)
      index += 1
    }
    put("\"")
  }

  /// The character that `_xHHHH_` stands for.
  private static func escape(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Unicode.Scalar? {
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    guard text.count == 7, text.hasPrefix("_x"), text.hasSuffix("_"),
      let number = UInt32(text.dropFirst(2).dropLast(), radix: 16)
    else { return nil }
    return Unicode.Scalar(number)
  }
}
