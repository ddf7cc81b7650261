import Foundation
import TestKit
import Testing

@Suite struct `Error codes` {
  @Test func `are all in the docs, and the docs name no others`() throws {
    let text = try String(contentsOfFile: "\(Places.package)/docs/errors.md", encoding: .utf8)
    let documented = text.matches(of: /(?m)^\| `([a-z0-9-]+)` \|/).map { String($0.1) }
    #expect(documented.count == Set(documented).count, "a code is listed twice")
    let written = try writtenCodes()
    #expect(written.count > 20, "the search for codes in the sources finds too few")
    #expect(written.subtracting(documented).sorted() == [], "in the sources, not in docs/errors.md")
    #expect(
      Set(documented).subtracting(written).sorted() == [],
      "in docs/errors.md, not in the sources"
    )
  }

  /// The codes of every `…Error+Message.swift` and of every `enum …Code: String`.
  private func writtenCodes() throws -> Set<String> {
    var codes: Set<String> = []
    for file in try SourceFile.all(under: "Sources") {
      let text = file.lines.joined(separator: "\n")
      if file.path.hasSuffix("Error+Message.swift") {
        for property in text.matches(of: /var code: String \{(?:.|\n)*?\n  \}/) {
          codes.formUnion(property.0.matches(of: /"([a-z0-9-]+)"/).map { String($0.1) })
        }
      }
      for list in text.matches(of: /enum \w+Code: String(?:.|\n)*?\n\}/) {
        codes.formUnion(list.0.matches(of: /case \w+ = "([a-z0-9-]+)"/).map { String($0.1) })
        codes.formUnion(list.0.matches(of: /(?m)^  case (\w+)$/).map { String($0.1) })
      }
    }
    return codes
  }
}
