import TestKit
import Testing

@Suite struct `Any table` {
  @Test(arguments: 1...25 as ClosedRange<UInt64>)
  func `gives the same bytes from every form it may have`(seed: UInt64) throws {
    let table = RandomTable(seed: seed)
    let rows = table.objects(writesNulls: false)
    let forms: [(String, [UInt8])] = [
      ("CSV", Array(table.delimited(by: ",", lineEnd: "\n", isEager: false).utf8)),
      ("CSV, all quoted", Array(table.delimited(by: ",", lineEnd: "\r\n", isEager: true).utf8)),
      ("semicolons", Array(table.delimited(by: ";", lineEnd: "\n", isEager: false).utf8)),
      ("tabs", Array(table.delimited(by: "\t", lineEnd: "\r\n", isEager: false).utf8)),
      ("a JSON array", Array("[\(rows.joined(separator: ",\n"))]".utf8)),
      ("a wrapped array", Array("{\"data\": [\(rows.joined(separator: ","))]}".utf8)),
      ("JSON lines", Array(rows.map { $0 + "\n" }.joined().utf8)),
      ("nulls", Array(table.objects(writesNulls: true).map { $0 + "\r\n" }.joined().utf8)),
      ("XML", Array(table.xml.utf8)),
      ("gzip", try Gzip.member(table.xml.utf8)),
    ]
    let results = try forms.map { form in
      (form.0, try Command.run(Places.dropmill, ["convert", "-"], input: form.1))
    }
    let first = results[0].1
    #expect(first.lines.count == table.rows.count)
    for (name, ending) in results {
      #expect(ending.status == 0, "\(name): \(ending.errorText)")
      #expect(ending.lines == first.lines, "\(name)")
    }
  }
}
