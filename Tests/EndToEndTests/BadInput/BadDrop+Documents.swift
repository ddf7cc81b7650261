import TestKit

extension BadDrop {
  static let documents = json + xml

  private static let json = [
    BadDrop("json-too-deep", nested("[", "]", 600), as: "a.json", "held nested-too-deep"),
    BadDrop(
      "json-a-name-twice",
      #"[{"a":1,"a":2}]"#,
      as: "a.json",
      "1 read, 0 written, 1 duplicate-name"
    ),
    BadDrop(
      "json-names-of-javascript",
      #"[{"__proto__":1,"constructor":2}]"#,
      as: "a.json",
      "1 read, 1 written"
    ),
    BadDrop(
      "json-names-that-look-alike",
      "[{\"\u{E9}\":1,\"e\u{301}\":2}]",
      as: "a.json",
      "1 read, 1 written"
    ),
    BadDrop("json-a-comma-too-many", #"[{"a":1},]"#, as: "a.json", "held not-well-formed"),
    BadDrop("json-a-comment", #"[{"a":1}/*x*/]"#, as: "a.json", "held not-well-formed"),
    BadDrop("json-cut-off", #"[{"a":1},{"a""#, as: "a.json", "held ends-early"),
    BadDrop("json-a-number-past-all", #"[{"a":1e999999}]"#, as: "a.json", "1 read, 1 written"),
    BadDrop(
      "json-a-number-of-many-digits",
      "[{\"a\":\(String(repeating: "1", count: 100_000))}]",
      as: "a.json",
      "1 read, 1 written"
    ),
    BadDrop("json-a-scalar", "42", as: "a.json", "1 read, 1 written"),
    BadDrop("json-an-empty-array", "[]", as: "a.json", "0 read, 0 written"),
    BadDrop(
      "json-a-stranger",
      #"[{"a":1},2,{"a":3}]"#,
      as: "a.json",
      "3 read, 2 written, 1 not-a-record"
    ),
    BadDrop(
      "json-members-too-many",
      members(20_000),
      as: "a.json",
      "1 read, 0 written, 1 too-many-columns"
    ),
    BadDrop(
      "json-a-bad-line",
      "{\"a\":1}\n{\"a\":\n{\"a\":3}\n",
      as: "a.ndjson",
      "3 read, 2 written, 1 invalid-json"
    ),
    BadDrop("json-values-joined", #"{"a":1}{"a":2}"#, as: "a.json", "2 read, 2 written"),
  ]

  private static let xml = [
    BadDrop("xml-laughs", laughs, as: "a.xml", "held entity"),
    BadDrop("xml-one-entity-often", blowUp, as: "a.xml", "held entity"),
    BadDrop(
      "xml-a-file-of-ours",
      outside("<!ENTITY x SYSTEM \"file:///etc/passwd\">", "&x;"),
      as: "a.xml",
      "held entity"
    ),
    BadDrop(
      "xml-a-page-by-parameter",
      outside("<!ENTITY % p SYSTEM \"http://127.0.0.1:9/x\">%p;", "&q;"),
      as: "a.xml",
      "held entity"
    ),
    BadDrop(
      "xml-an-unknown-entity",
      "<l><r><n>&nope;</n></r><r><n>2</n></r></l>",
      as: "a.xml",
      "held entity"
    ),
    BadDrop(
      "xml-a-type-elsewhere",
      "<!DOCTYPE l SYSTEM \"http://127.0.0.1:9/l.dtd\">\(plain)",
      as: "a.xml",
      "2 read, 2 written"
    ),
    BadDrop("xml-a-harmless-type", "<!DOCTYPE l>\(plain)", as: "a.xml", "2 read, 2 written"),
    BadDrop(
      "xml-too-deep",
      "<l>\(nested("<d>", "</d>", 100_000))</l>",
      as: "a.xml",
      "held nested-too-deep"
    ),
    BadDrop(
      "xml-attributes-too-many",
      attributes(100_000),
      as: "a.xml",
      "held drop-too-many-columns"
    ),
    BadDrop(
      "xml-an-attribute-twice",
      "<l><r a=\"1\" a=\"2\"/><r a=\"3\"/></l>",
      as: "a.xml",
      "held not-well-formed"
    ),
    BadDrop("xml-two-roots", "\(plain)<m/>", as: "a.xml", "held not-well-formed"),
    BadDrop("xml-cut-off", String(plain.dropLast(4)), as: "a.xml", "held ends-early"),
    BadDrop(
      "xml-an-inclusion",
      "<l xmlns:xi=\"http://www.w3.org/2001/XInclude\"><r><n>1</n><xi:include href=\"/etc/passwd\"/></r><r><n>2</n></r></l>",
      as: "a.xml",
      "2 read, 2 written"
    ),
    BadDrop(
      "xml-instructions",
      "<?php echo 1 ?><l><r><n>1</n></r><?x y?><r><n>2</n></r></l>",
      as: "a.xml",
      "2 read, 2 written"
    ),
    BadDrop(
      "xml-marked-up-text",
      "<l><r><n><![CDATA[<b>&amp;]]></n></r><r><n>2</n></r></l>",
      as: "a.xml",
      "2 read, 2 written"
    ),
  ]

  private static let plain = "<l><r><n>1</n></r><r><n>2</n></r></l>"

  private static func nested(_ open: String, _ close: String, _ depth: Int) -> String {
    String(repeating: open, count: depth) + String(repeating: close, count: depth)
  }

  private static func members(_ count: Int) -> String {
    "[{" + (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}]"
  }

  private static func attributes(_ count: Int) -> String {
    "<l><r " + (0..<count).map { "a\($0)=\"1\"" }.joined(separator: " ") + "/><r/></l>"
  }

  private static func outside(_ declaration: String, _ use: String) -> String {
    "<!DOCTYPE l [\(declaration)]><l><r><n>\(use)</n></r><r><n>2</n></r></l>"
  }

  private static let laughs: String = {
    let letters = Array("abcdefghij")
    let entities = zip(letters.dropFirst(), letters).map { name, part in
      "<!ENTITY \(name) \"\(String(repeating: "&\(part);", count: 10))\">"
    }
    return outside("<!ENTITY a \"lol\">\(entities.joined())", "&j;")
  }()

  private static let blowUp = outside(
    "<!ENTITY a \"\(String(repeating: "x", count: 100_000))\">",
    String(repeating: "&a;", count: 2_000)
  )
}

extension BadDrop {
  static let packed: [BadDrop] = {
    // Without gzip itself nothing of this can be made, and every test of it fails.
    func gzip(_ bytes: some Sequence<UInt8>) -> [UInt8] { (try? Gzip.member(bytes)) ?? [] }
    let whole = gzip(people.utf8)
    func changed(_ index: Int, _ bits: UInt8) -> [UInt8] {
      var bytes = whole
      guard !bytes.isEmpty else { return bytes }
      bytes[index < 0 ? bytes.count + index : index] ^= bits
      return bytes
    }
    let halves = gzip("id,name\n".utf8) + gzip("1,Ann\n".utf8)
    return [
      BadDrop("gzip-called-csv", whole, "2 read, 2 written"),
      BadDrop("gzip-in-gzip", gzip(whole), as: "a.csv.gz.gz", "2 read, 2 written"),
      BadDrop("gzip-three-times", gzip(gzip(whole)), as: "a.csv.gz", "held unknown-format"),
      BadDrop("gzip-members-joined", halves, as: "a.csv.gz", "1 read, 1 written"),
      BadDrop(
        "gzip-zeros-behind",
        whole + [UInt8](repeating: 0, count: 512),
        as: "a.csv.gz",
        "2 read, 2 written"
      ),
      BadDrop(
        "gzip-cut-off",
        Array(whole.dropLast(6)),
        as: "a.csv.gz",
        "held compressed-truncated"
      ),
      BadDrop("gzip-a-wrong-length", changed(-1, 1), as: "a.csv.gz", "held compressed-damaged"),
      BadDrop("gzip-a-wrong-checksum", changed(-8, 1), as: "a.csv.gz", "held compressed-damaged"),
      BadDrop("gzip-unknown-flags", changed(3, 0xE0), as: "a.csv.gz", "held compressed-damaged"),
      BadDrop(
        "gzip-of-zeros",
        gzip([UInt8](repeating: 0, count: 4 << 20)),
        as: "a.csv.gz",
        "held unknown-format"
      ),
      BadDrop(
        "gzip-a-bomb",
        gzip(Array("a,b\n".utf8) + [UInt8](repeating: 0x2C, count: 24 << 20)),
        as: "a.csv.gz",
        "held inflates-too-far"
      ),
    ]
  }()
}
