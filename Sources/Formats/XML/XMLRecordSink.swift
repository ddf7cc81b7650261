import Bytes

/// Finds the records' elements in the parser's events and builds their rows.
final class XMLRecordSink: XMLSink {
  let layout: XMLLayout
  /// Where the rows go.
  var rows: RowBlock?
  /// All else, in one value: one access an event.
  private(set) var state: State

  init(layout: XMLLayout, names: [[UInt8]], limits: FormatLimits) {
    self.layout = layout
    state = State(
      builder: XMLRecordBuilder(layout: layout, names: names, limits: limits),
      path: layout.recordPath.map { Array($0.utf8) },
      recordBytes: limits.recordBytes
    )
  }

  /// Why the events cannot go on.
  var failure: FormatError? { state.failure }

  func elementBegins(
    _ name: XMLName,
    _ attributes: XMLAttributes,
    in parser: XMLParser
  ) -> Bool {
    state.begin(name, attributes, parser)
  }

  func elementEnds(in parser: XMLParser) -> Bool {
    if let rows, state.end(rows) { parser.pause() }
    if rows == nil { state.end() }
    return true
  }

  /// Takes the record that was too much for the last block.
  func takePending() {
    if let rows { state.takePending(into: rows) }
  }

  func text(_ bytes: UnsafePointer<UInt8>, _ count: Int, in parser: XMLParser) -> Bool {
    unsafe state.text(bytes, count)
  }
}

extension XMLRecordSink {
  /// Where in the document the parser is, and the record that is open there.
  struct State {
    var builder: XMLRecordBuilder
    let path: [[UInt8]]
    let recordBytes: Int
    /// Whether the element that holds the records has been met.
    private(set) var hasMetPlace = false
    private(set) var failure: FormatError?
    /// Elements open outside records, and how many of them lead towards the records.
    private var depth = 0
    private var matched = 0
    private var recordLine: UInt64 = 0
    /// The record that has ended waits for the next block.
    private var isPending = false

    /// What fills a block.
    private static let fullBlock = (rows: 2000, bytes: 1 << 18, cells: 1 << 20)
    /// Cells from which on a new column is no small matter.
    private static let manyCells = 1 << 16

    init(builder: XMLRecordBuilder, path: [[UInt8]], recordBytes: Int) {
      self.builder = builder
      self.path = path
      self.recordBytes = recordBytes
    }

    mutating func begin(
      _ name: XMLName,
      _ attributes: XMLAttributes,
      _ parser: XMLParser
    ) -> Bool {
      if builder.isInRecord {
        // Safe: the name is readable as long as it is reported.
        guard unsafe builder.begin(name.base, name.count) else { return tooMany() }
        return take(attributes)
      }
      depth += 1
      guard matched == depth - 1, depth <= path.count, name.equals(path[depth - 1]) else {
        return true
      }
      matched = depth
      if matched >= path.count - 1 { hasMetPlace = true }
      guard matched == path.count else { return true }
      recordLine = parser.line
      builder.beginRecord()
      return take(attributes)
    }

    /// The innermost element ends where rows are wanted; true where their block is full.
    mutating func end(_ rows: RowBlock) -> Bool {
      guard end() else { return false }
      // A new column moves all rows of its block: where there are many, it begins another.
      let grows = builder.assignColumns() && rows.width < builder.names.count
      if grows, rows.count * rows.width > Self.manyCells {
        isPending = true
        return true
      }
      finish(into: rows)
      return rows.count + rows.rejects.count >= Self.fullBlock.rows
        || rows.scratch.count >= Self.fullBlock.bytes
        || rows.count * rows.width >= Self.fullBlock.cells
    }

    /// The innermost element ends; true where it was a record's own.
    @discardableResult
    mutating func end() -> Bool {
      if builder.isInRecord, !builder.end() { return false }
      let wasRecord = matched == path.count && depth == matched
      depth -= 1
      matched = min(matched, depth)
      return wasRecord
    }

    /// Takes the record that was too much for the last block.
    mutating func takePending(into rows: RowBlock) {
      guard isPending else { return }
      isPending = false
      finish(into: rows)
    }

    mutating func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
      guard builder.isInRecord else { return true }
      unsafe builder.addText(bytes, count)
      return checkSize()
    }

    private mutating func take(_ attributes: XMLAttributes) -> Bool {
      for index in 0..<attributes.count {
        guard let (name, value, count) = unsafe attributes[index] else { continue }
        guard unsafe builder.attribute(name.base, name.count, value, count) else {
          return tooMany()
        }
      }
      return checkSize()
    }

    private mutating func tooMany() -> Bool {
      failure = .tooManyColumns(count: builder.paths.count, limit: builder.paths.count)
      return false
    }

    @inline(__always)
    private mutating func checkSize() -> Bool {
      if builder.size <= recordBytes { return true }
      failure = .recordTooLong(line: recordLine, limit: recordBytes)
      return false
    }

    private mutating func finish(into rows: RowBlock) {
      if rows.count + rows.rejects.count == 0 { rows.firstLine = recordLine }
      builder.finish(into: rows, line: Int(recordLine - rows.firstLine))
    }
  }
}
