import Formats
import Foundation
import TestKit
import Testing

private func shape(
  _ bytes: [UInt8],
  isWhole: Bool = true,
  prior: XMLLayout? = nil
) throws(FormatError) -> XMLShape {
  // Safe: the array outlives the call.
  try unsafe bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
    try unsafe XMLShapeFinder.find(buffer, isWhole: isWhole, prior: prior)
  }
}

private func shape(_ text: String, prior: XMLLayout? = nil) throws(FormatError) -> XMLShape {
  try shape(Array(text.utf8), prior: prior)
}

private let rows = (1...20).map { "<row><id>\($0)</id><name>name</name></row>" }.joined()

struct XMLShapeFinderTests {
  @Test(arguments: [
    ("<rows>\(rows)</rows>", "rows/row"),
    ("<a><head><x>1</x></head><b><c>\(rows)</c></b></a>", "a/b/c/row"),
    ("<rows><row><id>1</id></row></rows>", "rows/row"),
    ("<books><book><t>1</t><a>2</a></book></books>", "books/book"),
    (
      "<ArrayOfOrder><Order><Id>1</Id><Name>A name</Name></Order></ArrayOfOrder>",
      "ArrayOfOrder/Order"
    ),
    (
      "<rss><channel><title>a long title</title><link/><item><title>x</title></item></channel></rss>",
      "rss/channel/item"
    ),
    ("<order><id>1</id><who><name>x</name></who></order>", "order"),
    ("<shelves><shelf><b>1</b><b>2</b></shelf><shelf><b>3</b></shelf></shelves>", "shelves/shelf"),
    ("<x/>", "x"),
  ])
  func `the records are found`(text: String, path: String) throws {
    let found = try shape(text)
    #expect(found.layout.text == path, "\(found)")
    #expect(!found.evidence.isEmpty)
  }

  @Test func `a sample may end anywhere`() throws {
    let bytes = Array("<?xml version='1.0'?><rows n='1'>\(rows)<!-- é --></rows>".utf8)
    for count in 0..<bytes.count {
      let found = try shape(Array(bytes[..<count]), isWhole: false)
      if count > 200 { #expect(found.layout.text == "rows/row") }
    }
  }

  @Test func `a feed keeps its layout and its facts as long as the document has the path`() throws {
    var prior = XMLLayout(recordPath: ["order"])
    prior.arrays = [["row"], ["gone"]]
    let found = try shape("<order><a/>\(rows)</order>", prior: prior)
    #expect(found.layout.text == "order")
    #expect(found.layout.arrays == [["row"], ["gone"]])
    #expect(found.layout.structured == [["row"]])
    #expect(try shape("<other>\(rows)</other>", prior: prior).layout.text == "other/row")
  }

  @Test func `a layout is read from its text`() {
    #expect(XMLLayout(text: "a/b")?.recordPath == ["a", "b"])
    #expect(XMLLayout(text: "") == nil)
    #expect(XMLLayout(text: "a//b") == nil)
  }

  @Test func `what is not XML is named with its place`() {
    #expect(throws: FormatError.self) { try shape("<rows><row></rows>") }
    #expect(throws: FormatError.self) { try shape("text") }
  }

  @Test(.enabled(if: Places.hasShared("corpora/records"), "needs ../shared"))
  func `the rows of the records corpus are found`() throws {
    let folder = "\(Places.shared)/corpora/records"
    let truth = try String(contentsOfFile: "\(folder)/truth.tsv", encoding: .utf8)
    var misses: [String] = []
    var files = 0
    for line in truth.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields[1].hasPrefix("xml") else { continue }
      files += 1
      let url = URL(fileURLWithPath: "\(folder)/files/\(fields[0])")
      let bytes = Array(try Data(contentsOf: url))
      let drop = XMLDrop(bytes)
      let count = "\(drop.lines.count)"
      let isPath = fields[3].split(separator: "|").contains { $0 == drop.layout?.text ?? "" }
      if drop.error == nil, isPath, fields[2].split(separator: "|").contains(Substring(count)) {
        // What is found in a part of the document must not change what comes out.
        let partly = XMLDrop(bytes, drop.layout.map { XMLLayout(recordPath: $0.recordPath) })
        #expect(partly.lines == drop.lines, "\(fields[0])")
      } else {
        misses.append("\(fields[0]): \(count) at \(drop.layout?.text ?? "-")")
      }
    }
    #expect(Double(misses.count) <= 0.05 * Double(files), "of \(files) not \(misses)")
  }
}
