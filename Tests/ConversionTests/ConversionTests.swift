import Bytes
import Canonical
import Conversion
import Files
import Records
import TestKit
import Testing

private func convert(
  _ text: String,
  known: Schema? = nil,
  notations: [String: Notation] = [:],
  typing: ConversionSettings.Typing = .proven,
  workers: Int = 2
) throws -> (sink: Collector, report: ConversionReport) {
  var statement = Statement()
  statement.values.notations = notations
  return try SmallDrop.convert(
    Array(text.utf8),
    statement,
    known: known,
    typing: typing,
    workers: workers
  )
}

/// Rows that fill several blocks, the last of them special.
private func table(_ rows: Int, last: String) -> String {
  var text = "id,amount,when\n"
  for row in 0..<rows { text += "\(row),\(row % 100).5,2026-11-\(row % 20 + 10)\n" }
  return text + last + "\n"
}

struct WholeColumnTests {
  @Test func `a value in the last row widens the whole column`() throws {
    let found = try convert(table(60_000, last: "x7,1.5,2026-11-23"))
    #expect(found.report.schema.type(of: "id") == .string)
    #expect(found.sink.lines.first == #"{"amount":0.5,"id":"0","when":"2026-11-10"}"#)
    #expect(found.sink.lines.last == #"{"amount":1.5,"id":"x7","when":"2026-11-23"}"#)
    #expect(found.sink.lines.count == 60_001)
    #expect(found.report.passes == 2)
  }

  @Test func `a widening that changes no line written needs no second pass`() throws {
    var text = "n\n"
    for row in 0..<120_000 { text += "\(row)\n" }
    let found = try convert(text + "1.25\n")
    #expect(found.report.schema.type(of: "n") == .number)
    #expect(found.report.passes == 1)
    #expect(found.sink.lines.last == #"{"n":1.25}"#)
  }

  @Test func `a column whose first value comes last is typed`() throws {
    var text = "id,late\n"
    for row in 0..<60_000 { text += "\(row),\n" }
    let found = try convert(text + "60000,2026-11-23\n")
    #expect(found.report.schema.type(of: "late") == .date)
    #expect(found.report.passes == 1)
  }

  @Test func `proof in the last row decides the order of dates`() throws {
    var text = "d\n"
    for _ in 0..<40_000 { text += "03/04/2026\n" }
    #expect(try convert(text).report.schema.type(of: "d") == .string)
    let found = try convert(text + "23/04/2026\n")
    #expect(found.report.schema.type(of: "d") == .date)
    #expect(found.sink.lines.first == #"{"d":"2026-04-03"}"#)
  }

  @Test func `columns decided one after the other leave nothing of the starts before`() throws {
    var text = "day,count,last\n"
    for row in 0..<120_000 {
      let day = row < 20_000 ? "03/04/2026" : "23/04/2026"
      let count = row < 50_000 ? "\(row)" : "x\(row)"
      text += "\(day),\(count),\(row == 119_999 ? "1.5.1" : "7")\n"
    }
    let found = try convert(text)
    #expect(found.sink.lines.count == 120_000)
    #expect(found.sink.lines.first == #"{"count":"0","day":"2026-04-03","last":"7"}"#)
    #expect(found.sink.lines.last == #"{"count":"x119999","day":"2026-04-23","last":"1.5.1"}"#)
    #expect(found.report.recordsRead == 120_000)
    #expect(found.report.contentBytes == UInt64(text.utf8.count))
    #expect(found.report.contentSHA256 == SHA256Hasher.hash(Array(text.utf8)))
  }

  @Test func `a drop that proves no notation is read in that of the feed`() throws {
    let proof = try convert("d,n\n23/04/2026,\"1.234,5\"\n")
    #expect(proof.report.notations == ["d": .dayFirst, "n": .decimalComma])
    let open = "d,n\n03/04/2026,1.234\n"
    let read = try convert(open, known: proof.report.schema, notations: proof.report.notations)
    #expect(read.sink.lines == [#"{"d":"2026-04-03","n":1234}"#])
    #expect(read.report.doubts.isEmpty)
    // What proves another notation is read as that; the feed is in doubt from then on.
    let other = try convert("d,n\n04/23/2026,1.5\n", notations: proof.report.notations)
    #expect(other.sink.lines == [#"{"d":"2026-04-23","n":1.5}"#])
    #expect(other.report.notations == ["d": .monthFirst, "n": .decimalPoint])
    let doubtful = try convert(open, notations: ["d": .mixed])
    #expect(doubtful.report.schema.type(of: "d") == .string)
  }

  @Test func `words for missing values are counted by column`() throws {
    var text = "id,n\n"
    for row in 0..<60_000 { text += "\(row),\(row % 2 == 0 ? "NA" : "1.5")\n" }
    let found = try convert(text + "60000,-\n")
    #expect(found.report.schema.type(of: "n") == .number)
    #expect(found.report.nullWords.map(\.word) == ["NA", "-"])
    #expect(found.report.nullWords.map(\.count) == [30_000, 1])
    #expect(found.sink.lines.first == #"{"id":0}"#)
    // One text in the last row, and all the words are texts again.
    let texts = try convert(text + "60000,x\n")
    #expect(texts.report.nullWords.isEmpty)
    #expect(texts.sink.lines.first == #"{"id":0,"n":"NA"}"#)
  }

  @Test func `a member named late is a column of all`() throws {
    var text = ""
    for row in 0..<40_000 { text += "{\"b\":\(row),\"a\":\"x\"}\n" }
    let found = try convert(text + "{\"c\":{\"k\":1},\"b\":1.5}\n")
    #expect(found.report.schema.columns.map(\.name) == ["a", "b", "c"])
    #expect(found.sink.lines.last == #"{"b":1.5,"c":{"k":1}}"#)
    #expect(found.report.passes == 1)
  }

  @Test func `a late text among numbers of JSON stays text, be it digits or nothing`() throws {
    var text = ""
    for row in 0..<40_000 { text += "{\"a\":\(row),\"b\":true}\n" }
    let found = try convert(text + "{\"a\":\"12\",\"b\":\"true\"}\n{\"a\":\"\"}\n")
    #expect(found.report.schema.type(of: "a") == .string)
    #expect(found.report.schema.type(of: "b") == .string)
    #expect(found.sink.lines.first == #"{"a":"0","b":"true"}"#)
    #expect(found.sink.lines.suffix(2) == [#"{"a":"12","b":"true"}"#, #"{"a":""}"#])
  }

  @Test func `an XML element that repeats in the last record is an array in all`() throws {
    var text = "<r>"
    for row in 0..<5_000 { text += "<i><id>\(row)</id><tag>t</tag></i>" }
    let found = try convert(text + "<i><id>9</id><tag>a</tag><tag>b</tag></i></r>")
    #expect(found.sink.lines.first == #"{"id":0,"tag":["t"]}"#)
    #expect(found.sink.lines.last == #"{"id":9,"tag":["a","b"]}"#)
  }

  @Test(arguments: [1, 2, 5])
  func `the number of workers changes nothing`(workers: Int) throws {
    let text = table(50_000, last: "1,n/a,\"a\nb\"") + "too,few\n"
    let one = try convert(text, workers: 1)
    let many = try convert(text, workers: workers)
    #expect(one.sink.bytes == many.sink.bytes)
    #expect(one.sink.rejects == many.sink.rejects)
    #expect(one.report.recordsRead == 50_002)
    #expect(one.report.recordsRejected == 1)
    #expect(one.report.contentSHA256 == many.report.contentSHA256)
  }

  @Test func `what the feed holds as text stays text`() throws {
    let known = Schema(columns: [Column(name: "id", type: .string)])
    let found = try convert("id,n\n1,2\n", known: known)
    #expect(found.sink.lines == [#"{"id":"1","n":2}"#])
  }

  @Test func `without types every value is text`() throws {
    let found = try convert("id,n\n1,2.50\n", typing: .text)
    #expect(found.sink.lines == [#"{"id":"1","n":"2.50"}"#])
  }

  @Test func `the same table as CSV, JSON and XML gives the same bytes`() throws {
    let csv = "id,name,amount,when,note\n1,Åsa,1.50,2026-11-23,\n2,\"x \"\"y\"\"\",2,2026-11-24,n\n"
    let json = """
      [{"note":null,"when":"2026-11-23","amount":1.5,"name":"\\u00c5sa","id":1},
       {"id":2,"amount":2.0,"name":"x \\"y\\"","when":"2026-11-24","note":"n"}]
      """
    let xml = """
      <?xml version="1.0"?><rows>
      <row><id>1</id><name>Åsa</name><amount>1.50</amount><when>2026-11-23</when><note/></row>
      <row><id>2</id><name>x "y"</name><amount>2</amount><when>2026-11-24</when><note>n</note></row>
      </rows>
      """
    let lines = try convert(csv).sink.lines
    #expect(lines.first == #"{"amount":1.5,"id":1,"name":"Åsa","when":"2026-11-23"}"#)
    #expect(try convert(json).sink.lines == lines)
    #expect(try convert(xml).sink.lines == lines)
  }
}

struct RefusalTests {
  /// The code under which content is refused.
  private func code(_ bytes: [UInt8]) throws -> String? {
    let folder = try ScratchFolder()
    defer { withExtendedLifetime(folder) {} }
    let file = try Directory(path: Array(folder.path.utf8)).createUnnamed()
    try file.write(bytes)
    let converter = Converter(settings: ConversionSettings())
    return file.withRaw { descriptor in
      do throws(ConversionError) {
        _ = try converter.convert(
          descriptor: descriptor,
          name: [],
          known: nil,
          sink: Collector()
        )
        return nil
      } catch {
        return error.code
      }
    }
  }

  @Test func `a file without a byte is refused, one of white space holds no records`() throws {
    #expect(try code([]) == "empty-file")
    #expect(try code([0x0A, 0x20, 0x0A]) == nil)
    #expect(try code([0xEF, 0xBB, 0xBF]) == nil)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `random bytes are no table`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<3000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try code(bytes) == "unknown-format")
  }
}
