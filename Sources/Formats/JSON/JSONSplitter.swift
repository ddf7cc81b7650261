import Bytes
import CKernels
import Records

/// Cuts JSON into blocks of whole records, exactly: strings and brackets are followed, never guessed.
///
/// How this works: around the records `JSONEnvelope` reads strictly, token by token. Among them a
/// kernel follows strings and brackets 64 bytes at a time and names the last place where a record
/// has ended; whether the records themselves are JSON is the reader's to say.
public struct JSONSplitter: RecordSplitter {
  private enum Phase: Sendable {
    case before
    case header
    case records
    case after
  }

  private let layout: JSONLayout
  private let limits: FormatLimits
  private var phase: Phase
  private var envelope: JSONEnvelope
  private var scan = dropmill_json_state()
  /// Bytes at the front of the next call that the kernel has seen.
  private var seen = 0
  /// Offset in the content of the next call's first byte.
  private var offset = 0
  /// Line of that byte, and the characters that stand before it on that line.
  private var line: UInt64 = 1
  private var column = 0
  /// Records before the first of the next block.
  private var records: UInt64 = 0

  /// A splitter at the content's beginning.
  public init(layout: JSONLayout, limits: FormatLimits = FormatLimits()) {
    self.layout = layout
    self.limits = limits
    var isKeyed = false
    switch layout.shape {
    case .lines, .values, .document: phase = .records
    case .array: phase = .before
    case .keyed:
      phase = .before
      isKeyed = true
    }
    envelope = JSONEnvelope(path: layout.path, isKeyed: isKeyed, depthLimit: limits.depth)
  }

  /// Scalars that stand around the records: the names that lead to them, and their text.
  ///
  /// At most 64 of at most 200 bytes each.
  public var envelopeScalars: [(name: String, value: String)] { envelope.scalars }

  /// Where the whole records in `bytes` begin and end; see `RecordSplitter.split`.
  public mutating func split(
    _ bytes: UnsafeBufferPointer<UInt8>,
    isLast: Bool
  ) throws(FormatError) -> Split {
    guard let base = bytes.baseAddress else {
      let empty = ByteBuffer(capacity: 64)
      // Safe: the buffer outlives the call.
      return try unsafe split(UnsafeBufferPointer(start: empty.base, count: 0), isLast: isLast)
    }
    // Safe: as the contract says, 64 bytes past the end are readable.
    var cursor = unsafe JSONCursor(base, from: 0, to: bytes.count)
    if offset == 0 {
      guard isLast || bytes.count >= 3 else { return finish(cursor) }
      // Safe: the slack makes three bytes readable.
      let hasMark = unsafe bytes.count >= 3 && base[0] == 0xEF && base[1] == 0xBB && base[2] == 0xBF
      if hasMark { cursor.at = 3 }
    }
    switch layout.shape {
    case .lines: return try splitLines(cursor, isLast: isLast)
    case .values: return try splitValues(cursor, isLast: isLast)
    case .document: return try splitDocument(cursor, isLast: isLast)
    case .array, .keyed: return try splitContainer(&cursor, isLast: isLast)
    }
  }

  private mutating func splitLines(
    _ cursor: JSONCursor,
    isLast: Bool
  ) throws(FormatError) -> Split {
    var last = cursor.end
    while !isLast, last > cursor.at, cursor[last - 1] != 0x0A { last -= 1 }
    if last == cursor.at, cursor.end > limits.recordBytes {
      throw .recordTooLong(line: line, limit: limits.recordBytes)
    }
    return finish(cursor, from: cursor.at, to: last)
  }

  private mutating func splitValues(
    _ cursor: JSONCursor,
    isLast: Bool
  ) throws(FormatError) -> Split {
    let found = try scanOn(cursor, areValues: true)
    guard found.stopped == 0 else {
      throw error(.syntax(at: found.at, "a bracket that closes nothing"), cursor)
    }
    if isLast {
      guard scan.depth == 0, scan.in_string == 0 else { throw endsEarly(cursor) }
      return finish(cursor, from: cursor.at, to: cursor.end)
    }
    return try cut(cursor, found)
  }

  private mutating func splitDocument(
    _ cursor: JSONCursor,
    isLast: Bool
  ) throws(FormatError) -> Split {
    let found = try scanOn(cursor, areValues: true)
    if !isLast { return try wait(cursor) }
    var blank = cursor
    blank.skipSpaceToEnd()
    let isOpen = found.stopped == 0 && (scan.depth > 0 || scan.in_string != 0)
    guard blank.at < blank.end, !isOpen else { throw endsEarly(cursor) }
    return finish(cursor, from: cursor.at, to: cursor.end)
  }

  private mutating func splitContainer(
    _ cursor: inout JSONCursor,
    isLast: Bool
  ) throws(FormatError) -> Split {
    if phase == .before {
      guard try advance(&cursor, isLast: isLast) == .records else { return finish(cursor) }
      phase = layout.hasHeader ? .header : .records
    }
    if phase == .header {
      guard passHeader(&cursor) else {
        if isLast { throw endsEarly(cursor) }
        return finish(cursor)
      }
      phase = .records
    }
    if phase == .records { return try splitRecords(&cursor, isLast: isLast) }
    _ = try advance(&cursor, isLast: isLast)
    return finish(cursor)
  }

  private mutating func splitRecords(
    _ cursor: inout JSONCursor,
    isLast: Bool
  ) throws(FormatError) -> Split {
    let found = try scanOn(cursor, areValues: false)
    guard found.stopped == 1 else {
      if isLast { throw endsEarly(cursor) }
      return try cut(cursor, found)
    }
    let isObject = if case .keyed = layout.shape { true } else { false }
    guard cursor[found.at] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
      throw error(.syntax(at: found.at, "a bracket that closes another kind"), cursor)
    }
    var rest = cursor
    rest.at = max(cursor.at, found.cut)
    rest.skipSpaceToEnd()
    if rest.at == found.at, records + found.cuts > 0 {
      throw error(.syntax(at: found.at, "a comma with no record behind it"), cursor)
    }
    let start = cursor.at
    cursor.at = found.at + 1
    seen = 0
    phase = .after
    envelope.recordsEnded()
    _ = try advance(&cursor, isLast: isLast)
    return finish(cursor, from: start, to: found.at)
  }
}

extension JSONSplitter {
  /// Lets the kernel see what it has not seen yet.
  private mutating func scanOn(
    _ cursor: JSONCursor,
    areValues: Bool
  ) throws(FormatError) -> dropmill_json_found {
    // Safe: as the contract says, 64 bytes past the end are readable.
    let found = unsafe dropmill_json_scan(
      &scan,
      cursor.base,
      max(cursor.at, seen),
      cursor.end,
      Int64(limits.depth - envelope.depth),
      areValues ? 1 : 0
    )
    seen = cursor.end
    if found.stopped == 2 { throw .tooDeep(line: lineOf(found.at, cursor), limit: limits.depth) }
    return found
  }

  /// Reads on around the records.
  private mutating func advance(
    _ cursor: inout JSONCursor,
    isLast: Bool
  ) throws(FormatError) -> JSONEnvelope.Event {
    let event: JSONEnvelope.Event
    do throws(JSONFault) {
      event = try envelope.advance(&cursor, isLast: isLast)
    } catch {
      if error.code == .tooDeep {
        throw .tooDeep(line: lineOf(error.at, cursor), limit: limits.depth)
      }
      throw self.error(error, cursor)
    }
    if event == .complete, !envelope.hasMetRecords { throw .recordsNotFound(path: layout.text) }
    if event == .needsMore {
      if isLast { throw endsEarly(cursor) }
      if cursor.end - cursor.at > limits.recordBytes {
        throw .recordTooLong(line: lineOf(cursor.at, cursor), limit: limits.recordBytes)
      }
    }
    return event
  }

  /// Passes the element that names the columns, and the comma behind it; false to ask for more.
  private func passHeader(_ cursor: inout JSONCursor) -> Bool {
    var ahead = cursor
    ahead.skipSpaceToEnd()
    guard ahead.at < ahead.end else { return false }
    if ahead.byte == UInt8(ascii: "]") { return true }
    guard ahead.skipValue() else { return false }
    ahead.skipSpaceToEnd()
    guard ahead.at < ahead.end else { return false }
    if ahead.byte == UInt8(ascii: ",") { ahead.at += 1 }
    cursor = ahead
    return true
  }

  /// The records up to the last place where they may be cut.
  private mutating func cut(
    _ cursor: JSONCursor,
    _ found: dropmill_json_found
  ) throws(FormatError) -> Split {
    guard found.cut > 0 else { return try wait(cursor) }
    let split = finish(cursor, from: cursor.at, to: found.cut)
    records += found.cuts
    return split
  }

  /// No record has ended yet.
  private mutating func wait(_ cursor: JSONCursor) throws(FormatError) -> Split {
    guard cursor.end - cursor.at <= limits.recordBytes else {
      throw .recordTooLong(line: lineOf(cursor.at, cursor), limit: limits.recordBytes)
    }
    return finish(cursor)
  }

  /// A finding of no records: what lies before the cursor is done with.
  private mutating func finish(_ cursor: JSONCursor) -> Split {
    finish(cursor, from: cursor.at, to: cursor.at)
  }

  /// A finding of the records between two places; the next call begins behind them.
  private mutating func finish(_ cursor: JSONCursor, from start: Int, to end: Int) -> Split {
    let next = max(cursor.at, end)
    let split = Split(
      start: start,
      end: end,
      next: next,
      firstLine: lineOf(start, cursor),
      firstRecord: records
    )
    var last = 0
    // Safe: the bytes lie in the run.
    line += unsafe dropmill_lines(cursor.base, next, &last)
    column = (last > 0 ? 0 : column) + cursor.characters(from: last, to: next)
    offset += next
    seen = max(0, seen - next)
    return split
  }

  private func lineOf(_ place: Int, _ cursor: JSONCursor) -> UInt64 {
    var last = 0
    // Safe: the bytes lie in the run.
    return unsafe line + dropmill_lines(cursor.base, place, &last)
  }

  private func endsEarly(_ cursor: JSONCursor) -> FormatError {
    .endsEarly(format: "JSON", line: lineOf(cursor.end, cursor))
  }

  private func error(_ fault: JSONFault, _ cursor: JSONCursor) -> FormatError {
    var start = 0
    // Safe: the bytes lie in the run.
    let lines = unsafe dropmill_lines(cursor.base, fault.at, &start)
    let before = lines == 0 ? column : 0
    return .notWellFormed(
      format: "JSON",
      line: line + lines,
      column: UInt64(before + cursor.characters(from: start, to: fault.at) + 1),
      found: fault.found
    )
  }
}
