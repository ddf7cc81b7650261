import Detection
import Formats
import Foundation
import TestKit
import Testing

/// A text that is like one before it is not searched again, and nothing else is found than a search finds.
struct LatestTablesTests {
  private static let tables = [
    "id,name,city,joined,amount\n1,Ann,\"Bonn, Rhein\",2024-03-01,1.50\n2,Bob,Oslo,2024-03-02,22.10\n"
      + "3,\"O'Neil, Cy\",\"Paris\n75001\",2024-04-30,\n4,Dee,Rome,2024-12-24,3.00\n",
    "order;customer;total;note\n00017;ACME;1.234,50;paid\n00018;Bolt;99,00;\n00019;Core;7,25;a, b\n00021;Core;8,25;c\n",
    "sku\tqty\tprice\r\nA-1\t3\t9.99\r\nB-22\t14\t19.00\r\nC-3\t1\t0.50\r\nC-4\t5\t0.70\r\n"
      + "D-3\t1\t0.20\r\nE-3\t1\t7.50\r\n",
    "when|sensor|value\n2024-01-01T00:00:00Z|north|1\n2024-01-01T00:10:00Z|south|2\n"
      + "2024-01-01T00:20:00Z|south|-4\n2024-01-01T00:30:00Z|north|11\n"
      + "2024-01-01T00:40:00Z|north|12\n2024-01-01T00:50:00Z|south|7\n",
    "year,2019,2020,2021\nA,1,2,3\nB,4,5,6\nC,7,8,9\nD,3,2,1\n",
  ].map { Array($0.utf8) }

  private struct Found: Equatable {
    var layout: Layout?
    var skippedRows = 0
    var answers: [String] = []
    var doubts: [[String]] = []
    var isKnown = false

    init(_ text: [UInt8], _ latest: LatestTables? = nil) {
      guard let found = try? Detector.detect(head: text, isWhole: true, latest: latest) else {
        return
      }
      layout = found.layout
      skippedRows = found.skippedRows
      answers = found.steps.map { "\($0.what) \($0.answer) \($0.isCertain)" }
      doubts = found.steps.map(\.doubts)
      isKnown = found.steps.contains {
        $0.evidence == ["as in an earlier text with the same header"]
      }
    }

    static func == (one: Found, other: Found) -> Bool {
      one.layout == other.layout && one.skippedRows == other.skippedRows
        && one.answers == other.answers && one.doubts == other.doubts
    }
  }

  @Test(arguments: tables)
  func `the next drop of a feed is known by its header`(table: [UInt8]) throws {
    let latest = LatestTables()
    #expect(!Found(table, latest).isKnown)
    // Its last row once more.
    let row = table.split(separator: 0x0A).suffix(1)
    let next = table + row.flatMap { $0 + [0x0A] }
    let found = Found(next, latest)
    #expect(found.isKnown)
    #expect(found == Found(next))
  }

  @Test(arguments: tables)
  func `nothing of a record is kept, only header, layout and kinds`(table: [UInt8]) throws {
    let latest = LatestTables()
    _ = Found(table, latest)
    #expect(latest.kept.count == 1)
    #expect(!latest.holdsRows)
    let end = (table.firstIndex(of: 0x0A) ?? 0) + 1
    #expect(latest.kept.allSatisfy { $0 == Array(table[..<end]) })
  }

  @Test(arguments: [",", ";", "\t"])
  func `tables of one header and of any columns are found alike in whatever order`(
    delimiter: String
  ) throws {
    let latest = LatestTables()
    var draw = SeededGenerator(seed: UInt64(delimiter.utf8.first ?? 0))
    let makers: [(inout SeededGenerator) -> String] = [
      { String(Int.random(in: 1...999, using: &$0)) },
      { "\(Int.random(in: 0...99, using: &$0)),\(Int.random(in: 10...99, using: &$0))" },
      { ["Ann", "Bob", "x y", "a-b", "N/A", ""].randomElement(using: &$0) ?? "" },
      { "2024-0\(Int.random(in: 1...9, using: &$0))-11" },
      { "\(Int.random(in: 1...99, using: &$0))/A" },
    ]
    var known = 0
    var columns = [0, 1, 2]
    for _ in 0..<600 {
      // Mostly one column of the three is another one, or none.
      let other = Int.random(in: 0..<6, using: &draw)
      if other < 3 { columns[other] = Int.random(in: 0..<makers.count, using: &draw) }
      var text = ["id", "code", "value"].joined(separator: delimiter) + "\n"
      for _ in 0..<Int.random(in: 2...12, using: &draw) {
        let cells = columns.map { column in
          let cell = makers[column](&draw)
          return cell.contains(delimiter) ? "\"\(cell)\"" : cell
        }
        text += cells.joined(separator: delimiter) + "\n"
      }
      let found = Found(Array(text.utf8), latest)
      if found.isKnown { known += 1 }
      #expect(found == Found(Array(text.utf8)), "\(text)")
    }
    #expect(known > 10)
  }

  @Test(arguments: tables)
  func `a text that was changed anywhere is found to be what a search finds`(table: [UInt8]) throws
  {
    let latest = LatestTables()
    _ = Found(table, latest)
    var draw = SeededGenerator(seed: 11)
    let signs = Array(",;\t|\"'\\#\n\r :0a.-(€".utf8)
    var known = 0
    for _ in 0..<600 {
      var text = table
      let header = text.firstIndex(of: 0x0A) ?? 0
      for _ in 0..<Int.random(in: 1...3, using: &draw) {
        // Mostly below the header, without which no text is known.
        let first = Int.random(in: 0..<8, using: &draw) == 0 ? 0 : header + 1
        let at = Int.random(in: first..<text.count, using: &draw)
        let sign = signs.randomElement(using: &draw) ?? 0
        switch Int.random(in: 0..<4, using: &draw) {
        case 0: text.insert(sign, at: at)
        case 1: text[at] = sign
        case 2: text.remove(at: at)
        default:
          let end = Int.random(in: at..<text.count, using: &draw)
          text.insert(contentsOf: text[at...end], at: at)
        }
        if text.count < header + 8 { text = table }
      }
      let found = Found(text, latest)
      if found.isKnown { known += 1 }
      let searched = Found(text)
      #expect(found == searched, "\(String(decoding: text, as: UTF8.self))")
    }
    #expect(known > 25)
  }

  @Test(
    .enabled(if: Places.hasShared("corpora"), "the corpora are not there"),
    arguments: ["polluted/csv", "duckdb-csv/files", "bank-exports/files"]
  )
  func `other people's files are found alike, whatever was found before`(folder: String) throws {
    let place = "\(Places.shared)/corpora/\(folder)"
    let latest = LatestTables()
    var known = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: place).sorted() {
      guard let data = try? Data(contentsOf: URL(filePath: "\(place)/\(name)")),
        data.count < 1 << 17
      else { continue }
      let text = [UInt8](data)
      let found = Found(text, latest)
      if found.isKnown { known += 1 }
      #expect(found == Found(text), "\(name)")
    }
    if folder == "polluted/csv" { #expect(known > 20) }
  }
}
