import Bytes
import Detection
import Formats
import Foundation
import TestKit
import Testing

struct CorpusTests {
  private func files(_ corpus: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = "\(Places.shared)/corpora/\(corpus)"
    return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().compactMap { name in
      var isFolder: ObjCBool = false
      let path = "\(folder)/\(name)"
      guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { return nil }
      return (name, [UInt8](try Data(contentsOf: URL(filePath: path))))
    }
  }

  @Test(
    .enabled(if: Places.hasShared("corpora/bank-exports"), "the corpora are not there"),
    arguments: ["bank-exports/files", "csv-spectrum/csvs", "data-table/files", "messytables/files"]
  )
  func `a real export is a table`(corpus: String) throws {
    for (name, bytes) in try files(corpus) {
      let opened = try Uncompressed(of: ArrayStream(bytes))
      try opened.stream.look(Detector.headBytes)
      let head = opened.stream.headBytes
      let findings = try Detector.detect(
        head: head,
        isWhole: opened.stream.isWhole,
        name: Array(name.utf8)
      )
      if case .delimited(let table) = findings.layout {
        #expect(table.dataOffset <= UInt64(head.count) * 3, "\(name)")
      } else {
        #expect(findings.layout == .empty, "\(name): \(findings.format)")
      }
    }
  }

  @Test(.enabled(if: Places.hasShared("corpora/dialect-w3c"), "the corpora are not there"))
  func `the W3C's tables have the delimiter and quote that people gave them`() throws {
    let truth = try String(
      contentsOfFile: "\(Places.shared)/corpora/dialect-w3c/truth.txt",
      encoding: .utf8
    )
    let delimiters: [Substring: UInt8] = [
      "comma": 0x2C, "semicolon": 0x3B, "tab": 0x09, "space": 0x20, "vslash": 0x7C, "nsign": 0x23,
      "colon": 0x3A,
    ]
    var wanted: [String: (UInt8, UInt8)] = [:]
    for line in truth.split(whereSeparator: \.isNewline).dropFirst() {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      let quote: UInt8 = parts[3] == "singlequote" ? 0x27 : 0x22
      wanted[String(parts[0])] = (try #require(delimiters[parts[2]]), quote)
    }
    var right = 0
    var all = 0
    for (name, bytes) in try files("dialect-w3c/csv") {
      guard let (delimiter, quote) = wanted[name] else { continue }
      all += 1
      let findings = try Detector.detect(head: bytes, isWhole: true)
      guard case .delimited(let table) = findings.layout else { continue }
      let found = table.dialect.delimiter == [0x1F] ? [0x2C] : table.dialect.delimiter
      if found == [delimiter] && (table.dialect.quote ?? 0x22) == quote { right += 1 }
    }
    #expect(all > 90)
    #expect(right * 100 >= all * 97, "\(right) of \(all)")
  }

  @Test(
    .enabled(if: Places.hasShared("corpora/encodings-decode"), "the corpora are not there"),
    arguments: ["json-test-suite/test_parsing", "xml-bombs", "encodings-decode"]
  )
  func `hostile bytes end in a layout or a named reason`(corpus: String) throws {
    for (name, bytes) in try files(corpus) {
      for isWhole in [true, false] {
        do throws(FormatError) {
          _ = try Detector.detect(head: Array(bytes.prefix(1 << 14)), isWhole: isWhole)
        } catch {
          #expect(!error.message.isEmpty, "\(name)")
        }
      }
    }
  }
}
