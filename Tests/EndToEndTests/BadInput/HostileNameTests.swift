import Files
import Foundation
import TestKit
import Testing

/// Names that lead elsewhere, look like another, or speak to a terminal, a shell or a page.
@Suite struct `A hostile name` {
  private static let names: [[UInt8]] =
    [
      "x..csv", "x...csv", "-rf.csv", "--help", "a b.csv", " lead.csv", "trail.csv ", "a\tb.csv",
      "a\nb.csv", "a\r\nb.csv",
      "\u{1B}[31mred.csv", "\u{1B}]0;title\u{7}.csv", "bell\u{7}.csv", "back\u{8}.csv",
      "del\u{7F}.csv", "c1\u{9B}31m.csv",
      "right\u{202E}vsc.exe", "zero\u{200B}width.csv", "mark\u{FEFF}.csv", "line\u{2028}end.csv",
      "isolate\u{2066}x.csv",
      "%s%n%x.csv", "%2e%2e%2fetc.csv", "%00.csv", "a'b.csv", "a\"b.csv", "a`id`.csv", "$(id).csv",
      "${HOME}.csv", "a;id.csv",
      "a|id.csv", "a&b.csv", "a>b.csv", "a<b.csv", "*.csv", "?.csv", "[a].csv", "{a,b}.csv",
      "\\.csv", "a\\b.csv", "x\\..\\..\\y.csv",
      "C:x.csv", "CON", "nul.csv", "com1.csv", "<img src=x onerror=alert(1)>.csv", "<script>.csv",
      "'); DROP TABLE drops;--.csv",
      "=1+1.csv", "@SUM(A1).csv", "+x.csv", "\u{E9}.csv", "e\u{301}.csv", "\u{212B}.csv",
      "\u{C5}.csv", "Case.csv", "case.csv",
      "\u{1F4A9}.csv", "x.receipt.json", "ledger.sqlite", "{\"a\":1}.csv",
    ].map { Array($0.utf8) } + [
      [0xFF, 0xFE, 0x2E], [0x61, 0xC3], [UInt8](repeating: 0x61, count: 255),
    ]

  /// All of them dropped into one feed, each with a record of its own.
  private static let settled = Result {
    let place = try Workplace()
    let folder = try Directory(path: Array(try place.scratch.folder("inbox/names").utf8))
    for (number, name) in names.enumerated() {
      try folder.create(name).write(Array("id,name\n\(number),n\(number)\n".utf8))
    }
    return (place: place, ending: try place.watchOnce())
  }

  @Test func `is a name like any other: 64 of them bring their records, and are kept to the byte`()
    throws
  {
    #expect(Self.names.count == 64 && Set(Self.names).count == 64)
    let (place, ending) = try Self.settled.get()
    #expect(ending.status == 0, "\(ending.errorText)")
    #expect(try place.records(of: "names").count == 64)
    var kept: Set<[UInt8]> = []
    let done = try Directory(path: Array("\(place.scratch.path)/inbox/_done".utf8))
    for day in try done.entries() {
      for entry in try done.directory(day.name).directory(Array("names".utf8)).entries() {
        kept.insert(entry.name)
      }
    }
    #expect(Self.names.filter { !kept.contains($0) } == [])
  }

  @Test func `has no power over a terminal, wherever it is shown`() throws {
    let (place, ending) = try Self.settled.get()
    let state = ["--state", "\(place.scratch.path)/state"]
    var told = [ending.errors]
    for words in [
      ["drops", "--limit", "99"], ["drops", "--limit", "99", "--json"], ["status"], ["batches"],
    ] {
      told.append(try Command.run(Places.dropmill, words + state).output)
    }
    for text in told {
      let harmful = String(decoding: text, as: UTF8.self).unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n"
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
      }
      #expect(harmful.isEmpty, "\(harmful.map(\.value))")
    }
  }

  @Test func `is in no name of the outbox`() throws {
    let place = try Self.settled.get().place
    let allowed =
      /(\.staging\/owner|names\/(names-\d{8}\.(ndjson|manifest\.json)|schema\/v\d+\.schema\.json))/
    let names = place.scratch.files(under: "outbox")
    #expect(!names.isEmpty)
    for name in names { #expect(name.wholeMatch(of: allowed) != nil, "\(name)") }
  }
}
