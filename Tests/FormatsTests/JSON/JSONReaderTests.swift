import Formats
import Testing

struct JSONReaderTests {
  @Test func `a record's members become cells by name`() {
    let drop = JSONDrop(
      """
      {"id":1,"name":"Ann","ok":true,"gone":null,"price":36.10}
      {"name":"Bob","id":2,"ok":false,"more":""}
      """,
      JSONLayout(.lines),
      names: ["id", "name"]
    )
    #expect(
      drop.lines == [
        #"{"id":1,"name":"Ann","ok":true,"price":36.1}"#,
        #"{"id":2,"more":"","name":"Bob","ok":false}"#,
      ]
    )
    #expect(drop.places == [1, 2])
    #expect(drop.rejects.isEmpty)
  }

  @Test func `escapes become UTF-8`() {
    let drop = JSONDrop(
      #"{"a":"\"\\\/\b\f\n\r\t","b":"\u0041\u00e9\u20AC\uD83D\uDE00","\u0063":"x\u0000y"}"#,
      JSONLayout(.lines)
    )
    #expect(
      drop.lines == [#"{"a":"\"\\/\b\f\n\r\t","b":"Aé€😀","c":"x\u0000y"}"#]
    )
  }

  @Test func `nested values become canonical text`() {
    let drop = JSONDrop(
      #"{"o": { "b" : [1.0, null, {"z":null,"y":2}], "a":"\u0041/" , "n":null},"#
        + #" "u": {"\ue000":1,"😀":2,"a":3}, "big": [12345678901234567890, 1E2, -0],"#
        + #" "e": {}, "f": [], "s": {"k":"a\"b"} }"#,
      JSONLayout(.lines)
    )
    #expect(
      drop.lines == [
        #"{"big":["12345678901234567890",100,0],"e":{},"f":[],"o":{"a":"A/","b":[1,null,{"y":2}]},"#
          + #""s":{"k":"a\"b"},"u":{"a":3,"😀":2,"\#u{e000}":1}}"#
      ]
    )
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, "1:8 duplicate-name"),
    (#"{"a":null,"a":2}"#, "1:11 duplicate-name"),
    (#"{"a":1,"\u0061":2}"#, "1:8 duplicate-name"),
    (#"{"a":{"b":1,"c":2,"b":3}}"#, "1:24 duplicate-name"),
    (#"{"a":{"b":null,"b":3}}"#, "1:21 duplicate-name"),
    (#"{"a":"\ud800"}"#, "1:7 invalid-encoding"),
    (#"{"a":"\udc00\ud800"}"#, "1:7 invalid-encoding"),
    (#"{"a":["\ud800x"]}"#, "1:8 invalid-encoding"),
    (#"{"a":1"#, "1:7 invalid-json"),
    (#"{"a":1,}"#, "1:8 invalid-json"),
    (#"{"a" 1}"#, "1:6 invalid-json"),
    (#"{"a":01}"#, "1:7 invalid-json"),
    (#"{"a":1.}"#, "1:6 invalid-json"),
    (#"{"a":+1}"#, "1:6 invalid-json"),
    (#"{"a":nul}"#, "1:6 invalid-json"),
    (#"{"a":"\x"}"#, "1:7 invalid-json"),
    (#"{"a":"\u00g0"}"#, "1:7 invalid-json"),
    (#"{"a":"b"#, "1:8 invalid-json"),
    (#"{"a":"b\"#, "1:8 invalid-json"),
    (#"{a:1}"#, "1:2 invalid-json"),
    (#"{"a":[1,]}"#, "1:9 invalid-json"),
    (#"{"a":{"b":1,}}"#, "1:13 invalid-json"),
    (#"{"a":1} x"#, "1:9 invalid-json"),
    (#"{"a":1},"#, "1:8 invalid-json"),
    (#"{"a":1 /* no */}"#, "1:8 invalid-json"),
    (#"{"a":NaN}"#, "1:6 invalid-json"),
    ("{\"a\":\"x\ty\"}", "1:8 invalid-json"),
    ("42", "1:1 not-a-record"),
    (#""text""#, "1:1 not-a-record"),
    ("[1,2]", "1:1 not-a-record"),
    ("nul", "1:1 invalid-json"),
    ("]", "1:1 invalid-json"),
  ])
  func `a line that cannot be read is rejected alone`(line: String, reason: String) {
    let drop = JSONDrop("\(line)\n{\"id\":7}\n", JSONLayout(.lines), names: ["id"])
    #expect(drop.rejects == ["\(reason) \(line)"])
    #expect(drop.lines == [#"{"id":7}"#])
    #expect(drop.places == [2])
    #expect(drop.error == nil)
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xC3],
    ] as [[UInt8]]
  )
  func `bytes that are not UTF-8 reject the record`(bad: [UInt8]) {
    for wrap in [(#"{"a":""#, #""}"#), (#"{""#, #"":1}"#), (#"{"a":["\n"#, #""]}"#)] {
      let line = Array(wrap.0.utf8) + bad + Array(wrap.1.utf8)
      let drop = JSONDrop(line + Array("\n{\"é\":\"日本\"}".utf8), JSONLayout(.lines))
      #expect(drop.lines == [#"{"é":"日本"}"#])
      #expect(drop.rejects.count == 1)
      #expect(drop.rejects.first?.contains(" invalid-encoding ") == true)
    }
  }

  @Test func `nesting stops at the limit`() {
    func nested(_ depth: Int) -> String {
      #"{"a":"# + String(repeating: "[", count: depth - 1)
        + String(repeating: "]", count: depth - 1) + "}"
    }
    #expect(JSONDrop(nested(512), JSONLayout(.lines)).rejects.isEmpty)
    let tooDeep = JSONDrop(nested(513), JSONLayout(.lines))
    #expect(tooDeep.lines.isEmpty)
    #expect(tooDeep.rejects.first?.hasPrefix("1:517 too-deep ") == true)
    let bomb = String(repeating: #"{"a":"#, count: 100_000)
    #expect(JSONDrop(bomb, JSONLayout(.lines)).rejects.count == 1)
  }

  @Test func `names of a rejected record leave no column`() {
    let drop = JSONDrop(
      """
      {"a":1}
      {"x":1,"y":2,"x":3}
      {"b":2,"a":3}
      {"y":"z"}
      """,
      JSONLayout(.lines)
    )
    #expect(drop.lines == [#"{"a":1}"#, #"{"a":3,"b":2}"#, #"{"y":"z"}"#])
    #expect(drop.rejects.count == 1)
  }

  @Test func `members may come and go and change their order`() {
    var text = ""
    var expected: [String] = []
    for record in 0..<500 {
      var members: [(String, Int)] = []
      for column in 0..<12 where (record >> (column % 7) & 1) == 0 || column % 5 == 0 {
        members.append(("name\(column)", record * column))
      }
      let sorted = members.sorted { $0.0 < $1.0 }
      expected.append("{" + sorted.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
      if record % 3 == 1 { members.reverse() }
      text += "{" + members.map { "\"\($0)\" : \($1)" }.joined(separator: " , ") + "}\n"
    }
    #expect(JSONDrop(text, JSONLayout(.lines)).lines == expected)
    #expect(JSONDrop(text, JSONLayout(.lines), chunk: 700).lines == expected)
  }

  @Test func `a name that begins like another is not taken for it`() {
    let drop = JSONDrop(
      """
      {"ab":1,"abc":2}
      {"abc":3,"ab":4}
      {"a":5,"ab":6}
      """,
      JSONLayout(.lines)
    )
    #expect(
      drop.lines == [#"{"ab":1,"abc":2}"#, #"{"ab":4,"abc":3}"#, #"{"a":5,"ab":6}"#]
    )
  }

  @Test func `elements of an array are records with the line they begin on`() {
    let drop = JSONDrop(
      """
      [
        {
          "a": 1
        },
        { "a": 2 }, { "a": 3 },

        {"a": 4}
      ]
      """,
      JSONLayout(.array([]))
    )
    #expect(drop.lines == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#, #"{"a":4}"#])
    #expect(drop.places == [2, 5, 5, 7])
  }

  @Test func `a bad record in an array is rejected, a broken one fails the drop`() {
    let bad = JSONDrop(#"[{"a":1},7,{"a":1,"a":2},{"a":3}]"#, JSONLayout(.array([])))
    #expect(bad.lines == [#"{"a":1}"#, #"{"a":3}"#])
    #expect(bad.rejects == ["1:1 not-a-record 7", #"1:8 duplicate-name {"a":1,"a":2}"#])
    #expect(bad.error == nil)
    let broken = JSONDrop("[{\"a\":1},\n{\"é\":x}]", JSONLayout(.array([])))
    #expect(
      broken.error
        == .notWellFormed(
          format: "JSON",
          line: 2,
          column: 0,
          found: "no value at character 6 of record 2"
        )
    )
  }

  @Test func `the key of a keyed record is a member`() {
    let drop = JSONDrop(
      #"{"data": {"DE": {"name":"Germany"}, "F\u0052" : {"name":"France"}}, "n": 2}"#,
      JSONLayout(.keyed([.member(Array("data".utf8))]))
    )
    #expect(
      drop.lines == [
        #"{"_key":"DE","name":"Germany"}"#, #"{"_key":"FR","name":"France"}"#,
      ]
    )
    #expect(drop.scalars == ["n=2"])
  }

  @Test func `single values and arrays become records as the layout says`() {
    #expect(
      JSONDrop(#"["a",2,null,{"b":1}]"#, JSONLayout(.array([]), of: .value)).lines
        == [#"{"value":"a"}"#, #"{"value":2}"#, "{}", #"{"value":{"b":1}}"#]
    )
    #expect(
      JSONDrop(#"{"a":"x","b":"y"}"#, JSONLayout(.keyed([]), of: .value)).lines
        == [#"{"_key":"a","value":"x"}"#, #"{"_key":"b","value":"y"}"#]
    )
    let tuples = JSONLayout.Element.tuple(names: [Array("id".utf8), Array("name".utf8)])
    let drop = JSONDrop(
      #"[["id","name"],[1,"A"],[2,"B",true],[3],{"x":1}]"#,
      JSONLayout(.array([]), of: tuples, hasHeader: true)
    )
    #expect(
      drop.lines == [
        #"{"id":1,"name":"A"}"#, #"{"column_3":true,"id":2,"name":"B"}"#, #"{"id":3}"#,
      ]
    )
    #expect(drop.rejects == [#"1:1 not-a-record {"x":1}"#])
  }

  @Test func `a document is one record`() {
    let drop = JSONDrop(" \n{\"a\":\n[1]}\n", JSONLayout(.document))
    #expect(drop.lines == [#"{"a":[1]}"#])
    #expect(drop.places == [2])
    #expect(JSONDrop("{} {}", JSONLayout(.document)).error != nil)
    #expect(JSONDrop(" \n ", JSONLayout(.document)).error == .endsEarly(format: "JSON", line: 2))
    #expect(
      JSONDrop(#"{"a":[1"#, JSONLayout(.document)).error == .endsEarly(format: "JSON", line: 1)
    )
  }

  @Test func `values may follow one another over any number of lines`() {
    let drop = JSONDrop("{\n\"a\":1\n}{\"a\":2}\n\n{\"a\":\n3}", JSONLayout(.values))
    #expect(drop.lines == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#])
    #expect(drop.places == [1, 3, 5])
    #expect(
      JSONDrop("{\"a\":1}\n{\"a\":", JSONLayout(.values)).error
        == .endsEarly(format: "JSON", line: 2)
    )
  }

  @Test func `columns that only a rejected array had leave the places of the others alone`() {
    let text = "[1,2,x]\n[3,4]\n[5,6,7]\n[8,9,10,y]\n[11]\n[12,13,14,15]\n"
    let layout = JSONLayout(.lines, of: .tuple(names: []))
    let drop = JSONDrop(text, layout)
    #expect(
      drop.lines == [
        #"{"column_1":3,"column_2":4}"#, #"{"column_1":5,"column_2":6,"column_3":7}"#,
        #"{"column_1":11}"#, #"{"column_1":12,"column_2":13,"column_3":14,"column_4":15}"#,
      ]
    )
    #expect(drop.rejects.count == 2)
  }

  @Test func `a value that is no record takes none of those behind it with it`() {
    let text = "{\n\"a\":1}\ntrue\n{\"a\":2}\n17{\"a\":3}\n\"x\"\n{\"a\":\n4}\n"
    let drop = JSONDrop(text, JSONLayout(.values))
    #expect(drop.lines == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#, #"{"a":4}"#])
    #expect(
      drop.rejects == ["3:1 not-a-record true", "5:1 not-a-record 17", "6:1 not-a-record \"x\""]
    )
    for chunk in 1...16 {
      #expect(JSONDrop(text, JSONLayout(.values), chunk: chunk) == drop)
    }
  }

  @Test func `what lies behind a line's end says nothing of why the line is rejected`() {
    // Without the column and the text, which may end where the block does.
    func place(_ reject: String) -> String {
      let words = reject.split(separator: " ")
      return "\(words[0].prefix { $0 != ":" }) \(words[1])"
    }
    for text in [
      "{\"a\":1}\n [\n\n ]\n{\"a\":2}\n", "{\"a\":1,\n\"a\":2}\n",
      "{\"a\":[\n{\"b\":1,\"b\":2}]}\n",
      "{\"a\":\n1e999}\n", "[1,\n2]\n",
    ] {
      let drop = JSONDrop(text, JSONLayout(.lines))
      let places = drop.rejects.map(place)
      for chunk in 1...16 {
        #expect(JSONDrop(text, JSONLayout(.lines), chunk: chunk).rejects.map(place) == places)
      }
      #expect(places.first?.hasSuffix(" invalid-json") == true)
    }
  }

  @Test func `ten thousand new names fill the limit and no more`() {
    let members = (0..<10_001).map { "\"n\($0)\":1" }
    let few = "{" + members.dropLast().joined(separator: ",") + "}"
    let many = "{" + members.joined(separator: ",") + "}"
    #expect(JSONDrop(few, JSONLayout(.lines)).lines.count == 1)
    #expect(JSONDrop(many, JSONLayout(.lines)).rejects.count == 1)
  }

  @Test func `each record may bring columns of its own`() {
    var text = ""
    for record in 0..<2000 {
      text += "{\"id\":\(record),\"k\(record)\":\(record)}\n"
      if record % 100 == 50 { text += "{\"bad\(record)\":1,\"id\":2,\"id\":3}\n" }
    }
    let expected = (0..<2000).map { "{\"id\":\($0),\"k\($0)\":\($0)}" }
    let drop = JSONDrop(text, JSONLayout(.lines))
    #expect(drop.lines == expected)
    #expect(drop.rejects.count == 20)
    let array = "[" + expected.joined(separator: ",\n") + "]"
    #expect(JSONDrop(array, JSONLayout(.array([])), chunk: 20_000).lines == expected)
  }

  @Test func `rows that would not fit into memory hold the drop`() {
    let names = (0..<9000).map { "n\($0)" }
    let text = String(repeating: "{\"n1\":1}\n", count: 2000)
    let drop = JSONDrop(text, JSONLayout(.lines), names: names)
    guard case .tooManyColumns(9000, _) = drop.error else {
      Issue.record("\(drop.lines.count) rows were read")
      return
    }
  }
}
