import Bytes
import CKernels
import Records

/// The work of a `JSONReader`: its columns, and the state of the record that is being read.
@safe
struct JSONRecords {
  /// The columns, known and new.
  var names: JSONNames
  let layout: JSONLayout
  let limits: FormatLimits
  var fragment: JSONFragment
  /// What is known of each column.
  let traces: FlatArray<dm_trace>
  /// Counts records, so that a column met twice in one shows.
  var number: UInt32 = 0
  /// Cells of the record's columns that the rows do not have yet.
  var newCells: [Cell] = []
  let key = ByteBuffer(capacity: 256)
  /// The names of a block are gathered: its rows do not count.
  private var isGathering = false
  /// The block has so many new columns that they are to be gathered first.
  private var isInterrupted = false
  /// Columns that the rows had before the record.
  private var lastWidth = 0
  /// Columns of a tuple's elements, by position.
  var positions: [Int] = []

  init(layout: JSONLayout, names: [[UInt8]], limits: FormatLimits) {
    self.layout = layout
    self.limits = limits
    self.names = JSONNames(names)
    fragment = JSONFragment(limit: limits.depth - layout.recordDepth)
    traces = FlatArray(capacity: names.count + 16)
    for _ in 0...names.count { traces.append(.unmet) }
  }

  /// New columns of a block after which its names are gathered before its rows.
  private static let manyColumns = 32
  /// Most cells of a block.
  private static let cellLimit = 1 << 24

  /// Reads all records from the cursor on; returns what makes the drop as a whole unreadable.
  mutating func read(_ start: JSONCursor, into rows: RowBlock) -> FormatError? {
    forgetColumns()
    isGathering = false
    let failure = readAll(start, into: rows)
    guard isInterrupted else { return failure }
    // Each new column moves all rows before it: many of them are found first, with a row at a time.
    forgetColumns()
    isGathering = true
    isInterrupted = false
    let probe = RowBlock()
    probe.begin(block: rows.block, width: names.count)
    _ = readAll(start, into: probe)
    isGathering = false
    rows.begin(block: rows.block, width: names.fixedCount)
    for column in names.fixedCount..<names.count {
      _ = rows.addColumn(name: names.name(of: column))
    }
    return readAll(start, into: rows)
  }

  private mutating func forgetColumns() {
    keepColumns(names.fixedCount)
    positions.removeAll(keepingCapacity: true)
    isInterrupted = false
  }

  /// Before each record: whether the rows have room; interrupts the block where they grow too often.
  private mutating func prepare(_ rows: RowBlock) -> FormatError? {
    if isGathering {
      rows.begin(block: rows.block, width: names.count)
      return nil
    }
    if rows.width - rows.knownWidth > Self.manyColumns, rows.count > Self.manyColumns,
      rows.width > lastWidth
    {
      isInterrupted = true
      return .tooManyColumns(count: rows.width, limit: Self.manyColumns)
    }
    lastWidth = rows.width
    guard (rows.count + 1) * rows.width <= Self.cellLimit else {
      return .tooManyColumns(count: rows.width, limit: Self.cellLimit / (rows.count + 1))
    }
    return nil
  }

  private mutating func readAll(_ start: JSONCursor, into rows: RowBlock) -> FormatError? {
    lastWidth = rows.width
    var cursor = start
    switch layout.shape {
    case .lines: return readLines(&cursor, into: rows)
    case .values, .document: return readValues(&cursor, into: rows)
    case .array: return readElements(&cursor, into: rows, isKeyed: false)
    case .keyed: return readElements(&cursor, into: rows, isKeyed: true)
    }
  }

  /// Values, each on a line of its own; several on one line are read as well.
  private mutating func readLines(
    _ cursor: inout JSONCursor,
    into rows: RowBlock
  ) -> FormatError? {
    while true {
      cursor.skipSpace()
      guard cursor.at < cursor.end else { return nil }
      if let failure = prepare(rows) { return failure }
      let begin = cursor
      do throws(JSONFault) {
        try record(&cursor, into: rows, isKeyed: false)
      } catch {
        cursor = begin
        while cursor.at < cursor.end, cursor.byte != 0x0A { cursor.at += 1 }
        var fault = error
        // What lies behind the line may be another block's: it cannot tell what is wrong here.
        if fault.code != .invalidJSON, fault.at > cursor.at {
          fault = .syntax(at: cursor.at, "a record over several lines")
        }
        reject(from: begin, to: cursor.at, fault, into: rows)
      }
    }
  }

  /// Values one after another, or the only one of a document.
  private mutating func readValues(
    _ cursor: inout JSONCursor,
    into rows: RowBlock
  ) -> FormatError? {
    while true {
      cursor.skipSpace()
      guard cursor.at < cursor.end else { return nil }
      if let failure = element(&cursor, into: rows, isKeyed: false) { return failure }
      if layout.shape == .document { break }
    }
    cursor.skipSpace()
    guard cursor.at == cursor.end else {
      return rows.error(.syntax(at: cursor.at, "text behind the document"), from: cursor)
    }
    return nil
  }

  /// Elements of an array or members of an object, with a comma behind each but the very last.
  private mutating func readElements(
    _ cursor: inout JSONCursor,
    into rows: RowBlock,
    isKeyed: Bool
  ) -> FormatError? {
    cursor.skipSpace()
    while cursor.at < cursor.end {
      if let failure = element(&cursor, into: rows, isKeyed: isKeyed) { return failure }
      cursor.skipSpace()
      if cursor.at >= cursor.end { return nil }
      guard cursor.byte == UInt8(ascii: ",") else {
        return rows.error(.syntax(at: cursor.at, "no comma before the record"), from: cursor)
      }
      cursor.at += 1
      cursor.skipSpace()
    }
    return nil
  }

  /// Reads one record; a bad one is rejected and passed, a broken one fails the drop.
  private mutating func element(
    _ cursor: inout JSONCursor,
    into rows: RowBlock,
    isKeyed: Bool
  ) -> FormatError? {
    if let failure = prepare(rows) { return failure }
    let begin = cursor
    do throws(JSONFault) {
      try record(&cursor, into: rows, isKeyed: isKeyed)
      return nil
    } catch {
      cursor = begin
      var isWhole = true
      if isKeyed {
        isWhole = cursor.skipValue()
        cursor.skipSpace()
        if cursor.byte == UInt8(ascii: ":") { cursor.at += 1 }
        cursor.skipSpace()
      }
      isWhole = cursor.skipValue(inSequence: layout.shape == .values) && isWhole
      let failure = rows.error(error, from: begin)
      reject(from: begin, to: cursor.at, error, into: rows)
      return isWhole && error.code != .invalidJSON ? nil : failure
    }
  }

  private mutating func reject(
    from begin: JSONCursor,
    to end: Int,
    _ fault: JSONFault,
    into rows: RowBlock
  ) {
    keepColumns(rows.width)
    var stop = end
    while stop > begin.at, begin[stop - 1] <= 0x20 { stop -= 1 }
    // Safe: the record's bytes lie in the run.
    let raw = unsafe UnsafeBufferPointer(start: begin.base + begin.at, count: stop - begin.at)
    rows.rejects.append(
      Reject(
        line: rows.firstLine + UInt64(begin.lines),
        column: UInt32(clamping: begin.characters(from: begin.at, to: min(fault.at, stop)) + 1),
        code: fault.code,
        found: fault.found,
        fields: [unsafe Array(raw)]
      )
    )
  }

  private mutating func keepColumns(_ count: Int) {
    guard count < names.count else { return }
    names.keep(count)
    // Positions behind the first that lost its column are told anew.
    if let first = positions.firstIndex(where: { $0 >= count }) {
      positions.removeSubrange(first...)
    }
    traces.cut(to: count + 1)
    for index in 0...count where traces[index].next >= count { traces[index].next = -1 }
  }
}

extension dm_trace {
  /// A column that no record held.
  static let unmet = dm_trace(record: 0, next: -1)
}

extension JSONLayout {
  /// Objects and arrays around the values of a record.
  var recordDepth: Int {
    var depth = element == .value ? 0 : 1
    switch shape {
    case .lines, .values, .document: break
    case .array(let path), .keyed(let path): depth += path.count + 1
    }
    return depth
  }
}

extension RowBlock {
  /// The error of a drop that is broken at a place; `cursor` stands where the record begins.
  ///
  /// Where a line begins in another block only the record can be counted from.
  func error(_ fault: JSONFault, from cursor: JSONCursor) -> FormatError {
    var lines = 0
    var lineStart = cursor.at
    for place in cursor.at..<max(cursor.at, fault.at) where cursor[place] == 0x0A {
      lines += 1
      lineStart = place + 1
    }
    let record = (block?.firstRecord ?? 0) + UInt64(count + rejects.count) + 1
    let character = cursor.characters(from: lineStart, to: fault.at) + 1
    return .notWellFormed(
      format: "JSON",
      line: firstLine + UInt64(cursor.lines + lines),
      column: lines > 0 ? UInt64(character) : 0,
      found: fault.found
        + (lines > 0 ? " in record \(record)" : " at character \(character) of record \(record)")
    )
  }
}
