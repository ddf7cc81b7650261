import Bytes
import Canonical
import Conversion
import Detection
import Files
import Formats
import Records
import TestKit
import Testing

/// Keeps lines and rejects.
private final class Lines: RecordSink {
  var bytes: [UInt8] = []
  var rejects: [Reject] = []

  func restart() {
    bytes = []
    rejects = []
  }

  func accept(_ block: CanonicalBlock) {
    block.append(to: &bytes)
    rejects += block.rejects
  }

  var lines: [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

private func convert(
  _ text: String,
  known: Schema? = nil,
  _ state: (inout Statement) -> Void
) throws -> (lines: [String], report: ConversionReport) {
  let folder = try ScratchFolder()
  defer { withExtendedLifetime(folder) {} }
  let file = try Directory(path: Array(folder.path.utf8)).createUnnamed()
  try file.write(Array(text.utf8))
  var statement = Statement()
  state(&statement)
  let sink = Lines()
  let report = try file.withRaw { descriptor in
    try Converter(settings: ConversionSettings()).convert(
      descriptor: descriptor,
      name: [],
      known: KnownFeed(schema: known),
      statement: statement,
      sink: sink
    )
  }
  return (sink.lines, report)
}

@Suite struct `What is stated` {
  @Test func `settles day and month where nothing in the drop does`() throws {
    let text = "day,at\n03/04/2026,03/04/2026 10:00\n05/06/2026,05/06/2026 11:30\n"
    let dayFirst = try convert(text) { $0.values.dateOrder = .dayMonthYear }
    #expect(dayFirst.lines.first == #"{"at":"2026-04-03T10:00:00","day":"2026-04-03"}"#)
    #expect(dayFirst.report.doubts.isEmpty)
    let monthFirst = try convert(text) { $0.values.dateOrder = .monthDayYear }
    #expect(monthFirst.lines.first == #"{"at":"2026-03-04T10:00:00","day":"2026-03-04"}"#)
    let neither = try convert(text) { $0.values.dateOrder = .yearMonthDay }
    #expect(neither.report.schema.type(of: "day") == .string)
    #expect(neither.report.doubts.isEmpty)
  }

  @Test func `is not overruled by what the values would allow`() throws {
    // 25 cannot be a month: with the month stated to come first, the column is text.
    let found = try convert("day\n25/12/2026\n") { $0.values.dateOrder = .monthDayYear }
    #expect(found.lines == [#"{"day":"25/12/2026"}"#])
  }

  @Test(arguments: [
    ("1.234\n5\n", ValueRules.DecimalMark.comma, [#"{"n":1234}"#, #"{"n":5}"#]),
    ("1.234\n5\n", .point, [#"{"n":1.234}"#, #"{"n":5}"#]),
    ("\"1,234\"\n", .comma, [#"{"n":1.234}"#]), ("\"1,234\"\n", .point, [#"{"n":1234}"#]),
    ("1.5\n", .comma, [#"{"n":"1.5"}"#]), ("7\n8\n", .comma, [#"{"n":7}"#, #"{"n":8}"#]),
  ])
  func `settles the decimal mark`(
    cells: String,
    mark: ValueRules.DecimalMark,
    lines: [String]
  ) throws {
    let found = try convert("n\n" + cells) {
      $0.values.decimalMark = mark
      $0.layout.headerRows = 1
      $0.layout.delimiter = Array(";".utf8)
    }
    #expect(found.lines == lines)
  }

  @Test func `leaves the numbers of JSON as JSON writes them`() throws {
    let found = try convert("{\"n\":1.5}\n{\"n\":2}\n") { $0.values.decimalMark = .comma }
    #expect(found.lines == [#"{"n":1.5}"#, #"{"n":2}"#])
  }

  @Test func `makes nulls of words, in every format`() throws {
    let words: [[UInt8]] = [Array("NULL".utf8), Array("n/a".utf8)]
    let table = try convert("a,b\n1,NULL\nn/a,2\nNULLS,3\n") { $0.values.nullWords = words }
    #expect(table.lines == [#"{"a":"1"}"#, #"{"b":2}"#, #"{"a":"NULLS","b":3}"#])
    let json = try convert("{\"a\":\"NULL\",\"b\":1}\n{\"a\":\"x\"}\n") {
      $0.values.nullWords = words
    }
    #expect(json.lines == [#"{"b":1}"#, #"{"a":"x"}"#])
    let xml = try convert("<r><a><b>n/a</b><c>1</c></a><a><b>x</b></a></r>") {
      $0.values.nullWords = words
    }
    #expect(xml.lines == [#"{"c":1}"#, #"{"b":"x"}"#])
  }

  @Test func `makes values of the known words where it states none`() throws {
    let text = "a,b,c\n1,2026-01-02,x\nNA,-,y\n"
    let known = try convert(text) { _ in }
    #expect(known.lines == [#"{"a":1,"b":"2026-01-02","c":"x"}"#, #"{"c":"y"}"#])
    let none = try convert(text) { $0.values.knowsNullWords = false }
    #expect(
      none.lines == [#"{"a":"1","b":"2026-01-02","c":"x"}"#, #"{"a":"NA","b":"-","c":"y"}"#]
    )
  }

  @Test func `gives columns their types, and widens them where a value demands it`() throws {
    let text = "zip,total,flag\n10115,1.50,yes\n20095,2,yes\n"
    let found = try convert(text) {
      $0.values.types = ["zip": .string, "total": .decimal, "flag": .boolean]
    }
    #expect(found.lines.first == #"{"flag":true,"total":"1.5","zip":"10115"}"#)
    let wider = try convert("total\nmany\n") { $0.values.types = ["total": .integer] }
    #expect(wider.lines == [#"{"total":"many"}"#])
  }

  @Test func `turns local times into instants`() throws {
    let berlin = ZoneOffsets(name: "x", starts: [.min, 1_774_746_000], offsets: [3_600, 7_200])
    let text = "at\n2026-01-10 12:00:00\n2026-07-10T00:30:00.250\n1969-12-31 00:30:00\n"
    let found = try convert(text) { $0.values.zone = berlin }
    #expect(
      found.lines == [
        #"{"at":"2026-01-10T11:00:00Z"}"#, #"{"at":"2026-07-09T22:30:00.25Z"}"#,
        #"{"at":"1969-12-30T23:30:00Z"}"#,
      ]
    )
    #expect(found.report.schema.type(of: "at") == .instant)
  }

  @Test func `names columns, and the order of columns decides nothing`() throws {
    func names(_ header: String) throws -> [String] {
      try convert(header + "\n1,2,3\n") {
        $0.names.style = .snakeCase
        $0.names.renames = ["No.": "number"]
        $0.layout.headerRows = 1
      }.report.names
    }
    #expect(try names("Order ID,orderId,No.") == ["order_id", "order_id_2", "number"])
    #expect(try names("orderId,No.,Order ID") == ["order_id_2", "number", "order_id"])
    #expect(try names("number,No.,x") == ["number_2", "number", "x"])
  }

  @Test func `says where a table begins and what its columns are`() throws {
    let text = "a;b\n1;2\n3;4\n"
    let none = try convert(text) { $0.layout.headerRows = 0 }
    #expect(none.lines.count == 3)
    let skipped = try convert(text) {
      $0.layout.skippedLines = 1
      $0.layout.headerRows = 0
      $0.layout.columns = ["x", "y"]
    }
    #expect(skipped.lines == [#"{"x":1,"y":2}"#, #"{"x":3,"y":4}"#])
    let renamed = try convert(text) { $0.layout.columns = ["x", "y"] }
    #expect(renamed.lines == [#"{"x":1,"y":2}"#, #"{"x":3,"y":4}"#])
  }

  @Test func `decides the dialect against all appearance`() throws {
    let text = "a,b|c\n'x|y',1|2\n"
    let found = try convert(text) {
      $0.layout.format = .csv
      $0.layout.delimiter = Array("|".utf8)
      $0.layout.quote = .byte(0x27)
      $0.layout.headerRows = 1
    }
    #expect(found.report.names == ["a,b", "c"])
    let commented = try convert("a,b\n!x,y\n1,2\n") { $0.layout.comment = .byte(0x21) }
    #expect(commented.lines == [#"{"a":1,"b":2}"#])
  }

  @Test func `decides the place of records`() throws {
    let json = #"{"meta":[{"x":1},{"x":2}],"data":{"a":{"v":1},"b":{"v":2}}}"#
    #expect(try convert(json) { $0.layout.records = "meta" }.lines == [#"{"x":1}"#, #"{"x":2}"#])
    #expect(
      try convert(json) { $0.layout.records = "data.*" }.lines
        == [#"{"_key":"a","v":1}"#, #"{"_key":"b","v":2}"#]
    )
    #expect(try convert(json) { $0.layout.records = "$" }.lines.count == 1)
    let xml = "<r><a><i>1</i></a><b><k>2</k></b><b><k>3</k></b></r>"
    #expect(try convert(xml) { $0.layout.records = "r/a" }.lines == [#"{"i":1}"#])
  }

  @Test(arguments: [
    (#"{"a":[{"x":1}]}"#, "nope"), ("<r><a><i>1</i></a></r>", "q/a"),
  ])
  func `and is not there is an error, not an empty drop`(text: String, path: String) throws {
    let error = #expect(throws: ConversionError.self) {
      try convert(text) { $0.layout.records = path }
    }
    #expect(error?.code == "records-not-found")
  }

  @Test func `and has no records in it is said`() throws {
    let found = try convert("<r><a><i>1</i></a></r>") { $0.layout.records = "r/nope" }
    #expect(found.report.warnings.contains { $0.contains("r/nope") })
  }

  @Test func `and is wrong of the encoding names the byte`() throws {
    let folder = try ScratchFolder()
    defer { withExtendedLifetime(folder) {} }
    let file = try Directory(path: Array(folder.path.utf8)).createUnnamed()
    try file.write(Array("a,b\n1,".utf8) + [0xE9, 0x0A])
    var statement = Statement()
    statement.layout.encoding = .utf8
    let error = #expect(throws: ConversionError.self) {
      try file.withRaw { descriptor in
        try Converter(settings: ConversionSettings()).convert(
          descriptor: descriptor,
          name: [],
          known: nil,
          statement: statement,
          sink: Lines()
        )
      }
    }
    #expect(error?.code == "not-in-encoding")
    #expect(error?.message.contains("Byte 6") == true, "\(error?.message ?? "")")
  }

  @Test func `of limits holds`() throws {
    let error = #expect(throws: ConversionError.self) {
      try convert("a,b,c\n1,2,3\n") { $0.limits.columns = 2 }
    }
    #expect(error?.code == "drop-too-many-columns")
  }
}
