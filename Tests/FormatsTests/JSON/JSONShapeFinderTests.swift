import Formats
import Foundation
import TestKit
import Testing

private func shape(
  _ text: String,
  isWhole: Bool = true,
  prior: JSONLayout? = nil
) throws(FormatError) -> JSONShape {
  try shape(Array(text.utf8), isWhole: isWhole, prior: prior)
}

private func shape(
  _ bytes: [UInt8],
  isWhole: Bool,
  prior: JSONLayout? = nil
) throws(FormatError) -> JSONShape {
  // Safe: the array outlives the call.
  try unsafe bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
    try unsafe JSONShapeFinder.find(buffer, isWhole: isWhole, prior: prior)
  }
}

private func names(_ names: String...) -> JSONLayout.Element {
  .tuple(names: names.map { Array($0.utf8) })
}

private func array(_ path: String, of element: JSONLayout.Element = .object) -> JSONLayout {
  JSONLayout(.array(JSONLayout.steps(from: path)?.path ?? []), of: element)
}

private func keyed(_ path: String, of element: JSONLayout.Element = .object) -> JSONLayout {
  JSONLayout(.keyed(JSONLayout.steps(from: path)?.path ?? []), of: element)
}

private let rows = (1...20).map { #"{"id":\#($0),"name":"name \#($0)"}"# }.joined(separator: ",\n")
private let countries = (1...20).map { #""C\#($0)":{"name":"N\#($0)","area":\#($0)}"# }
  .joined(separator: ",")

struct JSONShapeFinderTests {
  static let cases: [(String, JSONLayout)] = [
    ("[\(rows)]", array("$")),
    ("[\n \(rows)\n]\n", array("$")),
    ("[]", array("$")),
    ("[{}]", array("$")),
    ("{\"count\":20,\"next\":null,\"results\":[\(rows)]}", array("results")),
    ("{\"kind\":\"x\",\"data\":{\"after\":1,\"children\":[\(rows)]}}", array("data.children")),
    ("{\"type\":\"FeatureCollection\",\"features\":[\n\(rows)\n]}", array("features")),
    ("[{\"page\":1,\"pages\":2},[\(rows)]]", array("[1]")),
    (
      "{\"meta\":{\"view\":{\"columns\":[{\"id\":-1,\"name\":\"sid\"},{\"id\":2,\"name\":\"id\"},"
        + "{\"id\":3,\"name\":\"id\"}]}},\"data\":[[1,\"a\",2],[2,\"b\",3],[3,\"c\",4],[5,\"d\",6]]}",
      array("data", of: names("sid", "id", "id_2"))
    ),
    (
      "{\"column_names\":[\"Date\",\"Open\"],\"data\":[[\"2026-01-01\",1.5],[\"2026-01-02\",1.25],"
        + "[\"2026-01-03\",1.75]]}", array("data", of: names("Date", "Open"))
    ),
    (
      "[[\"NAME\",\"state\"],[\"Alabama\",1],[\"Alaska\",2]]",
      JSONLayout(.array([]), of: names("NAME", "state"), hasHeader: true)
    ),
    ("[[1,2],[3,4]]", array("$", of: names())),
    ("[1,2,\"x\"]", array("$", of: .value)),
    ("{\(countries)}", keyed("*")),
    ("{\"source\":\"x\",\"data\":{\(countries)}}", keyed("data.*")),
    (
      "{\"base\":\"EUR\",\"date\":\"2026-01-01\",\"rates\":{\"USD\":1.1,\"GBP\":0.9}}",
      JSONLayout(.document)
    ),
    (
      "{\"name\":\"x\",\"address\":{\"city\":\"y\"},\"status\":{\"ok\":true},\"geo\":{\"lat\":1}}",
      JSONLayout(.document)
    ),
    (
      "{\"order\":7,\"customer\":{\"name\":\"Ann Example\",\"city\":\"Anywhere\",\"zip\":\"12345\"},"
        + "\"notes\":\"please ring the bell twice\",\"lines\":[{\"sku\":1},{\"sku\":2}]}",
      JSONLayout(.document)
    ),
    ("{}", JSONLayout(.document)),
    ("42", JSONLayout(.document, of: .value)),
    ("\"text\"", JSONLayout(.document, of: .value)),
    ("{\"a\":1}\n{\"a\":2}\n", JSONLayout(.lines)),
    ("{\"a\":1}\n\n{\"a\":[{\"b\":1},{\"b\":2}]}", JSONLayout(.lines)),
    ("{\"a\":1}\nbroken\n{\"a\":3}\n", JSONLayout(.lines)),
    ("[1,2]\n[3,4]\n", JSONLayout(.lines, of: names())),
    ("{\"a\":1} {\"a\":2}", JSONLayout(.values)),
    ("{\n\"a\":1\n}\n{\n\"a\":2\n}", JSONLayout(.values)),
    ("\u{FEFF}[\(rows)]", array("$")),
    ("", JSONLayout(.lines)),
    (" \n", JSONLayout(.lines)),
  ]

  @Test(arguments: cases.indices)
  func `the records are found`(index: Int) throws {
    let (text, layout) = Self.cases[index]
    let found = try shape(text)
    #expect(found.layout == layout, "\(found)")
    #expect(!found.evidence.isEmpty)
    #expect((0...1).contains(found.confidence))
  }

  @Test(arguments: cases.indices)
  func `a sample may end anywhere`(index: Int) {
    let bytes = Array(Self.cases[index].0.utf8)
    for count in 0...bytes.count {
      for isWhole in count % 7 == 0 ? [false, true] : [false] {
        do throws(FormatError) {
          _ = try shape(Array(bytes[..<count]), isWhole: isWhole)
        } catch {
          #expect(isWhole || index == 23, "\(error) at \(count)")
        }
      }
    }
  }

  @Test func `rows that go on behind the sample are found`() throws {
    let lead = "{\"about\":{\"text\":\"\(String(repeating: "x", count: 900))\"},\"rows\":["
    let found = try shape(lead + rows + ",{\"id\":21,\"na", isWhole: false)
    #expect(found.layout == array("rows"))
    #expect(try shape("{\"a\":1}\n{\"a\":2}\n{\"a", isWhole: false).layout == JSONLayout(.lines))
    #expect(try shape("[{\"a\":1},{\"a\":", isWhole: false).layout == array("$"))
    #expect(try shape("{\"data\":{\(countries),\"C", isWhole: false).layout == keyed("data.*"))
  }

  @Test func `a feed keeps its layout as long as the content has it`() throws {
    let order = "{\"id\":1,\"lines\":[\(rows)]}".replacing("\n", with: "")
    #expect(try shape(order).layout == array("lines"))
    #expect(try shape(order, prior: JSONLayout(.lines)).layout == JSONLayout(.lines))
    #expect(try shape(order, prior: JSONLayout(.document)).layout == JSONLayout(.document))
    let two = "{\"few\":[{\"a\":1}],\"many\":[\(rows)]}"
    #expect(try shape(two, prior: array("few")).layout == array("few"))
    #expect(try shape(two, prior: array("gone")).layout == array("many"))
  }

  @Test func `what is not read is said`() throws {
    let text = "{\"users\":[\(rows)],\"orders\":[\(rows),\(rows)]}"
    let found = try shape(text)
    #expect(found.layout == array("orders"))
    #expect(found.evidence.contains { $0.hasPrefix("users, with ") })
  }

  @Test(arguments: [
    "{\"a\":}", "{a:1}", "[1 2]", "{\"a\":1} x", "}", "{\"a\":1},",
  ])
  func `what is not JSON is named with its place`(text: String) {
    #expect(throws: FormatError.self) { try shape(text) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `any bytes end in a layout or an error`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for (text, _) in Self.cases {
      var bytes = Array(text.utf8)
      guard !bytes.isEmpty else { continue }
      for _ in 0..<12 {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = Array("{}[]\",:\\\n1x\u{0}".utf8).randomElement(using: &random) ?? 0
        _ = try? shape(bytes, isWhole: Bool.random(using: &random))
      }
    }
  }

  @Test(.enabled(if: Places.hasShared("corpora/records"), "needs ../shared"))
  func `the rows of the records corpus are found`() throws {
    let folder = "\(Places.shared)/corpora/records"
    let truth = try String(contentsOfFile: "\(folder)/truth.tsv", encoding: .utf8)
    var files = 0
    var passed = 0
    var misses: [String] = []
    for line in truth.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard !fields[1].hasPrefix("xml") else { continue }
      files += 1
      let url = URL(fileURLWithPath: "\(folder)/files/\(fields[0])")
      let bytes = Array(try Data(contentsOf: url))
      let layout = try shape(bytes, isWhole: true).layout
      let drop = JSONDrop(bytes, layout)
      let count = "\(drop.lines.count + drop.rejects.count)"
      let isPath = fields[3].split(separator: "|").contains { $0 == layout.text }
      if drop.error == nil, isPath, fields[2].split(separator: "|").contains(Substring(count)) {
        passed += 1
      } else {
        misses.append("\(fields[0]): \(count) at \(layout.text)")
      }
    }
    #expect(Double(passed) >= 0.95 * Double(files), "\(passed) of \(files); not \(misses)")
  }
}
