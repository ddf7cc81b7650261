import Canonical
import Conversion
import Files
import Records
import TestKit
import Testing

/// Keeps the lines and the rejects.
private final class Lines: RecordSink {
  var bytes: [UInt8] = []
  var rejects: [Reject] = []

  func restart() { (bytes, rejects) = ([], []) }

  func accept(_ block: CanonicalBlock) {
    block.append(to: &bytes)
    rejects += block.rejects
  }

  var texts: [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

private struct Result {
  var lines: [String]
  var rejects: [Reject]
  var report: ConversionReport

  var codes: [RejectCode] { rejects.map(\.code) }
  var repairs: [Repair] { report.repairs }
}

private func convert(_ text: String) throws -> Result {
  let folder = try ScratchFolder()
  defer { withExtendedLifetime(folder) {} }
  let file = try Directory(path: Array(folder.path.utf8)).createUnnamed()
  try file.write(Array(text.utf8))
  var settings = ConversionSettings()
  settings.typing = .text
  let sink = Lines()
  let report = try file.withRaw { descriptor in
    try Converter(settings: settings).convert(
      descriptor: descriptor,
      name: [],
      known: nil,
      sink: sink
    )
  }
  return Result(lines: sink.texts, rejects: sink.rejects, report: report)
}

private let seeds = [UInt64](1...12)

@Suite struct `A spoilt table` {
  @Test(arguments: seeds)
  func `is read whatever delimits it`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    for delimiter in [",", ";", "\t", "|", "^", "~", "||", "\u{1}", "\u{1F}"] {
      let text = table.lines(delimiter: delimiter).joined(separator: "\r\n") + "\r\n"
      #expect(try convert(text).lines == table.expected(), "delimiter \(delimiter)")
    }
  }

  @Test(arguments: seeds)
  func `is read whatever ends its lines`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    for end in ["\n", "\r\n", "\r", "\r\r\n"] {
      let text = table.lines().joined(separator: end) + end
      #expect(try convert(text).lines == table.expected(), "end \(end.debugDescription)")
    }
    let mixed = table.lines().enumerated().map { $1 + ($0 % 3 == 0 ? "\n" : "\r\n") }
    #expect(try convert(mixed.joined()).lines == table.expected())
  }

  @Test(arguments: seeds)
  func `keeps its rows when one ends in another line end`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    var lines = table.lines()
    lines[9] += "\r" + lines.remove(at: 10)
    let found = try convert(lines.joined(separator: "\r\n") + "\r\n")
    #expect(found.lines == table.expected())
    #expect(found.repairs.map(\.kinds) == [[.otherLineEnd]])
    #expect(found.repairs.first?.line == 10)
  }

  @Test(arguments: seeds)
  func `is read however it is quoted`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    for (quote, all) in [("\"", true), ("'", true), ("'", false)] as [(Character, Bool)] {
      let text = table.lines(quote: quote, all: all).joined(separator: "\n") + "\n"
      #expect(try convert(text).lines == table.expected(), "quote \(quote)")
    }
  }

  @Test(arguments: seeds)
  func `loses what stands above it to the report alone`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    let commas = String(repeating: ",", count: table.names.count - 1)
    let body = table.lines().joined(separator: "\n") + "\n"
    for above in [
      "Report of all records\n", "Exported by Acme Ledger\nDate: 2026-03-31\n\n",
      "Account,DE02 1203\nPeriod,01.01.2026 - 31.03.2026\nCurrency,EUR\n\n",
      "PREAMBLE\(commas)\n\(commas)\n", "# generated file\n# version 3\n",
      "region,amount\nnorth,10\n\n",
    ] {
      #expect(try convert(above + body).lines == table.expected(), "above: \(above)")
    }
    #expect(
      try convert("sep=;\n" + table.lines(delimiter: ";").joined(separator: "\n")).lines
        == table.expected()
    )
    #expect(try convert("\u{FEFF}" + body).lines == table.expected())
  }

  @Test(arguments: seeds)
  func `has its footer set aside`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    let body = table.lines().joined(separator: "\n") + "\n"
    let commas = String(repeating: ",", count: table.names.count - 1)
    for (below, code) in [
      ("\nSource: internal ledger, figures unaudited\n", RejectCode.footer),
      ("Total\(commas)24\n", .footer), ("Summe:\(commas)24\n", .footer),
      ("\nregion,amount\nnorth,10\nsouth,20\n", .otherTable),
    ] {
      let found = try convert(body + below)
      #expect(found.lines == table.expected(), "below: \(below)")
      #expect(Set(found.codes) == [code], "below: \(below)")
    }
  }

  @Test func `has the lines set aside that are drawn below its header`() throws {
    let piped = try convert(" id | name\n----+------\n  1 | Ann\n  2 | Ben\n  3 | Cid\n")
    #expect(piped.lines.count == 3)
    #expect(piped.codes == [.rule])
    let placed = try convert(
      """
      id    name        city
      ----- ----------- ----------
      1     Ann Miller  Bonn
      22    Ben Jackson New York
      333   Cid Vega    Basel
      4     Dora Lee    Sankt Gallen

      """
    )
    #expect(placed.lines.first == #"{"city":"Bonn","id":"1","name":"Ann Miller"}"#)
    #expect(placed.lines.last == #"{"city":"Sankt Gallen","id":"4","name":"Dora Lee"}"#)
    #expect(placed.lines.count == 4)
    #expect(placed.codes == [.rule])
    #expect(placed.rejects.first?.line == 2)
  }

  @Test(arguments: seeds)
  func `has what stands between its rows set aside`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    var lines = table.lines()
    lines.insert(lines[0], at: 12)
    let found = try convert(lines.joined(separator: "\n") + "\n")
    #expect(found.lines == table.expected())
    #expect(found.codes == [.repeatedHeader])
    #expect(found.rejects.first?.line == 13)
    lines[12] = "# page 2"
    let commented = try convert(lines.joined(separator: "\n") + "\n")
    #expect(commented.lines == table.expected())
    #expect(commented.codes == [.comment])
    for between in ["", String(repeating: ",", count: table.names.count - 1)] {
      lines[12] = between
      let text = lines.joined(separator: "\r\n") + "\r\n"
      #expect(try convert(text).lines == table.expected(), "between: \(between)")
    }
  }

  @Test(arguments: seeds)
  func `has groups of columns carried forward into names`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    let half = table.names.count / 2
    let groups = table.names.indices.map { $0 == 0 ? "group A" : $0 == half ? "group B" : "" }
    let names = table.names.enumerated().map { ($0 < half ? "group A " : "group B ") + $1 }
    let text = ([table.row(groups)] + table.lines()).joined(separator: "\n") + "\n"
    #expect(try convert(text).lines == table.expected(names: names))
  }

  @Test(arguments: seeds)
  func `ends where its records do`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    let lines = table.lines()
    let body = lines.joined(separator: "\n")
    for end in ["", "\n\n\n", "\n\u{1A}", "\n" + String(repeating: "\0", count: 300)] {
      #expect(try convert(body + end).lines == table.expected(), "end \(end.debugDescription)")
    }
    let trailing = lines.map { $0 + "," }.joined(separator: "\n") + "\n"
    #expect(try convert(trailing).lines == table.expected())
    let inData = lines[0] + "\n" + lines.dropFirst().map { $0 + "," }.joined(separator: "\n")
    #expect(try convert(inData).lines == table.expected())
  }

  @Test(arguments: seeds)
  func `has spaces that fill its columns taken off`(seed: UInt64) throws {
    let table = PollutedTable(seed: seed)
    let lines = ([table.names] + table.rows).map { row in
      row.map { $0 + String(repeating: " ", count: max(0, 20 - $0.count)) }.joined(separator: ";")
    }
    #expect(try convert(lines.joined(separator: "\n") + "\n").lines == table.expected())
  }

  @Test(arguments: seeds)
  func `keeps fields of several lines`(seed: UInt64) throws {
    var table = PollutedTable(seed: seed)
    for row in [0, 7, 19] { table.rows[row][1] += "\nsecond line; with, marks\n\nand \"quotes\"" }
    #expect(try convert(table.lines().joined(separator: "\n") + "\n").lines == table.expected())
  }
}

/// A row that is spoilt is either mended as it was, or rejected: it never becomes another one.
@Suite struct `A spoilt row` {
  private func check(
    _ table: PollutedTable,
    _ lines: [String],
    spoilt: Int,
    as row: [String]? = nil
  )
    throws -> Bool
  {
    var rows = table.rows
    if let row { rows[spoilt] = row }
    let found = try convert(lines.joined(separator: "\n") + "\n")
    #expect(found.lines.count + found.rejects.count == rows.count)
    if found.rejects.isEmpty {
      #expect(found.lines == table.expected(rows: rows), "was: \(lines[spoilt + 1])")
      return true
    }
    rows.remove(at: spoilt)
    #expect(found.lines == table.expected(rows: rows), "was: \(lines[spoilt + 1])")
    #expect(found.rejects.map(\.line) == [UInt64(spoilt + 2)])
    return false
  }

  /// Spoils a row of each of many tables; how many were mended.
  private func mended(
    _ spoil: (inout PollutedTable, _ row: Int) -> (line: String, row: [String]?)
  ) throws -> Double {
    var count = 0
    for seed in UInt64(1)...30 {
      var table = PollutedTable(seed: seed)
      let row = Int.random(in: 0..<table.rows.count - 1, using: &table.random)
      var lines = table.lines()
      let spoilt = spoil(&table, row)
      lines[row + 1] = spoilt.line
      if try check(table, lines, spoilt: row, as: spoilt.row) { count += 1 }
    }
    return Double(count) / 30
  }

  @Test func `gets back the delimiter that was lost`() throws {
    let share = try mended { table, row in
      let fields = table.rows[row].map { table.row([$0]) }
      let at = Int.random(in: 1..<fields.count, using: &table.random)
      let line =
        fields[..<at].joined(separator: ",") + fields[at...].joined(separator: ",")
      // Nothing is lost where one of the two is empty: both readings say the same or are rejected.
      return (line, nil)
    }
    #expect(share >= 0.6)
  }

  @Test func `loses the delimiter that was too many`() throws {
    let share = try mended { table, row in
      var fields = table.rows[row].map { table.row([$0]) }
      fields.insert("", at: Int.random(in: 1..<fields.count, using: &table.random))
      return (fields.joined(separator: ","), nil)
    }
    #expect(share >= 0.9)
  }

  @Test func `has the delimiter of the others`() throws {
    let share = try mended { table, row in (table.row(table.rows[row], delimiter: ";"), nil) }
    #expect(share >= 0.9)
  }

  @Test func `keeps a quote that opens nothing`() throws {
    let share = try mended { table, row in
      var fields = table.rows[row].map { table.row([$0]) }
      let at = Int.random(in: 0..<fields.count, using: &table.random)
      guard !fields[at].hasPrefix("\"") else { return (fields.joined(separator: ","), nil) }
      fields[at] = "\"" + fields[at]
      var kept = table.rows[row]
      kept[at] = "\"" + kept[at]
      return (fields.joined(separator: ","), kept)
    }
    #expect(share >= 0.9)
  }

  @Test func `has its last fields absent where they are missing`() throws {
    let share = try mended { table, row in
      var fields = table.rows[row]
      fields[fields.count - 1] = ""
      return (table.row(fields.dropLast()), fields)
    }
    #expect(share >= 0.8)
  }
}
