import TestKit
import Testing

@Suite struct `Convert` {
  private func lines(_ text: String) throws -> [String] {
    try lines(Array(text.utf8))
  }

  private func lines(_ bytes: [UInt8]) throws -> [String] {
    let ending = try Command.run(Places.dropmill, ["convert", "-"], input: bytes)
    #expect(ending.status == 0, "\(ending.errorText)")
    return ending.lines
  }

  private let table = [
    #"{"amount":1.5,"customer":"007","day":"2026-11-23","gift":true,"id":1,"note":"a, b"}"#,
    #"{"amount":20,"customer":"012","day":"2026-11-24","gift":false,"id":2}"#,
    #"{"amount":0.25,"customer":"100","day":"2026-11-25","gift":true,"id":3,"note":"say \"hi\""}"#,
  ]
  private let csv = """
    id,customer,amount,gift,day,note
    1,007,1.50,true,2026-11-23,"a, b"
    2,012,20,false,2026-11-24,
    3,100,0.25,true,2026-11-25,"say ""hi\"""

    """

  @Test func `gives the same bytes for the same table as CSV, JSON, XML and gzip`() throws {
    let json = """
      [{"id":1,"customer":"007","amount":1.50,"gift":true,"day":"2026-11-23","note":"a, b"},
       {"note":null,"id":2,"customer":"012","amount":20,"gift":false,"day":"2026-11-24"},
       {"gift":true,"id":3,"customer":"100","amount":25e-2,"day":"2026-11-25","note":"say \\"hi\\""}]
      """
    let xml = """
      <?xml version="1.0"?>
      <orders>
        <order><id>1</id><customer>007</customer><amount>1.50</amount><gift>true</gift>
          <day>2026-11-23</day><note>a, b</note></order>
        <order><id>2</id><customer>012</customer><amount>20</amount><gift>false</gift>
          <day>2026-11-24</day><note/></order>
        <order><id>3</id><customer>100</customer><amount>0.25</amount><gift>true</gift>
          <day>2026-11-25</day><note>say "hi"</note></order>
      </orders>
      """
    #expect(try lines(csv) == table)
    #expect(try lines(json) == table)
    #expect(try lines(xml) == table)
    #expect(try lines(Gzip.member(csv.utf8)) == table)
    #expect(try lines(Gzip.member(json.utf8)) == table)
  }

  @Test func `does not mind the order of the columns`() throws {
    let moved = """
      note,day,gift,amount,customer,id
      "a, b",2026-11-23,TRUE,1.5,007,1
      ,2026-11-24,false,20.0,012,2
      "say ""hi\""",2026-11-25,true,.25,100,3

      """
    // `.25` is no JSON number and no decimal of the format, so that column alone differs.
    #expect(try lines(moved.replacing(",.25,", with: ",0.250,")) == table)
  }

  @Test func `leaves dates that could be two as they are`() throws {
    #expect(
      try lines("id,day\n1,03/04/2026\n2,05/06/2026\n") == [
        #"{"day":"03/04/2026","id":1}"#, #"{"day":"05/06/2026","id":2}"#,
      ]
    )
    #expect(
      try lines("id,day\n1,03/04/2026\n2,25/06/2026\n") == [
        #"{"day":"2026-04-03","id":1}"#, #"{"day":"2026-06-25","id":2}"#,
      ]
    )
  }

  @Test func `keeps what looks like a number and is a name`() throws {
    #expect(
      try lines("zip,country\n00123,NO\n99999,NO\n") == [
        #"{"country":"NO","zip":"00123"}"#, #"{"country":"NO","zip":"99999"}"#,
      ]
    )
  }

  @Test func `keeps every digit of large numbers`() throws {
    #expect(
      try lines("id,n\n1,9007199254740993\n2,1\n") == [
        #"{"id":1,"n":"9007199254740993"}"#, #"{"id":2,"n":"1"}"#,
      ]
    )
  }

  @Test func `reads decimal commas where the column proves them`() throws {
    #expect(
      try lines("id;price\n1;1.234,56\n2;0,5\n3;12,75\n") == [
        #"{"id":1,"price":1234.56}"#, #"{"id":2,"price":0.5}"#, #"{"id":3,"price":12.75}"#,
      ]
    )
  }

  @Test func `reads text of every encoding in use`() throws {
    let text = "id,name\n1,Müller\n2,Größe\n3,naïve café\n"
    let records = [
      #"{"id":1,"name":"Müller"}"#, #"{"id":2,"name":"Größe"}"#, #"{"id":3,"name":"naïve café"}"#,
    ]
    let latin = text.unicodeScalars.map { UInt8($0.value) }
    let little = text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    #expect(try lines(text) == records)
    #expect(try lines([0xef, 0xbb, 0xbf] + Array(text.utf8)) == records)
    #expect(try lines(latin) == records)
    #expect(try lines([0xff, 0xfe] + little) == records)
    #expect(try lines([0xfe, 0xff] + big) == records)
    #expect(try lines(little) == records)
  }

  @Test func `writes what -o names and nothing else`() throws {
    let scratch = try ScratchFolder()
    let source = try scratch.write("orders.csv", csv)
    let ending = try Command.run(
      Places.dropmill,
      ["convert", source, "-o", "\(scratch.path)/out.ndjson"]
    )
    #expect(ending.status == 0)
    #expect(ending.output.isEmpty)
    #expect(try scratch.text("out.ndjson") == table.map { $0 + "\n" }.joined())
    #expect(scratch.files() == ["orders.csv", "out.ndjson"])
  }

  @Test func `tells of a bad row on standard error and ends with 1`() throws {
    let ending = try Command.run(
      Places.dropmill,
      ["convert", "-"],
      input: Array("id,name,city\n1,Ann,Oslo\n2,Ben,1,2,3,4,5,6,7,8\n3,Cas,Rome\n".utf8)
    )
    #expect(ending.status == 1)
    #expect(
      ending.lines == [
        #"{"city":"Oslo","id":1,"name":"Ann"}"#, #"{"city":"Rome","id":3,"name":"Cas"}"#,
      ]
    )
    #expect(ending.errorText.contains("row-width"))
    #expect(ending.errorText.contains(":3"))
  }

  @Test func `says which findings are not sure, and what was repaired`() throws {
    let words = try Command.run(
      Places.dropmill,
      ["convert", "-"],
      input: Array("alpha\nbeta\n".utf8)
    )
    #expect(words.status == 0)
    #expect(words.errorText.contains("uncertain: header “"))
    #expect(words.errorText.contains("state `header`"))
    let text = "id,name,city\n1,Ann,Bonn\n2,Ben,Oslo\n3,Cas,Rome,\n4,Dee,Bern\n5,Eve,Ulm\n"
    let mended = try Command.run(Places.dropmill, ["convert", "-"], input: Array(text.utf8))
    #expect(mended.errorText.contains(":4: repaired: "))
    #expect(!mended.errorText.contains("uncertain"))
  }

  @Test func `ends with 66 when there is no such file`() throws {
    let ending = try Command.run(Places.dropmill, ["convert", "/no/such/file.csv"])
    #expect(ending.status == 66)
    #expect(ending.errorText.contains("/no/such"))
  }
}
