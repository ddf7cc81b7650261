import Bytes
import Formats

/// Rows as canonical lines, to compare what readers made of a drop.
enum CanonicalRow {
  /// The rows of a block, each a JSON object of its members in order.
  static func lines(of rows: RowBlock, names: [[UInt8]]) -> [String] {
    let columns = names.map { String(decoding: $0, as: UTF8.self) }
    return (0..<rows.count).map { row in
      var members: [(String, String)] = []
      for column in 0..<rows.width {
        let cell = unsafe rows.cells[row * rows.width + column]
        if !cell.isAbsent { members.append((columns[column], text(of: cell, in: rows))) }
      }
      members.sort { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) }
      return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
  }

  private static func text(of cell: Cell, in rows: RowBlock) -> String {
    let output = ByteBuffer(capacity: 64)
    let bytes = unsafe rows.bytes(of: cell)
    switch cell.kind {
    case .text, .plainText: unsafe JSONText.appendString(bytes, cell.length, to: output)
    case .number:
      if unsafe !JSONText.appendNumber(bytes, cell.length, to: output) {
        unsafe JSONText.appendString(bytes, cell.length, to: output)
      }
    default: unsafe output.append(bytes, cell.length)
    }
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }
}
