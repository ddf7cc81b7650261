import TestKit
import Testing

/// What other systems did to names, rows and documents: `docs/traps.md` has the list.
@Suite struct `Of shapes` {
  private func convert(_ bytes: some Sequence<UInt8>, name: String = "t.csv") throws
    -> Command.Ending
  {
    let scratch = try ScratchFolder()
    return try Command.run(Places.dropmill, ["convert", try scratch.write(name, bytes)])
  }

  @Test(arguments: ["utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be"])
  func `a byte-order mark is no part of the first name`(encoding: String) throws {
    let table = "\u{FEFF}id,name\n1,Ann\n2,Bén\n"
    let bytes = try Command.run("iconv", ["-f", "utf-8", "-t", encoding], input: Array(table.utf8))
    #expect(
      try convert(bytes.output).lines == [#"{"id":1,"name":"Ann"}"#, #"{"id":2,"name":"Bén"}"#]
    )
  }

  @Test func `names that repeat, or differ in case alone, lose no column`() throws {
    #expect(
      try convert("Name,name,NAME,name\na,b,c,d\ne,f,g,h\n".utf8).lines == [
        #"{"NAME":"c","Name":"a","name":"b","name_2":"d"}"#,
        #"{"NAME":"g","Name":"e","name":"f","name_2":"h"}"#,
      ]
    )
  }

  @Test func `columns are bound by the names of each file, never by their place in another`() throws
  {
    let place = try Workplace()
    try place.settle("orders/a.csv", "id,name,city\n1,Ann,Oslo\n")
    try place.settle("orders/b.csv", "city,id,name\nRome,2,Ben\n")
    try place.settle("orders/c.csv", "name,id\nCas,3\n")
    try place.settle("orders/d.csv", "id,name,zip\n4,Dan,Z9\n")
    #expect(
      try place.records(of: "orders") == [
        #"{"city":"Oslo","id":1,"name":"Ann"}"#, #"{"city":"Rome","id":2,"name":"Ben"}"#,
        #"{"id":3,"name":"Cas"}"#, #"{"id":4,"name":"Dan","zip":"Z9"}"#,
      ]
    )
  }

  @Test func `a header alone is a valid drop of no rows, and types nothing`() throws {
    let place = try Workplace()
    let receipt = try place.settle("orders/empty.csv", "id,name\n")
    #expect(receipt["result"] as? String == "accepted")
    #expect(receipt["records_read"] as? Int == 0)
    try place.settle("orders/full.csv", "id,name\n1,Ann\n")
    #expect(try place.records(of: "orders") == [#"{"id":1,"name":"Ann"}"#])
  }

  @Test func `all members of joined gzip files are read`() throws {
    let bytes =
      try Gzip.member("id,n\n1,1\n".utf8) + Gzip.member("2,2\n".utf8) + Gzip.member("3,3\n".utf8)
    #expect(
      try convert(bytes, name: "t.csv.gz").lines == [
        #"{"id":1,"n":1}"#, #"{"id":2,"n":2}"#, #"{"id":3,"n":3}"#,
      ]
    )
  }

  @Test func `a lone quote costs its row, not the rows behind it`() throws {
    let rows = (1...330).map { "\($0),n\($0)\n" }.joined()
    let ending = try convert("id,name\n0,\"oops\n\(rows)".utf8)
    #expect(ending.lines.count == 331, "\(ending.errorText)")
    #expect(ending.lines.first == #"{"id":0,"name":"\"oops"}"#)
    #expect(ending.lines.last == #"{"id":330,"name":"n330"}"#)
  }

  @Test(arguments: [("csv", "id,note\n"), ("json", "[")])
  func `memory does not grow with the drop`(name: String, head: String) throws {
    let isTable = name == "csv"
    let filler = String(repeating: "x", count: 4_000)
    func document(_ records: Int) -> [UInt8] {
      let rows = (0..<records).map {
        isTable ? "\($0),\(filler)\n" : #"{"id":\#($0),"note":"\#(filler)"},"#
      }
      return Array((head + rows.joined() + (isTable ? "" : #"{"id":-1,"note":""}]"#)).utf8)
    }
    let small = try peakKiB(of: document(6_000), name)
    let large = try peakKiB(of: document(18_000), name)
    #expect(large < small + 24 * 1_024, "24 MB take \(small) KiB, 72 MB take \(large) KiB")
  }

  /// The most memory that converting takes.
  ///
  /// Python starts it: started by this process, it would be counted with what this one held before.
  private func peakKiB(of document: [UInt8], _ name: String) throws -> Int {
    let scratch = try ScratchFolder()
    let script = """
      import resource, subprocess, sys
      subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let words = [Places.dropmill, "convert", try scratch.write("t.\(name)", document)]
    let ending = try Command.run("python3", ["-c", script] + words)
    return try #require(Int(ending.lines.first ?? ""), "\(ending.errorText)")
  }
}
