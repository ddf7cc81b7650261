import Formats
import Foundation
import TestKit
import Testing

private func contents(of folder: String) throws -> [(name: String, bytes: [UInt8])] {
  let path = "\(Places.shared)/corpora/\(folder)"
  return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map {
    ($0, Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)"))))
  }
}

private let asValue = JSONLayout(.document, of: .value)

struct JSONCorpusTests {
  @Test(.enabled(if: Places.hasShared("corpora/json-test-suite"), "needs ../shared"))
  func `JSONTestSuite is accepted and refused as it says`() throws {
    for (name, bytes) in try contents(of: "json-test-suite/test_parsing") {
      let drop = JSONDrop(bytes, asValue)
      let isAccepted = drop.error == nil && drop.rejects.isEmpty && drop.lines.count == 1
      if name.hasPrefix("y_object_duplicated_key") {
        #expect(drop.rejects.first?.contains(" duplicate-name ") == true, "\(name)")
      } else if name.hasPrefix("y_") {
        #expect(isAccepted, "\(name): \(drop)")
      } else if name.hasPrefix("n_") {
        #expect(!isAccepted, "\(name): \(drop)")
      }
      #expect(JSONDrop(bytes, asValue, chunk: 1) == drop, "\(name) a byte at a time")
    }
  }

  @Test(.enabled(if: Places.hasShared("corpora/json-test-suite"), "needs ../shared"))
  func `JSONTestSuite as lines is refused where it is as a document`() throws {
    for (name, bytes) in try contents(of: "json-test-suite/test_parsing")
    where !bytes.contains(0x0A) && !bytes.isEmpty {
      let drop = JSONDrop(bytes, JSONLayout(.lines, of: .value))
      let isAccepted = drop.rejects.isEmpty && drop.lines.count == 1
      if name.hasPrefix("y_"), !name.hasPrefix("y_object_duplicated_key") {
        #expect(isAccepted, "\(name): \(drop)")
      } else if name.hasPrefix("n_") {
        #expect(!isAccepted, "\(name): \(drop)")
      }
    }
  }

  @Test(.enabled(if: Places.hasShared("corpora/json-canonicalization"), "needs ../shared"))
  func `the vectors of RFC 8785 come out byte for byte`() throws {
    let expected = try contents(of: "json-canonicalization/output")
    for (index, input) in try contents(of: "json-canonicalization/input").enumerated() {
      let text = String(decoding: expected[index].bytes, as: UTF8.self)
      #expect(JSONDrop(input.bytes, asValue).lines == ["{\"value\":\(text)}"], "\(input.name)")
      #expect(JSONDrop(text, asValue).lines == ["{\"value\":\(text)}"], "\(input.name) again")
    }
  }
}
