import Foundation
import TestKit
import Testing

@Suite struct `Detect` {
  /// One line of `detect --json`, as far as these tests look.
  struct Answer: Decodable {
    let file: String
    let encoding: String?
    let compression: String?
    let format: String?
    let delimiter: String?
    let header: Bool?
    let path: String?
    let records: Int?
    let columns: [String]?
    let error: String?
  }

  private func answer(_ name: String, _ bytes: [UInt8]) throws -> Answer {
    let scratch = try ScratchFolder()
    let ending = try Command.run(
      Places.dropmill,
      ["detect", "--json", try scratch.write(name, bytes)]
    )
    #expect(ending.lines.count == 1)
    return try JSONDecoder().decode(Answer.self, from: Data(ending.output))
  }

  @Test func `goes by the bytes and not by the name`() throws {
    let table = try answer("export.xml", Array("id;price\n1;0,5\n2;1,5\n".utf8))
    #expect(table.format == "csv" && table.delimiter == ";" && table.header == true)
    #expect(table.columns == ["id", "price"] && table.records == 2)
    let json = try answer("export.csv", Array(#"{"data":{"rows":[{"a":1},{"a":2}]}}"#.utf8))
    #expect(json.format == "json" && json.path == "data.rows" && json.records == 2)
    let xml = try answer("export.json", Array("<r><i><a>1</a></i><i><a>2</a></i></r>".utf8))
    #expect(xml.format == "xml" && xml.path == "r/i" && xml.records == 2)
  }

  @Test func `names encoding and compression`() throws {
    let text = "id,name\n1,Müller\n2,Größe\n"
    #expect(try answer("a.csv", Array(text.utf8)).encoding == "utf-8")
    let latin = try answer("a.csv", text.unicodeScalars.map { UInt8($0.value) })
    #expect(["windows-1252", "iso-8859-1"].contains(latin.encoding))
    #expect(try answer("a.csv", Gzip.member(text.utf8)).compression == "gzip")
  }

  @Test func `says why it can't tell, and ends with 65`() throws {
    let scratch = try ScratchFolder()
    let cut = try Gzip.member((1...2_000).flatMap { Array("\($0),\($0)\n".utf8) })
    let path = try scratch.write("cut.gz", cut.dropLast(20))
    let ending = try Command.run(Places.dropmill, ["detect", "--json", path])
    #expect(ending.status == 65)
    let answer = try JSONDecoder().decode(Answer.self, from: Data(ending.output))
    #expect(answer.file == "cut.gz")
    #expect(answer.error?.contains("compressed-truncated") == true)
  }

  @Test func `shows a person what was found and what the records will be`() throws {
    let ending = try Command.run(
      Places.dropmill,
      ["detect", "-"],
      input: Array("id,day\n1,03/04/2026\n2,05/06/2026\n".utf8)
    )
    #expect(ending.status == 0)
    #expect(ending.text.contains(#"{"day":"03/04/2026","id":1}"#))
    #expect(ending.text.contains("?"), "the doubt about the day is a question")
  }
}
