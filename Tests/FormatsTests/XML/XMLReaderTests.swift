import Formats
import TestKit
import Testing

private let path = XMLLayout(recordPath: ["rows", "row"])

struct XMLReaderTests {
  @Test func `elements and attributes become members by local name`() {
    let drop = XMLDrop(
      """
      <?xml version="1.0"?>
      <!DOCTYPE rows>
      <n:rows xmlns:n="urn:n">
        <n:row id="1" n:kind="a"><n:name>Ann &amp; Bob</n:name><age>7</age></n:row>
        <n:row id="2"><n:name><![CDATA[<b>]]></n:name><age/></n:row>
        <!-- nothing -->
        <n:row/>
      </n:rows>
      """,
      path
    )
    #expect(
      drop.lines == [
        #"{"age":"7","id":"1","kind":"a","name":"Ann & Bob"}"#,
        #"{"id":"2","name":"<b>"}"#, "{}",
      ]
    )
    #expect(drop.places == [4, 5, 7])
    #expect(drop.passes == 1)
  }

  @Test func `an element seen twice in any record is an array in every record`() {
    let drop = XMLDrop(
      "<rows><row><tag>a</tag></row><row><tag>b</tag><tag/><x>1</x><tag>c</tag></row><row/></rows>",
      path
    )
    #expect(drop.lines == [#"{"tag":["a"]}"#, #"{"tag":["b",null,"c"],"x":"1"}"#, "{}"])
    #expect(drop.passes == 2)
    #expect(drop.layout?.arrays == [["tag"]])
  }

  @Test func `an element with attributes or children in any record is an object in every one`() {
    let drop = XMLDrop(
      """
      <rows>
      <row><price>5</price><who>x</who></row>
      <row><price currency="EUR"> 6 </price><who><b/><a>1</a></who></row>
      <row><price> </price><who>
        <a>2</a>
      </who></row>
      </rows>
      """,
      path
    )
    #expect(
      drop.lines == [
        ##"{"price":{"#text":"5"},"who":{"#text":"x"}}"##,
        ##"{"price":{"#text":" 6 ","currency":"EUR"},"who":{"a":"1"}}"##,
        #"{"who":{"a":"2"}}"#,
      ]
    )
    #expect(drop.layout?.structured == [["price"], ["who"]])
  }

  @Test func `an attribute that shares its name with an element is marked`() {
    let drop = XMLDrop(
      #"<rows><row id="1"/><row><id>2</id><a b="3"><b>4</b></a></row><row><a b="5"/></row></rows>"#,
      path
    )
    #expect(
      drop.lines == [
        #"{"@id":"1"}"#, #"{"a":{"@b":"3","b":"4"},"id":"2"}"#, #"{"a":{"@b":"5"}}"#,
      ]
    )
    #expect(drop.layout?.attributeClashes == [["id"], ["a", "b"]])
  }

  @Test func `text among elements is kept and white space is not`() {
    let drop = XMLDrop(
      "<rows>\n <row>\n  <id>1</id>\n  one <br/> two\n </row>\n"
        + " <row><id>2</id><![CDATA[ three]]><v/></row></rows>",
      path
    )
    #expect(
      drop.lines == [##"{"#text":"one  two","id":"1"}"##, ##"{"#text":"three","id":"2"}"##]
    )
  }

  @Test func `nested members are sorted and arrays nest`() {
    let drop = XMLDrop(
      "<rows><row><z><b>1</b><a>2</a><é>3</é><A><x>\"\\</x></A><A/></z></row></rows>",
      path
    )
    #expect(drop.lines == [#"{"z":{"A":[{"x":"\"\\"},null],"a":"2","b":"1","é":"3"}}"#])
  }

  @Test func `what XML Schema adds about an element is no data`() {
    let drop = XMLDrop(
      #"<rows xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">"#
        + #"<row><a xsi:nil="true"/><b xsi:type="t">1</b></row></rows>"#,
      path
    )
    #expect(drop.lines == [##"{"b":{"#text":"1","type":"t"}}"##])
  }

  @Test func `records lie at their path alone`() {
    let text = "<rows><meta><row>no</row></meta><row><row>1</row></row><x/><row>2</row></rows>"
    let drop = XMLDrop(text, path)
    #expect(drop.lines == [#"{"row":"1"}"#, ##"{"#text":"2"}"##])
    #expect(
      XMLDrop(text, XMLLayout(recordPath: ["rows", "list", "row"])).error
        == .recordsNotFound(path: "rows/list/row")
    )
    #expect(XMLDrop("<rows/>", path).lines.isEmpty)
    #expect(XMLDrop("<rows/>", path).error == nil)
  }

  static let documents = [
    "<rows><row><a>x &lt; y &#x20AC;</a><b>é</b></row>\n<row c='1'><a/>t<a>2</a></row></rows>",
    "<?xml version='1.0' encoding='UTF-8'?><rows>\r\n<row><a>1\r\n2</a></row><row/></rows>",
    "<rows a='>' b=\"'>\"><!-- <row> --><row x='/>'><?p <row> ?><a><![CDATA[</row>]]></a></row >"
      + "<x><y z='1'/><row/></x>\n<row\n y = 'a>b' /></rows>\n<!-- end -->\n",
    "<!DOCTYPE rows [<!ENTITY e 'v<b>w</b>'>]><rows><row><a>&e;&e;</a></row><!--x--><row/></rows>",
  ]

  @Test(arguments: documents)
  func `the same rows come out wherever the bytes are split`(text: String) {
    let whole = XMLDrop(text, path)
    #expect(whole.error == nil)
    #expect(whole.lines.count == 2)
    for size in 1...text.utf8.count { #expect(XMLDrop(text, path, size: size) == whole) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `any bytes are read or refused alike wherever they are split`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let letters = Array("<>/&;='\" arow![]-\n\u{0}\u{E9}".utf8)
    for text in Self.documents {
      for _ in 0..<60 {
        var content = Array(text.utf8)
        let place = Int.random(in: 0..<content.count, using: &random)
        content[place] = letters[Int.random(in: 0..<letters.count, using: &random)]
        let whole = XMLDrop(content, path)
        let split = XMLDrop(content, path, size: Int.random(in: 1...9, using: &random))
        #expect(split == whole, "seed \(seed): \(content)")
      }
    }
  }

  @Test(arguments: 0..<6)
  func `made documents give the same rows or the same error wherever they are split`(seed: Int) {
    var random = SeededGenerator(seed: 1000 + UInt64(seed))
    let layouts = [["a"], ["a", "b"], ["a", "a"], ["a", "b", "a"]].map { XMLLayout(recordPath: $0) }
    for _ in 0..<100 {
      let content = XMLMaker.document(&random)
      for layout in layouts {
        let whole = XMLDrop(content, layout)
        let split = XMLDrop(content, layout, size: Int.random(in: 1...40, using: &random))
        #expect(split == whole, "seed \(seed): \(String(decoding: content, as: UTF8.self))")
      }
    }
  }

  @Test func `rows come in blocks of which each knows the columns before it`() throws {
    let text =
      "<rows>" + (0..<9000).map { "<row><a>\($0)</a><b\($0 / 3000)/></row>\n" }.joined()
      + "</rows>"
    let drop = XMLDrop(text, path)
    #expect(drop.lines.count == 9000)
    #expect(drop.lines.last == #"{"a":"8999"}"#)
    #expect(drop.places == Array(1...9000))
  }

  @Test func `each record may bring columns of its own`() {
    let rows = (0..<3000).map { "<row><id>\($0)</id><k\($0)>\($0)</k\($0)></row>" }
    let drop = XMLDrop("<rows>\(rows.joined(separator: "\n"))</rows>", path)
    #expect(drop.lines.count == 3000)
    #expect(drop.lines.last == #"{"id":"2999","k2999":"2999"}"#)
    #expect(drop.places == Array(1...3000))
  }

  @Test func `a record that stretches over many chunks is whole`() {
    let long = String(repeating: "0123456789", count: 20_000)
    let drop = XMLDrop("<rows><row><a>\(long)</a></row><row><a>1</a></row></rows>", path)
    #expect(drop.lines == [#"{"a":"\#(long)"}"#, #"{"a":"1"}"#])
    let comment = String(repeating: "c", count: 200_000)
    #expect(XMLDrop("<rows><!--\(comment)--><row/></rows>", path).lines == ["{}"])
  }

  @Test(arguments: [
    ("<rows><row></rows>", "not-well-formed"), ("<rows><row/>", "ends-early"), ("", "ends-early"),
    ("<rows><row", "ends-early"), ("<rows/><rows/>", "not-well-formed"),
    ("<rows><row a='1' a='2'/></rows>", "not-well-formed"),
    ("<rows><row>&nope;</row></rows>", "entity"),
    ("<!DOCTYPE rows SYSTEM 'x.dtd'><rows><row>&nope;</row></rows>", "entity"),
    ("<!DOCTYPE rows [<!ENTITY x SYSTEM '/etc/passwd'>]><rows><row>&x;</row></rows>", "entity"),
    ("<!DOCTYPE rows [<!ENTITY x SYSTEM '/etc/passwd'>]><rows><row a='&x;'/></rows>", "entity"),
    ("<!DOCTYPE rows [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><rows>&a;</rows>", "entity"),
    ("<rows><n:row/></rows>", "not-well-formed"),
  ])
  func `a document that is not XML of its own is refused`(text: String, code: String) {
    for size in [Int.max, 1] {
      guard let error = XMLDrop(text, path, size: size).error else {
        Issue.record("\(text) was read")
        continue
      }
      #expect(error.code == code, "\(error)")
    }
  }

  @Test func `a harmless type declaration is read over`() {
    let drop = XMLDrop(
      "<!DOCTYPE rows SYSTEM 'rows.dtd' [<!ENTITY % p SYSTEM 'p.ent'> %p; ]><rows><row/></rows>",
      path
    )
    #expect(drop.lines == ["{}"])
  }

  @Test func `an entity that multiplies without end is refused`() {
    var text = "<!DOCTYPE rows [<!ENTITY a0 'lol'>"
    for level in 1...12 {
      let references = String(repeating: "&a\(level - 1);", count: 10)
      text += "<!ENTITY a\(level) '\(references)'>"
    }
    text += "]><rows><row>&a12;</row></rows>"
    guard case .entity = XMLDrop(text, path).error else {
      Issue.record("it was read")
      return
    }
  }

  @Test func `nesting and attributes stop at their limits`() {
    func nested(_ depth: Int) -> String {
      "<rows>" + String(repeating: "<row>", count: depth - 1)
        + String(repeating: "</row>", count: depth - 1) + "</rows>"
    }
    #expect(XMLDrop(nested(512), path).error == nil)
    #expect(XMLDrop(nested(513), path).error == .tooDeep(line: 1, limit: 512))
    let attributes = (0..<1025).map { "a\($0)='1'" }
    #expect(
      XMLDrop("<rows><row \(attributes.dropLast().joined(separator: " "))/></rows>", path).error
        == nil
    )
    #expect(
      XMLDrop("<rows><row \(attributes.joined(separator: " "))/></rows>", path).error
        == .tooManyColumns(count: 1025, limit: 1024)
    )
  }

  @Test func `many elements far down are refused before their paths fill the memory`() {
    let levels = (0..<400).map { "d\($0)" }
    let open = levels.map { "<\($0)>" }.joined()
    let close = levels.reversed().map { "</\($0)>" }.joined()
    let leaves = (0..<3000).map { "<e\($0)/>" }.joined()
    let text = "<rows><row>\(open)\(leaves)\(close)</row></rows>"
    guard case .tooManyColumns = XMLDrop(text, path).error else {
      Issue.record("it was read")
      return
    }
  }

  @Test func `text past its limit rejects the record alone`() {
    var limits = FormatLimits()
    limits.fieldBytes = 1000
    let fits = String(repeating: "x", count: 1000)
    let text =
      "<rows><row><a>\(fits)</a></row>\n<row><a>\(fits)x</a></row><row a='\(fits)x'/></rows>"
    let drop = XMLDrop(Array(text.utf8), path, limits: limits)
    #expect(drop.rejects == ["2 field-too-long", "2 field-too-long"])
    #expect(drop.lines == [#"{"a":"\#(fits)"}"#])
  }
}
