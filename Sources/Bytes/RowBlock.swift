public import Records

/// What a cell holds.
public enum CellKind: UInt8, Sendable, Comparable {
  /// Nothing: a null, an empty field, a member that is not there.
  case absent
  /// UTF-8 text, unescaped; may hold bytes that JSON escapes.
  case text
  /// UTF-8 text known to hold no byte that JSON escapes (`"`, `\`, below 0x20).
  case plainText
  /// A JSON number as it stands in the source.
  case number
  case `true`
  case `false`
  /// Canonical JSON text of an object.
  case object
  /// Canonical JSON text of an array.
  case array

  /// In the order of their cases: texts before numbers, numbers before booleans, nested values last.
  @inlinable @inline(__always)
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Where a value lies: an offset, a length below 2^28 and a kind, in eight bytes.
@frozen
public struct Cell: Sendable {
  /// Bit 31 set: the rest is an offset into the scratch buffer; else into the block's storage.
  public var place: UInt32
  /// Kind in the upper 4 bits, length in the lower 28.
  public var word: UInt32

  /// A cell that lies in the block's storage.
  @inlinable @inline(__always)
  public init(offset: Int, length: Int, kind: CellKind) {
    place = UInt32(truncatingIfNeeded: offset)
    word = UInt32(truncatingIfNeeded: length) | UInt32(kind.rawValue) << 28
  }

  /// A cell that lies in the scratch buffer.
  @inlinable @inline(__always)
  public init(scratchOffset: Int, length: Int, kind: CellKind) {
    place = UInt32(truncatingIfNeeded: scratchOffset) | 0x8000_0000
    word = UInt32(truncatingIfNeeded: length) | UInt32(kind.rawValue) << 28
  }

  /// The null.
  public static let absent = Cell(offset: 0, length: 0, kind: .absent)

  /// Bytes of the value.
  @inlinable @inline(__always)
  public var length: Int { Int(word & 0x0FFF_FFFF) }

  /// What it holds.
  @inlinable @inline(__always)
  public var kind: CellKind {
    // Safe: only the initialisers write the upper bits, always from a CellKind.
    unsafe unsafeBitCast(UInt8(truncatingIfNeeded: word >> 28), to: CellKind.self)
  }

  /// Whether there is no value.
  @inlinable @inline(__always)
  public var isAbsent: Bool { word >> 28 == 0 }
}

/// The rows of one block: `width` cells a row, row after row; no object per record.
///
/// Every format looks the same from here on. A reader calls `begin`, then `addRow` for each
/// record; formats whose records name their members give each new name a column with `addColumn`.
@safe
public final class RowBlock: @unchecked Sendable {
  // Sendable because a row block has one owner at a time: its worker.

  /// The source block that cells without the scratch bit point into; nil where all lie in scratch.
  public private(set) var block: ByteBlock?
  /// Unescaped, decoded and nested values.
  public let scratch = ByteBuffer(capacity: 1 << 16)
  /// Cells a row.
  public private(set) var width = 0
  /// Rows so far.
  @inlinable public var count: Int { rowCount }
  @usableFromInline var rowCount = 0
  /// Names of columns that the plan did not know, in the order met: columns `knownWidth...`.
  public private(set) var addedNames: [[UInt8]] = []
  /// Columns at `begin`.
  public private(set) var knownWidth = 0
  /// Records that could not be read.
  public var rejects: [Reject] = []
  /// Records that were read otherwise than they stand.
  public var repairs: [Repair] = []
  /// Line of each row relative to the block's first line.
  public private(set) var lines: UnsafeMutablePointer<UInt32>
  /// Cells of all rows; cell (row, column) is at `row * width + column`.
  public private(set) var cells: UnsafeMutablePointer<Cell>
  /// Source line of relative line 0, counted from 1.
  public var firstLine: UInt64 = 1

  @usableFromInline var rowCapacity: Int
  @usableFromInline var cellCapacity: Int

  /// A row block without rows.
  public init() {
    rowCapacity = 1024
    cellCapacity = 16384
    // Safe: both are freed once, in deinit, and replaced only by `growRows` and `growCells`.
    unsafe lines = .allocate(capacity: rowCapacity)
    unsafe cells = .allocate(capacity: cellCapacity)
  }

  deinit {
    unsafe lines.deallocate()
    unsafe cells.deallocate()
  }

  /// Forgets all rows and starts on `block` with `width` known columns.
  public func begin(block: ByteBlock?, width: Int) {
    self.block = block
    self.width = width
    knownWidth = width
    rowCount = 0
    scratch.count = 0
    addedNames.removeAll(keepingCapacity: true)
    rejects.removeAll(keepingCapacity: true)
    repairs.removeAll(keepingCapacity: true)
    firstLine = block?.firstLine ?? 1
  }

  /// Room for one more row: the cells of row `count`, to be filled before `commitRow`.
  ///
  /// The cells hold whatever was there before. The pointer is valid until the next call.
  @inlinable @inline(__always)
  public func nextRow() -> UnsafeMutablePointer<Cell> {
    if !hasRoom { growRows() }
    return unsafe cells + count * width
  }

  /// Takes the row that `nextRow` gave: `line` is relative to `firstLine`.
  @inlinable @inline(__always)
  public func commitRow(line: Int) {
    unsafe lines[count] = UInt32(truncatingIfNeeded: line)
    rowCount += 1
  }

  /// Rows that there is room for.
  public var room: Int { min(rowCapacity, width > 0 ? cellCapacity / width : rowCapacity) }

  /// Makes room for more rows than there is now; pointers taken before may dangle after.
  public func makeRoom() {
    if !hasRoom { growRows() }
  }

  /// Says that the first `count` rows are filled, with a line each.
  public func take(count: Int) { rowCount = count }

  /// The source line of the last row; nil where there is none.
  public var lastLine: UInt64? {
    count > 0 ? line(ofRow: count - 1) : nil
  }

  /// The source line of a row.
  public func line(ofRow row: Int) -> UInt64 {
    // Safe: the lines of committed rows are in use.
    unsafe firstLine + UInt64(lines[row])
  }

  /// The values of a row, as bytes; those of a null are none.
  public func fields(ofRow row: Int) -> [[UInt8]] {
    // Safe: the cells of committed rows lie below `count * width`, their bytes in block or scratch.
    (0..<width).map { column in
      let cell = unsafe cells[row * width + column]
      return cell.isAbsent
        ? [] : unsafe Array(UnsafeBufferPointer(start: bytes(of: cell), count: cell.length))
    }
  }

  /// Takes the last row back, which must be there; its source line.
  public func removeLastRow() -> UInt64 {
    let line = lastLine ?? firstLine
    rowCount -= 1
    return line
  }

  /// Takes out the rows for which `isOut` is true; it is asked once for each, in order.
  public func removeRows(where isOut: (Int) -> Bool) {
    var kept = 0
    for row in 0..<count where !isOut(row) {
      if kept < row { moveRow(row, to: kept) }
      kept += 1
    }
    rowCount = kept
  }

  /// Puts a committed row in the place of an earlier one.
  private func moveRow(_ row: Int, to place: Int) {
    // Safe: both rows lie below `count`, and the earlier one ends before the other begins.
    unsafe (cells + place * width).update(from: cells + row * width, count: width)
    unsafe lines[place] = lines[row]
  }

  @inlinable @inline(__always)
  var hasRoom: Bool { count < rowCapacity && (count + 1) * width <= cellCapacity }

  @usableFromInline
  func growRows() {
    if count + 1 > rowCapacity {
      let size = rowCapacity * 2
      // Safe: `count` lines are in use and fit into the larger allocation.
      let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: size)
      unsafe larger.update(from: lines, count: count)
      unsafe lines.deallocate()
      unsafe lines = unsafe larger
      rowCapacity = size
    }
    if (count + 1) * width > cellCapacity {
      growCells(to: max(cellCapacity * 2, (count + 1) * width))
    }
  }

  private func growCells(to size: Int) {
    // Safe: `count * width` cells are in use and fit into the larger allocation.
    let larger = UnsafeMutablePointer<Cell>.allocate(capacity: size)
    unsafe larger.update(from: cells, count: count * width)
    unsafe cells.deallocate()
    unsafe cells = unsafe larger
    cellCapacity = size
  }

  /// Adds a column that the plan does not know; earlier rows hold a null in it.
  ///
  /// Rare.
  ///
  /// The row being filled keeps its first `width` cells. Returns the new column's index.
  public func addColumn(name: [UInt8]) -> Int {
    let wider = width + 1
    let rows = count + 1
    let size = max(cellCapacity, rows * wider * 2)
    // Safe: every row's cells move to their place in a layout one column wider.
    let larger = UnsafeMutablePointer<Cell>.allocate(capacity: size)
    let held = min(rows * width, cellCapacity)
    for row in 0..<rows {
      let have = max(0, min(width, held - row * width))
      unsafe (larger + row * wider).update(from: cells + row * width, count: have)
      for column in have..<wider { unsafe larger[row * wider + column] = .absent }
    }
    unsafe cells.deallocate()
    unsafe cells = unsafe larger
    cellCapacity = size
    width = wider
    addedNames.append(name)
    return wider - 1
  }

  /// Makes nulls of texts that are one of `words`.
  public func clear(texts words: [[UInt8]]) {
    let lengths = Set(words.map(\.count))
    for at in 0..<count * width {
      // Safe: `count * width` cells are in use.
      let cell = unsafe cells[at]
      guard cell.kind == .text || cell.kind == .plainText, lengths.contains(cell.length) else {
        continue
      }
      let text = unsafe UnsafeBufferPointer(start: bytes(of: cell), count: cell.length)
      if words.contains(where: { unsafe text.elementsEqual($0) }) { unsafe cells[at] = .absent }
    }
  }

  /// The first byte of a cell's value.
  ///
  /// Valid until scratch grows.
  @inlinable @inline(__always)
  public func bytes(of cell: Cell) -> UnsafePointer<UInt8> {
    if cell.place & 0x8000_0000 != 0 {
      return unsafe UnsafePointer(scratch.base + Int(cell.place & 0x7FFF_FFFF))
    }
    return unsafe UnsafePointer(sourceBase + Int(cell.place))
  }

  /// The base that cells without the scratch bit count from.
  public var sourceBase: UnsafeMutablePointer<UInt8> {
    unsafe block?.storage.base ?? scratch.base
  }
}
