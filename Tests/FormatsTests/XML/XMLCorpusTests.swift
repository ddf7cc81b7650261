import Formats
import Foundation
import TestKit
import Testing

private func bytes(_ path: String) -> [UInt8]? {
  FileManager.default.contents(atPath: "\(Places.shared)/corpora/\(path)").map(Array.init)
}

struct XMLCorpusTests {
  @Test(.enabled(if: Places.hasShared("corpora/xmlconf"), "needs ../shared"))
  func `the W3C suite is accepted and refused as often as expat can`() throws {
    let folder = "corpora/xmlconf"
    let truth = try String(contentsOfFile: "\(Places.shared)/\(folder)/truth.tsv", encoding: .utf8)
    var files = 0
    var passed = 0
    var wronglyAccepted: [String] = []
    for line in truth.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t").map(String.init)
      guard let content = bytes("xmlconf/files/\(fields[0])") ?? bytes("xmlconf/\(fields[0])")
      else { continue }
      let isAccepted = XMLDrop(content).error == nil
      guard fields[1] == "accept" || fields[1] == "reject" else { continue }
      files += 1
      if isAccepted == (fields[1] == "accept") { passed += 1 }
      if isAccepted, fields[1] == "reject" { wronglyAccepted.append(fields[0]) }
    }
    #expect(files > 500)
    #expect(Double(passed) >= 0.80 * Double(files), "\(passed) of \(files)")
    #expect(Double(wronglyAccepted.count) <= 0.02 * Double(files), "\(wronglyAccepted)")
  }

  @Test(.enabled(if: Places.hasShared("corpora/xml-bombs"), "needs ../shared"))
  func `bombs are refused, harmless entities are not`() throws {
    let folder = "\(Places.shared)/corpora/xml-bombs"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".xml") {
      guard let content = bytes("xml-bombs/\(name)") else { continue }
      let drop = XMLDrop(content)
      if name.hasPrefix("good") {
        #expect(drop.error == nil, "\(name)")
      } else if name.hasPrefix("lol"), drop.error == nil {
        // Without its external subset the document expands to nothing.
        #expect(drop.lines.joined().utf8.count < 10_000, "\(name)")
      }
    }
  }

  @Test(.enabled(if: Places.hasShared("corpora/cross-format"), "needs ../shared"))
  func `a table is the same from XML and from JSON`() throws {
    let folder = "\(Places.shared)/corpora/cross-format"
    for locale in try FileManager.default.contentsOfDirectory(atPath: folder) {
      guard let xml = bytes("cross-format/\(locale)/country.xml"),
        let json = bytes("cross-format/\(locale)/country.json")
      else { continue }
      let fromXML = XMLDrop(xml)
      let fromJSON = JSONDrop(json, JSONLayout(.keyed([]), of: .value))
      #expect(fromXML.error == nil)
      let asXML = fromJSON.lines.map {
        $0.replacing(#"{"_key":"#, with: #""id":"#).replacing(#","value":"#, with: "|")
      }
      let asJSON = fromXML.lines.map { line in
        let text = line.dropFirst(##"{"#text":"##.count).dropLast()
        let end = text.range(of: #","id":"#, options: .backwards)
        let id = end.map { text[$0.upperBound...] } ?? ""
        let name = end.map { text[..<$0.lowerBound] } ?? ""
        return "\"id\":\(id)|\(name)}"
      }
      #expect(asXML.sorted() == asJSON.sorted(), "\(locale)")
      #expect(asXML.count > 200)
    }
  }
}
