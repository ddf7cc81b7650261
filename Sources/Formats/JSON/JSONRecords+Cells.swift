import Bytes
import CKernels
import Records

extension JSONRecords {
  /// Reads one record and commits its row; nothing is committed where it throws.
  @inline(__always)
  mutating func record(
    _ cursor: inout JSONCursor,
    into rows: RowBlock,
    isKeyed: Bool
  ) throws(JSONFault) {
    let line = cursor.lines
    number &+= 1
    let width = rows.width
    newCells.removeAll(keepingCapacity: true)
    // Safe: the row has `width` cells, and none is added before it is committed.
    let row = unsafe rows.nextRow()
    unsafe row.update(repeating: .absent, count: width)
    if isKeyed { try unsafe takeKey(&cursor, rows, row, width) }
    switch layout.element {
    case .object: try unsafe members(&cursor, rows, row, width)
    case .tuple: try unsafe elements(&cursor, rows, row, width)
    case .value:
      let column = try columnOf(JSONLayout.valueName, at: cursor.at)
      let cell = try value(&cursor, rows)
      unsafe put(cell, column, row, width)
    }
    if layout.shape == .lines { try checkLineEnds(&cursor, sameAs: line) }
    if names.count > width { addColumns(to: rows, from: width) }
    rows.commitRow(line: line)
  }

  /// An object's members.
  @inline(__always)
  private mutating func members(
    _ cursor: inout JSONCursor,
    _ rows: RowBlock,
    _ row: UnsafeMutablePointer<Cell>,
    _ width: Int
  ) throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "{") else { throw notARecord(cursor, "an object") }
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte == UInt8(ascii: "}") {
      cursor.at += 1
      return
    }
    var last = 0
    while true {
      if unsafe readExpected(&cursor, &last, row, width) { return }
      guard cursor.byte == UInt8(ascii: "\"") else {
        throw .syntax(at: cursor.at, "no name of a member")
      }
      let start = cursor.at
      var column = Int(traces[last].next)
      // Safe: a name is compared only within the run and its slack.
      let matched = unsafe column < 0 ? 0 : names.match(column, at: cursor.base + cursor.at + 1)
      if matched > 0 {
        cursor.at += matched + 1
      } else {
        column = try name(&cursor)
        traces[last].next = Int32(column)
      }
      last = column + 1
      guard traces[last].record != number else {
        throw JSONFault(.duplicateName, at: start, "a name that stands twice")
      }
      traces[last].record = number
      cursor.skipSpace()
      let cell = try value(&cursor, rows)
      unsafe put(cell, column, row, width)
      cursor.skipSpace()
      let byte = cursor.byte
      guard byte == UInt8(ascii: ",") else {
        guard byte == UInt8(ascii: "}") else {
          throw .syntax(at: cursor.at, "no comma and no end of the object")
        }
        cursor.at += 1
        return
      }
      cursor.at += 1
      cursor.skipSpace()
    }
  }

  /// Passes members that stand as those of the record before; true where the object ends with them.
  @inline(__always)
  private func readExpected(
    _ cursor: inout JSONCursor,
    _ last: inout Int,
    _ row: UnsafeMutablePointer<Cell>,
    _ width: Int
  ) -> Bool {
    // Safe: the run has its 0 and slack at the end, every column its name and trace; the kernel sets
    // cells below `width` alone, which the row has.
    var record = unsafe dm_members(
      bytes: cursor.base,
      end: cursor.end,
      tokens: names.tokenBytes,
      starts: names.tokenStarts,
      traces: traces.base,
      number: number,
      value_limit: limits.fieldBytes,
      row: UnsafeMutableRawPointer(row).assumingMemoryBound(to: dm_cell.self),
      width: width
    )
    var place = dm_member_place(at: cursor.at, last: last, lines: cursor.lines)
    let isEnd = unsafe dm_read_members(&record, &place)
    (cursor.at, last, cursor.lines) = (place.at, place.last, place.lines)
    return isEnd
  }

  /// An array's elements, each in the column of its position.
  private mutating func elements(
    _ cursor: inout JSONCursor,
    _ rows: RowBlock,
    _ row: UnsafeMutablePointer<Cell>,
    _ width: Int
  ) throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "[") else { throw notARecord(cursor, "an array") }
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte == UInt8(ascii: "]") {
      cursor.at += 1
      return
    }
    var position = 0
    while true {
      let column = try columnAt(position, at: cursor.at)
      let cell = try value(&cursor, rows)
      unsafe put(cell, column, row, width)
      position += 1
      cursor.skipSpace()
      let byte = cursor.byte
      guard byte == UInt8(ascii: ",") else {
        guard byte == UInt8(ascii: "]") else {
          throw .syntax(at: cursor.at, "no comma and no end of the array")
        }
        cursor.at += 1
        return
      }
      cursor.at += 1
      cursor.skipSpace()
    }
  }

  /// The cell of the value that is looked at.
  @inline(__always)
  private mutating func value(
    _ cursor: inout JSONCursor,
    _ rows: RowBlock
  ) throws(JSONFault) -> Cell {
    let start = cursor.at
    let cell: Cell
    switch cursor.byte {
    case UInt8(ascii: "\""):
      let text = try cursor.string()
      cell =
        text.hasEscapes
        ? try unescaped(text, of: cursor, rows)
        : Cell(offset: text.start, length: text.count, kind: .plainText)
    case UInt8(ascii: "{"): cell = try nested(&cursor, rows, .object)
    case UInt8(ascii: "["): cell = try nested(&cursor, rows, .array)
    case UInt8(ascii: "t"):
      try cursor.word("true")
      return Cell(offset: start, length: 4, kind: .true)
    case UInt8(ascii: "f"):
      try cursor.word("false")
      return Cell(offset: start, length: 5, kind: .false)
    case UInt8(ascii: "n"):
      try cursor.word("null")
      return .absent
    default:
      let count = try cursor.number()
      cell = Cell(offset: start, length: count, kind: .number)
    }
    guard cursor.at - start <= limits.fieldBytes else {
      throw JSONFault(.fieldTooLong, at: start, "a value longer than the limit")
    }
    return cell
  }

  private func unescaped(
    _ text: JSONCursor.Text,
    of cursor: JSONCursor,
    _ rows: RowBlock
  ) throws(JSONFault) -> Cell {
    let place = rows.scratch.count
    try cursor.unescape(text, into: rows.scratch)
    return Cell(scratchOffset: place, length: rows.scratch.count - place, kind: .text)
  }

  private mutating func nested(
    _ cursor: inout JSONCursor,
    _ rows: RowBlock,
    _ kind: CellKind
  ) throws(JSONFault) -> Cell {
    let place = rows.scratch.count
    try fragment.append(from: &cursor, to: rows.scratch)
    return Cell(scratchOffset: place, length: rows.scratch.count - place, kind: kind)
  }

  /// Passes a member's name and the colon behind it; returns its column, a new one where needed.
  private mutating func name(_ cursor: inout JSONCursor) throws(JSONFault) -> Int {
    let start = cursor.at
    let text = try cursor.string()
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: ":") else {
      throw .syntax(at: cursor.at, "no colon behind a member's name")
    }
    cursor.at += 1
    guard text.hasEscapes else {
      // Safe: the name lies in the run.
      return try unsafe columnOf(cursor.base + text.start, text.count, at: start)
    }
    key.count = 0
    try cursor.unescape(text, into: key)
    return try unsafe columnOf(UnsafePointer(key.base), key.count, at: start)
  }

  private mutating func columnOf(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    at place: Int
  ) throws(JSONFault) -> Int {
    if let column = unsafe names.find(name, count) { return column }
    guard names.count < limits.columns else {
      throw JSONFault(.tooManyColumns, at: place, "more members than the limit")
    }
    traces.append(.unmet)
    return unsafe names.add(name, count)
  }

  private mutating func columnOf(_ name: [UInt8], at place: Int) throws(JSONFault) -> Int {
    key.count = 0
    key.append(contentsOf: name)
    // Safe: the buffer holds the name and has slack behind it.
    return try unsafe columnOf(UnsafePointer(key.base), key.count, at: place)
  }

  private mutating func columnAt(_ position: Int, at place: Int) throws(JSONFault) -> Int {
    if position < positions.count { return positions[position] }
    var name = Array("column_\(position + 1)".utf8)
    if case .tuple(let names) = layout.element, position < names.count { name = names[position] }
    let column = try columnOf(name, at: place)
    positions.append(column)
    return column
  }

  private mutating func takeKey(
    _ cursor: inout JSONCursor,
    _ rows: RowBlock,
    _ row: UnsafeMutablePointer<Cell>,
    _ width: Int
  ) throws(JSONFault) {
    let column = try columnOf(JSONLayout.keyName, at: cursor.at)
    traces[column + 1].record = number
    guard cursor.byte == UInt8(ascii: "\"") else {
      throw .syntax(at: cursor.at, "no name of a member")
    }
    let cell = try value(&cursor, rows)
    unsafe put(cell, column, row, width)
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: ":") else {
      throw .syntax(at: cursor.at, "no colon behind a member's name")
    }
    cursor.at += 1
    cursor.skipSpace()
  }

  /// Puts a cell into its column, which the rows may not have yet.
  @inline(__always)
  private mutating func put(
    _ cell: Cell,
    _ column: Int,
    _ row: UnsafeMutablePointer<Cell>,
    _ width: Int
  ) {
    if column < width {
      // Safe: the row has `width` cells.
      unsafe row[column] = cell
    } else {
      putNew(cell, column - width)
    }
  }

  @inline(never)
  private mutating func putNew(_ cell: Cell, _ index: Int) {
    while newCells.count <= index { newCells.append(.absent) }
    newCells[index] = cell
  }

  @inline(never)
  private mutating func addColumns(to rows: RowBlock, from width: Int) {
    for column in width..<names.count { _ = rows.addColumn(name: names.name(of: column)) }
    // Safe: the row now has `names.count` cells, of which the new ones are null.
    let row = unsafe rows.nextRow()
    for (index, cell) in newCells.enumerated() { unsafe row[width + index] = cell }
  }

  /// Behind a record of its own line there may be the line's end or another record.
  private func checkLineEnds(
    _ cursor: inout JSONCursor,
    sameAs line: Int
  ) throws(JSONFault) {
    while cursor.byte == 0x20 || cursor.byte == 0x09 || cursor.byte == 0x0D { cursor.at += 1 }
    guard cursor.lines == line else {
      throw .syntax(at: cursor.at, "a record over several lines")
    }
    let byte = cursor.byte
    if byte == 0x0A || byte == UInt8(ascii: "{") || cursor.at >= cursor.end { return }
    throw .syntax(at: cursor.at, "text behind the record")
  }

  /// The fault of a value where a record should be: whatever it is has to be JSON to be only that.
  private func notARecord(_ cursor: JSONCursor, _ wanted: StaticString) -> JSONFault {
    var copy = cursor
    var sink = JSONFragment(limit: .max)
    do throws(JSONFault) {
      try sink.check(&copy)
    } catch {
      return error
    }
    if layout.shape == .lines, (cursor.at..<copy.at).contains(where: { cursor[$0] == 0x0A }) {
      return .syntax(at: copy.at, "a value over several lines")
    }
    return JSONFault(.notARecord, at: cursor.at, wanted: wanted)
  }
}
