import Bytes
import Conversion
import Detection
import Files
import Records
import TestKit
import Testing

/// Rows of a table whose names are not ASCII.
private func table(_ rows: Int) -> [UInt8] {
  var text = "name,city,amount\n"
  for row in 0..<rows { text += "Jürgen Größe \(row),Zürich,\(row).5\n" }
  return Array(text.utf8)
}

/// The text with the bytes of the `ü` in the given row (counted from 0) in Latin-1.
private func spoilt(_ text: [UInt8], row: Int) -> [UInt8] {
  let lines = text.split(separator: 0x0A, omittingEmptySubsequences: true)
  let broken = lines[row + 1].split(separator: 0xC3, maxSplits: 1)
  let spoilt = Array(broken[0]) + [0xFC] + broken[1].dropFirst()
  var all = Array(lines.map(Array.init))
  all[row + 1] = spoilt
  return Array(all.joined(separator: [0x0A])) + [0x0A]
}

struct SpoiltTextTests {
  private func convert(
    _ bytes: [UInt8],
    encoding: String? = nil
  ) throws -> (sink: Collector, report: ConversionReport) {
    var statement = Statement()
    statement.layout.encoding = encoding.map(TextEncoding.init(named:))
    return try SmallDrop.convert(bytes, statement)
  }

  /// In the head, behind the head, and in the last of several blocks.
  @Test(arguments: [(8, 3), (40_000, 39_000), (40_000, 39_999), (60_000, 7)])
  func `one spoilt byte costs its row, not the encoding of the file`(
    rows: Int,
    bad: Int
  ) throws {
    let found = try convert(spoilt(table(rows), row: bad))
    #expect(found.report.findings.encoding == .utf8)
    #expect(found.report.recordsRead == UInt64(rows))
    #expect(found.sink.lines.count == rows - 1)
    let first = #"{"amount":0.5,"city":"Zürich","name":"Jürgen Größe 0"}"#
    #expect(found.sink.lines[0] == first)
    let reject = try #require(found.sink.rejects.first)
    #expect(found.sink.rejects.count == 1)
    #expect(reject.code == .invalidEncoding)
    #expect(reject.line == UInt64(bad + 2))
    #expect(reject.column == 1)
    #expect(reject.found == "byte 2 of field 1 is 0xFC, which is not UTF-8 there")
    #expect(String(decoding: reject.fields[0], as: UTF8.self) == "J\u{FFFD}rgen Größe \(bad)")
    let encoding = found.report.findings.steps.first { $0.what == "encoding" }
    #expect(encoding?.doubts.first?.hasPrefix("1 place is not UTF-8, the first at byte ") == true)
  }

  @Test func `a text in a code page is none of UTF-8 with mistakes`() throws {
    let latin = table(40_000).split(separator: 0xC3, omittingEmptySubsequences: false)
    var bytes = Array(latin[0])
    for part in latin.dropFirst() { bytes += [part[part.startIndex] + 0x40] + part.dropFirst() }
    let found = try convert(bytes)
    #expect(found.report.findings.encoding.name == "windows-1252")
    #expect(found.sink.lines.count == 40_000)
    #expect(found.sink.lines[0].contains("Jürgen Größe 0"))
  }

  @Test func `a single Latin letter in ASCII is a letter, not a mistake`() throws {
    let found = try convert(Array("name,n\nAnna,1\nJ".utf8) + [0xFC] + Array("rgen,2\n".utf8))
    #expect(found.sink.lines == [#"{"n":1,"name":"Anna"}"#, #"{"n":2,"name":"Jürgen"}"#])
  }

  @Test func `a byte-order mark says UTF-8, whatever the bytes behind it show`() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a,b\n1,x\n2,".utf8) + [0xFC, 0x0A]
    let found = try convert(bytes)
    #expect(found.sink.lines == [#"{"a":1,"b":"x"}"#])
    #expect(found.sink.rejects.map(\.code) == [.invalidEncoding])
  }

  @Test func `a stated encoding that the file is not in is refused by its place`() throws {
    let bytes = Array("a,b\n1,J".utf8) + [0xFC] + Array("rgen\n".utf8)
    let failure = #expect(throws: ConversionError.self) { try convert(bytes, encoding: "utf-8") }
    #expect(failure?.code == "not-in-encoding")
    #expect(failure?.message.hasPrefix("Byte 7 is not utf-8.") == true)
  }

  @Test(arguments: [("shift_jis", nil), ("shift_jis", "shift_jis"), ("utf-16le", nil)])
  func `so it is in every encoding`(name: String, stated: String?) throws {
    let pair: [UInt8] = [0x93, 0xFA]
    var bytes = Array("id,name\n".utf8)
    for row in 0..<30 { bytes += Array("\(row),".utf8) + pair + pair + pair + [0x0A] }
    bytes += Array("30,".utf8) + pair + [0xFD, 0xFD, 0x0A]
    if name == "utf-16le" {
      bytes = "id,name\n1,日本\n2,x".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      bytes = [0xFF, 0xFE] + bytes + [0x00, 0xD8, 0x0A, 0x00]
    }
    let found = try convert(bytes, encoding: stated)
    #expect(found.report.findings.encoding.name == name)
    #expect(found.sink.lines.count == Int(found.report.recordsRead) - 1)
    let reject = try #require(found.sink.rejects.first)
    #expect(reject.code == .invalidEncoding)
    #expect(reject.found == "character 2 of field 2 is none of \(name)")
  }

  @Test func `JSON lines with a spoilt byte are read but for that line`() throws {
    var bytes: [UInt8] = []
    for row in 0..<20 { bytes += Array("{\"name\":\"Jürgen\",\"n\":\(row)}\n".utf8) }
    bytes += Array(#"{"name":"J"#.utf8) + [0xFC] + Array("rgen\"}\n".utf8)
    let found = try convert(bytes)
    #expect(found.sink.lines.count == 20)
    #expect(found.sink.lines[0] == #"{"n":0,"name":"Jürgen"}"#)
    #expect(found.sink.rejects.map(\.code) == [.invalidEncoding])
  }

  @Test func `files that were put one behind the other keep their names and values`() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let one = mark + Array("\"id\",\"name\"\n1,\"a, b\"\n".utf8)
    let found = try convert(one + one + mark + Array("2,c\n".utf8))
    #expect(
      found.sink.lines == [
        #"{"id":1,"name":"a, b"}"#, #"{"id":1,"name":"a, b"}"#, #"{"id":2,"name":"c"}"#,
      ]
    )
    #expect(found.sink.rejects.map(\.code) == [.repeatedHeader])
    #expect(
      found.report.warnings == ["2 byte-order marks before lines inside the file were left out."]
    )
    let lines = try convert(Array("{\"a\":1}\n".utf8) + mark + Array("{\"a\":2}\n".utf8))
    #expect(lines.sink.lines == [#"{"a":1}"#, #"{"a":2}"#])
  }

  @Test func `XML is in the encoding that it says, or in UTF-8`() throws {
    let row = "<r><n>1</n></r>"
    let start = "<?xml version='1.0' encoding='iso-8859-1'?><rows>"
    let text = start + String(repeating: row, count: 80_000)
    let latin = Array(text.utf8) + [0x3C, 0x72, 0x3E, 0x4A, 0xFC, 0x3C, 0x2F, 0x72, 0x3E]
    let found = try convert(latin + Array("</rows>".utf8))
    #expect(found.sink.lines.last == "{\"#text\":\"Jü\"}")
    let failure = #expect(throws: ConversionError.self) {
      try convert(Array("<r><a>".utf8) + [0xFC] + Array("</a></r>".utf8))
    }
    #expect(failure?.code == "not-well-formed")
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF]
    let contradiction = #expect(throws: ConversionError.self) {
      try convert(marked + Array("<?xml version='1.0' encoding='iso-8859-1'?><r/>".utf8))
    }
    #expect(contradiction?.code == "not-well-formed")
  }
}
