package import Records

/// The rejected records of a drop, as a table that a person can mend in a spreadsheet and drop again.
package struct RejectTable {
  /// How many there are.
  package private(set) var count: Int64 = 0
  /// How many there are of each reason.
  package private(set) var counts: [RejectCode: Int64] = [:]
  /// The records that are kept.
  package private(set) var kept: [Reject] = []
  private var keptBytes = 0

  /// Those that are of people who were erased: nothing else is known of them.
  var suppressed: Int64 { counts[.suppressed] ?? 0 }
  /// Those that could not be converted.
  var failed: Int64 { count - suppressed }

  /// Bytes of fields after which records are only counted; the original has them all.
  static let limit = 32 << 20

  package init() {}

  package mutating func add(_ rejects: [Reject]) {
    for reject in rejects {
      count += 1
      counts[reject.code, default: 0] += 1
      guard keptBytes < RejectTable.limit else { continue }
      kept.append(reject)
      keptBytes += reject.fields.reduce(100) { $0 + $1.count + 32 }
    }
  }

  /// Counts records of people who were erased.
  mutating func add(suppressed count: Int) {
    guard count > 0 else { return }
    self.count += Int64(count)
    counts[.suppressed, default: 0] += Int64(count)
  }

  /// The table: the drop's own columns, then where and why.
  package func text(columns: [String]) -> [UInt8] {
    let width = max(columns.count, kept.map(\.fields.count).max() ?? 0, 1)
    var text: [UInt8] = [0xEF, 0xBB, 0xBF]  // Without it a spreadsheet takes UTF-8 for Latin-1.
    for index in 0..<width {
      let name = index < columns.count ? columns[index] : "column_\(index + 1)"
      RejectTable.append(Array(name.utf8), to: &text)
      text.append(UInt8(ascii: ","))
    }
    text += Array("_line,_column,_reason\n".utf8)
    for reject in kept {
      for index in 0..<width {
        if index < reject.fields.count { RejectTable.append(reject.fields[index], to: &text) }
        text.append(UInt8(ascii: ","))
      }
      text += Array("\(reject.line),\(reject.column),".utf8)
      RejectTable.append(Array("\(reject.code.rawValue): \(reject.found)".utf8), to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// The rows of such a table, as it is or as a person left it: the fields of each, and where it stands.
  static func rows(of table: [UInt8]) -> [(range: Range<Int>, fields: [[UInt8]])] {
    var rows: [(range: Range<Int>, fields: [[UInt8]])] = []
    var start = 0
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
    var isQuoted = false
    for at in table.indices {
      switch table[at] {
      // A doubled quote closes and opens again, which comes to the same but for the quote.
      case 0x22:
        if !isQuoted, at > 0, table[at - 1] == 0x22, !field.isEmpty { field.append(0x22) }
        isQuoted.toggle()
      case 0x2C where !isQuoted, 0x3B where !isQuoted, 0x09 where !isQuoted:
        fields.append(field)
        field = []
      case 0x0A where !isQuoted:
        rows.append((start..<at + 1, fields + [field]))
        (start, fields, field) = (at + 1, [], [])
      case let byte: field.append(byte)
      }
    }
    if start < table.count { rows.append((start..<table.count, fields + [field])) }
    return rows
  }

  /// Writes a cell: quoted where it must be, and never a formula for a spreadsheet.
  private static func append(_ cell: [UInt8], to text: inout [UInt8]) {
    let isHarmful = cell.first.map(startsFormula) ?? false && !isNumber(cell)
    let mustQuote =
      isHarmful
      || cell.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D || $0 == 0x3B }
      || cell.first == 0x20 || cell.last == 0x20
    guard mustQuote else {
      text += cell
      return
    }
    text.append(0x22)
    if isHarmful { text.append(UInt8(ascii: "'")) }
    for byte in cell {
      if byte == 0x22 { text.append(0x22) }
      text.append(byte)
    }
    text.append(0x22)
  }

  /// What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection").
  private static func startsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D: true
    default: false
    }
  }

  private static func isNumber(_ cell: [UInt8]) -> Bool {
    cell.count > 1 && cell[0] != 0x3D && cell[0] != 0x40
      && cell.dropFirst().allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
  }
}
