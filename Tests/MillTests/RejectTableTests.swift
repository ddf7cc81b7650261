import Mill
import Records
import Testing

struct RejectTableTests {
  func reject(_ fields: [String], line: UInt64 = 3) -> Reject {
    Reject(
      line: line,
      column: 2,
      code: .rowWidth,
      found: "2 fields, the header has 3",
      fields: fields.map { Array($0.utf8) }
    )
  }

  func text(_ rejects: [Reject], columns: [String] = ["id", "name", "city"]) -> [Substring] {
    var table = RejectTable()
    table.add(rejects)
    return String(decoding: table.text(columns: columns), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test func `has the drop's columns, the place and the reason`() {
    let lines = text([reject(["2", "Ben"])])
    #expect(lines[0] == "\u{FEFF}id,name,city,_line,_column,_reason")
    #expect(lines[1] == "2,Ben,,3,2,\"row-width: 2 fields, the header has 3\"")
    #expect(lines.count == 3)
  }

  @Test func `gives more fields than columns a name`() {
    let lines = text([reject(["1", "2", "3", "4"])])
    #expect(lines[0] == "\u{FEFF}id,name,city,column_4,_line,_column,_reason")
    #expect(lines[1].hasPrefix("1,2,3,4,3,2,"))
  }

  @Test(arguments: [
    ("=1+1", "\"'=1+1\""), ("@x", "\"'@x\""), ("+cmd", "\"'+cmd\""), ("-x", "\"'-x\""),
    ("\tx", "\"'\tx\""), ("-5.25", "-5.25"), ("+47", "+47"), ("a,b", "\"a,b\""),
    ("say \"hi\"", "\"say \"\"hi\"\"\""), (" x", "\" x\""), ("a;b", "\"a;b\""), ("", ""),
  ])
  func `holds no formula and no loose delimiter`(cell: String, written: String) {
    let line = text([reject([cell])], columns: ["a"])[1]
    #expect(line.hasPrefix("\(written),3,2,"), "\(line)")
  }

  @Test func `counts what it does not keep`() {
    var table = RejectTable()
    let long = String(repeating: "x", count: 1 << 20)
    for _ in 0..<100 { table.add([reject([long])]) }
    #expect(table.count == 100)
    #expect(table.counts == [.rowWidth: 100])
    #expect(table.kept.count < 40)
  }
}
