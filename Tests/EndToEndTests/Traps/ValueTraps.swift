import TestKit
import Testing

/// What other systems did to values, and what must not happen here: `docs/traps.md` has the list.
@Suite struct `Of values` {
  private func convert(_ text: some Sequence<UInt8>, name: String = "t.csv") throws
    -> Command.Ending
  {
    let scratch = try ScratchFolder()
    return try Command.run(Places.dropmill, ["convert", try scratch.write(name, text)])
  }

  @Test(arguments: [
    ("7.5", #""v":7.5}"#), ("007", #""v":"007"}"#),
    ("12345678901234567890", #""v":"12345678901234567890"}"#),
    ("n/k", #""v":"n/k"}"#),
  ])
  func `no sample decides, the last row counts as the first, and nothing is cut to fit`(
    last: String,
    end: String
  ) throws {
    let rows = (0..<30_000).map { "\($0),\($0 % 90 + 10)\n" }.joined()
    let ending = try convert("id,v\n\(rows)30000,\(last)\n".utf8)
    #expect(ending.status == 0, "\(ending.errorText)")
    #expect(ending.lines.count == 30_001)
    #expect(ending.lines.last?.hasSuffix(end) == true, "\(ending.lines.last ?? "")")
  }

  @Test func `a time in the last row is not cut to a date, nor are dates given a time`() throws {
    let rows = (0..<5_000).map { "\($0),2026-03-01\n" }.joined()
    let lines = try convert("id,v\n\(rows)5000,2026-03-01T23:59:59\n".utf8).lines
    #expect(lines.first == #"{"id":0,"v":"2026-03-01"}"#)
    #expect(lines.last == #"{"id":5000,"v":"2026-03-01T23:59:59"}"#)
  }

  @Test(arguments: [1, 30_000])
  func `a row of another width never takes the rows before it along`(count: Int) throws {
    let place = try Workplace()
    let rows = (0..<count).map { "\($0),2,3\n" }.joined()
    let receipt = try place.settle("wide/t.csv", "a,b,c\n\(rows)4;5\n")
    let (read, written) = (receipt["records_read"] as? Int, receipt["records_written"] as? Int)
    let (known, rejected) = (receipt["duplicates"] as? Int, receipt["rejected"] as? Int)
    #expect(read == count + 1)
    #expect(written == count && known == 0 && rejected == 1)
  }

  @Test func `what spells like an exponent in an id stays an id`() throws {
    let text = "id,n\n0047583311587E590003,1\n0047583311587E590004,2\n"
    #expect(
      try convert(text.utf8).lines == [
        #"{"id":"0047583311587E590003","n":1}"#, #"{"id":"0047583311587E590004","n":2}"#,
      ]
    )
  }

  @Test func `an id that a spreadsheet has shortened stays as it is written, and says so`() throws {
    let rows = (0..<100_000).map { "\(4_006_381_000_000 + $0),1.5\n" }.joined()
    let converted = try convert("ean,price\n\(rows)4.00638E+12,2.5\n".utf8)
    #expect(converted.lines.first == #"{"ean":"4006381000000","price":1.5}"#)
    #expect(converted.lines.last == #"{"ean":"4.00638E+12","price":2.5}"#)
    #expect(converted.errorText.contains("ean"))
    #expect(converted.errorText.contains("A spreadsheet has put zeros or an exponent"))
  }

  @Test func `an integer of JSON keeps its digits past what a double can hold`() throws {
    let text = #"[{"id":9007199254740993},{"id":123456789012345678901234567890}]"#
    #expect(
      try convert(text.utf8, name: "t.json").lines == [
        #"{"id":"9007199254740993"}"#, #"{"id":"123456789012345678901234567890"}"#,
      ]
    )
  }

  @Test(arguments: [[UInt8](arrayLiteral: 0xE9), [0xC3, 0xA9]])
  func `a sign beyond ASCII decides the encoding wherever it comes first`(sign: [UInt8]) throws {
    let rows = (0..<200_000).map { "\($0),plain\n" }.joined()
    let ending = try convert(Array("id,name\n\(rows)200000,caf".utf8) + sign + [0x0A])
    #expect(ending.lines.last == #"{"id":200000,"name":"café"}"#)
    #expect(ending.lines.count == 200_001)
  }

  @Test func `a decimal comma is no delimiter`() throws {
    let lines = try convert("id;price;qty\n1;1,5;2\n2;2,5;3\n3;3,25;4\n".utf8).lines
    #expect(lines.last == #"{"id":3,"price":3.25,"qty":4}"#)
  }
}
