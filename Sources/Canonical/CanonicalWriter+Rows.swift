import Bytes
import CKernels

/// Room for what the kernel writes beside the lines; kept from block to block.
@safe
final class WritingRoom {
  /// Where each line ends.
  private(set) var ends: UnsafeMutablePointer<UInt32>
  /// The source line of each line.
  private(set) var sourceLines: UnsafeMutablePointer<UInt32>
  /// For each member the rows that have no value.
  private(set) var absent: UnsafeMutablePointer<Int>
  private var rows = 4096
  private var members = 64

  init() {
    // Safe: each is freed once, in deinit, and replaced only by `prepare`.
    unsafe ends = .allocate(capacity: rows)
    unsafe sourceLines = .allocate(capacity: rows)
    unsafe absent = .allocate(capacity: members)
  }

  deinit {
    unsafe ends.deallocate()
    unsafe sourceLines.deallocate()
    unsafe absent.deallocate()
  }

  /// Makes room for as many rows and members, of which no row was counted.
  func prepare(rows: Int, members: Int) {
    if rows > self.rows {
      self.rows = rows * 2
      unsafe ends.deallocate()
      unsafe sourceLines.deallocate()
      unsafe ends = .allocate(capacity: self.rows)
      unsafe sourceLines = .allocate(capacity: self.rows)
    }
    if members > self.members {
      self.members = members
      unsafe absent.deallocate()
      unsafe absent = .allocate(capacity: members)
    }
    unsafe absent.initialize(repeating: 0, count: members)
  }
}

// Safe: the kernel reads cells of committed rows, of which there are `width` each, and their texts with
// 64 readable bytes behind; it writes within the room that it is told of, and the lines' slack.
extension CanonicalWriter {
  /// Writes all rows as lines.
  func writeRows(_ rows: RowBlock, _ plan: Plan, _ block: CanonicalBlock) {
    let table =
      rows.width < plan.names.count ? MemberTable(plan.members, upTo: rows.width) : plan.members
    room.prepare(rows: rows.count, members: table.count)
    var source = unsafe kernelRows(rows, table)
    var writing = unsafe dm_writing()
    unsafe writing.ends = unsafe room.ends
    unsafe writing.source_lines = unsafe room.sourceLines
    unsafe writing.absent = unsafe UnsafeMutableRawPointer(room.absent).assumingMemoryBound(
      to: size_t.self
    )
    let lines = block.lines
    writing: while true {
      unsafe writing.lines = lines.base
      unsafe writing.room = lines.capacity
      let answer = unsafe dm_write_lines(&source, &writing)
      unsafe lines.count = writing.count
      switch answer {
      case DM_NEEDS_ROOM: unsafe lines.reserve(writing.wanted)
      case DM_OTHER_VALUE: unsafe writeOther(rows, plan, table, block, &writing)
      default: break writing
      }
    }
    let count = unsafe writing.line_count
    unsafe block.ends.append(contentsOf: UnsafeBufferPointer(start: room.ends, count: count))
    unsafe block.sourceLines.append(
      contentsOf: UnsafeBufferPointer(start: room.sourceLines, count: count)
    )
    for at in 0..<table.count {
      unsafe block.present[Int(table.members[at].source)] = count - room.absent[at]
    }
  }

  private func kernelRows(_ rows: RowBlock, _ table: MemberTable) -> dm_rows {
    unsafe dm_rows(
      members: table.members,
      member_count: table.count,
      keys: table.keys.base,
      cells: UnsafeRawPointer(rows.cells).assumingMemoryBound(to: dm_cell.self),
      width: rows.width,
      row_count: rows.count,
      bytes: (UnsafePointer(rows.sourceBase), UnsafePointer(rows.scratch.base)),
      row_lines: rows.lines
    )
  }

  /// Writes the value that the kernel left to us, and says where to go on.
  @inline(never)
  private func writeOther(
    _ rows: RowBlock,
    _ plan: Plan,
    _ table: MemberTable,
    _ block: CanonicalBlock,
    _ writing: inout dm_writing
  ) {
    let (row, at) = unsafe (writing.row, writing.member)
    let column = unsafe Int(table.members[at].source)
    let cell = unsafe rows.cells[row * rows.width + column]
    let lines = block.lines
    let start = lines.count
    let keyLength = unsafe Int(table.members[at].key_length)
    lines.reserve(cell.length + keyLength + 96)
    unsafe copy(table.keys.base + Int(table.members[at].key_offset), keyLength, to: lines)
    var isRejected = false
    switch unsafe writeValue(cell, rows.bytes(of: cell), column, plan, to: lines) {
    case .written: break
    case .refused:
      if isMissing(cell, rows, plan, column, block) {
        lines.count = start
        unsafe room.absent[at] += 1
      } else {
        isRejected = !mayGoOn(rows, row, plan, column, block)
      }
    case .contradicts:
      isRejected = true
      reject(rows, row, plan, column, block)
    }
    if isRejected {
      unsafe leaveOut(rows, table, &writing)
    } else {
      unsafe writing.member += 1
      unsafe writing.count = lines.count
    }
  }

  /// Takes back what was written of the row under way.
  private func leaveOut(_ rows: RowBlock, _ table: MemberTable, _ writing: inout dm_writing) {
    let cells = unsafe rows.cells + writing.row * rows.width
    for earlier in unsafe 0..<writing.member
    where unsafe cells[Int(table.members[earlier].source)].isAbsent {
      unsafe room.absent[earlier] -= 1
    }
    unsafe writing.count = writing.line_start
    unsafe writing.row += 1
    unsafe writing.member = 0
  }
}
