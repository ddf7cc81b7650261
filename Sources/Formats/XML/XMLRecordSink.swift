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
    state.end(rows)
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

    mutating func end(_ rows: RowBlock?) -> Bool {
      if builder.isInRecord {
        guard builder.end() else { return true }
        if let rows { finish(into: rows) }
      }
      depth -= 1
      matched = min(matched, depth)
      return true
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
