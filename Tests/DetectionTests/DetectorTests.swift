import Bytes
import Detection
import Formats
import Foundation
import TestKit
import Testing

struct DetectorTests {
  private func layout(_ text: String) throws -> DelimitedLayout {
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true)
    guard case .delimited(let table) = findings.layout else { throw NotDelimited() }
    return table
  }

  private struct NotDelimited: Error {}

  @Test(arguments: [
    ("id,name\n1,a\n2,b\n", ","), ("id;amount\n1;2,5\n2;3,75\n", ";"),
    ("a\tb\n1\tx y\n2\tz\n", "\t"), ("a|b|c\n1|2|3\n4|5|6\n", "|"),
    ("a||b||c\n1||x||3\n4||y||6\n", "||"), ("a^b\n1^x\n2^y\n", "^"), ("a~b\n1~x\n2~y\n", "~"),
    ("when,what\n2026-01-02 10:00:00,x:y\n2026-01-03 11:00:00,z:w\n", ","),
    ("name\nAnna Maria\nBob\n", ","),
    ("text,n\n\"a;b;c\",1\n\"d;e;f\",2\n", ","), ("sep=|\na|b\n1|2\n", "|"),
    ("a\u{1f}b\n1\u{1f}2\n3\u{1f}4\n", "\u{1f}"), ("x,y\r1,2\r3,4\r", ","),
  ])
  func `the delimiter is found by the shape of the table`(text: String, delimiter: String) throws {
    #expect(try layout(text).dialect.delimiter == Array(delimiter.utf8))
  }

  @Test(arguments: [
    ("a\u{1f}b\n1\u{1f}2\n3\u{1f}4\n", "unit separator", #""\u001f""#),
    ("a, b\n1, 2\n3, 4\n", "“, ”", #"",""#),
    ("a\tb\n1\tx y\n2\tz\n", "tab", #""\t""#),
  ])
  func `the delimiter is told by its name`(text: String, name: String, json: String) throws {
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true)
    #expect(findings.steps.first { $0.what == "delimiter" }?.answer == name)
    #expect(findings.json(file: "f").contains("\"delimiter\":\(json)"))
  }

  @Test func `that there is no delimiter can be stated, and is told`() throws {
    var stated = StatedLayout()
    stated.delimiter = StatedLayout.noDelimiter
    let text = Array("name\nAnna, Maria\nBob, Ben\n".utf8)
    let findings = try Detector.detect(head: text, isWhole: true, stated: stated)
    #expect(findings.steps.first { $0.what == "delimiter" }?.answer == "none")
    guard case .delimited(let table) = findings.layout else { throw NotDelimited() }
    #expect(table.names.count == 1)
  }

  @Test(arguments: [3, 28])
  func `JSON in the cells of a table delimits nothing`(rows: Int) throws {
    let body = (1...rows).map { "\"{\"\"x\"\":\"\"\($0)\"\",\"\"y\"\":\"\"q\"\"}\",\($0),3\n" }
    let table = try layout("a,b,c\n" + body.joined())
    #expect(table.dialect.delimiter == Array(",".utf8))
    #expect(table.names == ["a", "b", "c"])
  }

  @Test(arguments: [13, 60])
  func `prose in quotes delimits nothing, however many commas it has`(rows: Int) throws {
    let words = ["the fin", "of a salmon", "is", "grey", "and its back", "large", "oval spots"]
    let body = (1...rows).map { row in
      let prose = (0..<20 + row).map { words[(row * 3 + $0 * (row % 4 + 1)) % words.count] }
      return "\(row),Fish \(row),\"\(prose.joined(separator: ", "))\"\n"
    }
    let findings = try Detector.detect(
      head: Array(("id,name,text\n" + body.joined()).utf8),
      isWhole: true
    )
    guard case .delimited(let table) = findings.layout else { throw NotDelimited() }
    #expect(table.names == ["id", "name", "text"])
    #expect(table.dialect == Dialect.csv)
    // A text that is looked at twice is told of as the first look found it.
    let quote = findings.steps.first { $0.what == "quote" }
    #expect(quote?.evidence == ["opens fields"])
  }

  @Test func `a quote other than the usual, and its escape, are found`() throws {
    let single = try layout("a,b\n'x, y','1'\n'z, w','2'\n'v, u','3'\n")
    #expect(single.dialect.quote == UInt8(ascii: "'"))
    let escaped = try layout("a,b\n\"say \\\"x, y\\\"\",1\n\"say \\\"z, w\\\"\",2\n")
    #expect(escaped.dialect.escape == .backslash)
    #expect(try layout("a,b\n\"x \"\"y\"\"\",1\nz,2\n").dialect.escape == .doubled)
  }

  @Test(arguments: [
    ("id,name\n1,a\n2,b\n", 1), ("1,a\n2,b\n3,c\n", 0), ("2026-01-01,5\n2026-01-02,6\n", 0),
    ("country,2019,2020,2021\nA,1,2,3\nB,4,5,6\n", 1),
    ("id,name\nid,name\n1,a\n2,b\n3,c\n", 2),
    ("id,mass,way\n,[kg],[m]\n1,2,3\n4,5,6\n7,8,9\n", 2),
    // A first record without its numbers is a record.
    ("sku,price,qty\nA1,n/a,n/a\nA2,10,2\nA3,11,3\nA4,1,4\n", 1),
    ("date,amount,qty\nopening,carried,none\n2026-01-02,10,2\n2026-01-03,9,1\n", 1),
  ])
  func `a header is names above values`(text: String, rows: Int) throws {
    #expect(try layout(text).headerRows == rows)
  }

  @Test func `a name in quotes is read without its escapes`() throws {
    #expect(try layout("\"a\"\"b\",\" c \"\n1,2\n3,4\n").names == ["a\"b", "c"])
    #expect(try layout("a\"\"b,c\n1,2\n3,4\n").names == ["a\"\"b", "c"])
    let escaped = try layout("\"a\\\"b\",c\n\"say \\\"x, y\\\"\",1\n\"say \\\"z, w\\\"\",2\n")
    #expect(escaped.names == ["a\"b", "c"])
  }

  @Test func `a preamble is skipped only where the table proves it`() throws {
    let table = try layout("Report of May\n\nid,name,amount\n1,a,2.5\n2,b,3.5\n3,c,4.5\n")
    #expect(table.preambleLines == 2)
    #expect(table.names == ["id", "name", "amount"])
    #expect(table.dataLine == 4)
    // A row of another width is a ragged row, not the end of a preamble.
    for text in ["a,b\n1,2\n3,4,5\n", "a,b,c\n1,2\n3,4\n5,6\n", "a,b,c\n1,2,3\n4\n5,6,7,8\n"] {
      let ragged = try layout(text)
      #expect(ragged.preambleLines == 0)
      #expect(ragged.dataLine == 2)
      #expect(ragged.dialect.delimiter == [UInt8(ascii: ",")])
    }
  }

  @Test func `the data begins behind the header`() throws {
    let text = "\u{feff}\"a\nb\",c\n1,2\n3,4\n"
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true)
    #expect(findings.bomLength == 3)
    guard case .delimited(let table) = findings.layout else { throw NotDelimited() }
    #expect(table.names == ["a\nb", "c"])
    #expect(table.dataOffset == 8)
    #expect(table.dataLine == 3)
  }

  @Test func `a delimiter at the end of every record is no column`() throws {
    let dataOnly = try layout("id,name\n1,a,\n2,b,\n3,c,\n")
    #expect(dataOnly.hasTrailingDelimiter)
    #expect(dataOnly.names == ["id", "name"])
    let both = try layout("id,name,\n1,a,\n2,b,\n3,c,\n")
    #expect(both.hasTrailingDelimiter)
    #expect(both.names == ["id", "name"])
  }

  @Test(arguments: ["", " \n\r\n", "\u{feff}", "\u{feff}\n"])
  func `nothing but white space is empty`(text: String) throws {
    #expect(try Detector.detect(head: Array(text.utf8), isWhole: true).layout == .empty)
  }

  @Test(arguments: ["hello", "[1,", "{'a':1}", "1.5x", "*", "\u{feff}", "TRUE", "a: 1\nb: 2"])
  func `what is called JSON and is none is no table of one column`(text: String) {
    for name in ["a.json", "orders.JSON.gz"] {
      let found = try? Detector.detect(
        head: Array(text.utf8),
        isWhole: true,
        name: Array(name.utf8)
      )
      // What is then wrong with it as JSON, the reader says with its place.
      guard let found else { continue }
      guard case .json = found.layout else {
        Issue.record("\(name) is \(found.layout)")
        continue
      }
    }
  }

  @Test func `a table that is called JSON is a table, and the name is told to be wrong`() throws {
    let text = Array("id,name\n1,a\n2,b\n3,c\n".utf8)
    let found = try Detector.detect(head: text, isWhole: true, name: Array("a.json".utf8))
    guard case .delimited(let layout) = found.layout else { throw FormatError.emptyFile }
    #expect(layout.names == ["id", "name"])
    #expect(found.steps.contains { $0.what == "name" && $0.answer == "mismatch" })
  }

  @Test func `a scalar that is called JSON is a document of one value`() throws {
    let found = try Detector.detect(
      head: Array("true".utf8),
      isWhole: true,
      name: Array("a.json".utf8)
    )
    guard case .json(let layout) = found.layout else { throw FormatError.emptyFile }
    #expect(layout.element == .value)
  }

  @Test func `what holds no records is named`() {
    for (bytes, word) in [
      (Array("PK\u{3}\u{4}abc".utf8), "zip"), (Array("%PDF-1.4".utf8), "PDF"),
      ([0, 1, 2, 3, 4, 5, 6, 7, 8], "binary"), ([UInt8](repeating: 0, count: 4096), "zeros"),
    ] {
      let error = #expect(throws: FormatError.self) {
        try Detector.detect(head: bytes, isWhole: true)
      }
      #expect(error?.message.contains(word) == true)
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `bytes of a die are no text`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<(200 << (seed % 8))).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    #expect(throws: FormatError.self) { try Detector.detect(head: bytes, isWhole: true) }
  }

  @Test(arguments: [
    ("utf-16le", "id,name\n1,äöü\n"), ("utf-16be", "id,name\n1,äöü\n"),
    ("utf-32le", "id,name\n1,日本\n"), ("utf-8", "id,name\n1,日本\n"),
  ])
  func `an encoding without a mark is found`(name: String, text: String) throws {
    let encodings: [String: String.Encoding] = [
      "utf-16le": .utf16LittleEndian, "utf-16be": .utf16BigEndian,
      "utf-32le": .utf32LittleEndian, "utf-8": .utf8,
    ]
    let encoding = try #require(encodings[name])
    let bytes = try #require(text.data(using: encoding))
    #expect(try Detector.detect(head: Array(bytes), isWhole: true).encoding.name == name)
  }

  @Test(arguments: [
    ("windows-1252", "Straße,Größe,Übung,Märchen"), ("windows-1251", "Привет,мир,Москва,улица"),
    ("koi8-r", "Привет,мир,Москва,улица"), ("ibm866", "Привет,мир,Москва,улица"),
    ("windows-1250", "Łódź,Kraków,Gdańsk,środa,żółty,źdźbło"),
    ("windows-1253", "Ελλάδα,Αθήνα,Θεσσαλονίκη"),
    ("shift_jis", "東京都,日本語テキスト,こんにちは"), ("euc-jp", "東京都,日本語テキスト,こんにちは"),
    ("gb18030", "中国人民,北京市,你好世界"), ("euc-kr", "대한민국,서울특별시,안녕하세요"),
  ])
  func `a code page is found by how its words read`(name: String, text: String) throws {
    let converted = try Command.run(
      "iconv",
      ["-f", "UTF-8", "-t", name.uppercased()],
      input: Array(text.utf8)
    )
    #expect(converted.status == 0)
    let lines = Array("id\n".utf8) + converted.output + Array("\n".utf8)
    let findings = try Detector.detect(head: lines, isWhole: true)
    #expect(try findings.encoding.decode(lines) == Array(("id\n" + text + "\n").utf8))
  }

  @Test func `findings are one line of JSON, and a table for people`() throws {
    let text = "id;name\n1;\"a;b\"\n2;c\n"
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true)
    let line = findings.json(file: "a\"b.csv")
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(object?["file"] as? String == "a\"b.csv")
    #expect(object?["delimiter"] as? String == ";")
    #expect(object?["header_rows"] as? Int == 1)
    #expect(object?["columns"] as? [String] == ["id", "name"])
    for word in ["encoding", "delimiter", "header", "%"] {
      #expect(findings.table().contains(word))
    }
  }

  @Test func `an answer that may not be relied on says so`() throws {
    func table(_ text: String) throws -> String {
      try Detector.detect(head: Array(text.utf8), isWhole: true).table()
    }
    #expect(try table("alpha\nbeta\ngamma\n").contains("uncertain"))
    #expect(try !table("id;name\n1;Ann\n2;Ben\n3;Cid\n").contains("uncertain"))
  }

  @Test(arguments: 0..<8)
  func `any bytes end in a layout or a named reason`(seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let marks = Array(",;\t|\"'\n\r\\ ab1.-:#<{[=\0".utf8) + [0x80, 0xC3, 0xE9, 0xFF, 0x1B]
    for _ in 0..<300 {
      let isText = next(3) > 0
      let bytes = (0..<next(400)).map { _ in
        isText ? marks[next(marks.count)] : UInt8(next(256))
      }
      do throws(FormatError) {
        let findings = try Detector.detect(head: bytes, isWhole: next(2) == 0)
        if case .delimited(let table) = findings.layout {
          #expect(!table.dialect.delimiter.isEmpty)
          #expect(!table.names.isEmpty)
          #expect(table.dataLine > 0)
        }
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test(arguments: [
    ("{\"a\":1}\n{\"a\"\n", "lines"), ("{\"a\":1}\n", "lines"), ("{\n\"a\": 1\n}\n", "document"),
    ("[\n{\"a\":1}\n]\n", "array"),
  ])
  func `a name that says JSON lines settles what one line leaves open`(
    text: String,
    shape: String
  ) throws {
    let found = try Detector.detect(
      head: Array(text.utf8),
      isWhole: true,
      name: Array("a.ndjson.gz".utf8)
    )
    guard case .json(let layout) = found.layout else {
      Issue.record("no JSON")
      return
    }
    switch layout.shape {
    case .lines: #expect(shape == "lines")
    case .document: #expect(shape == "document")
    case .array: #expect(shape == "array")
    case .values, .keyed: Issue.record("\(layout.shape)")
    }
  }

  @Test func `signs that stand equally often are the same delimiter each time`() throws {
    let line: [UInt8] = [
      0x30, 0x65, 0x09, 0xA3, 0x23, 0x6E, 0xEF, 0xBB, 0xBF, 0x2E, 0x33, 0x34, 0x35,
    ]
    let text = line + [0x0A, 0x0A] + line + [0x0A]
    // A dictionary's order is decided by where it lies: the next must lie elsewhere.
    var held: [[UInt8: Int]] = []
    let layouts = try (0..<60).map { turn in
      held.append([UInt8(turn): turn, 200: 0, 201: 1, 202: 2])
      return try Detector.detect(head: text, isWhole: true).layout
    }
    #expect(held.count == layouts.count)
    #expect(layouts.allSatisfy { $0 == layouts[0] })
  }
}
