import Foundation
import TestKit
import Testing

@Suite struct `Documents` {
  /// Every Markdown file outside of build folders, from the package.
  private func documents() throws -> [(path: String, text: String)] {
    let top = try FileManager.default.contentsOfDirectory(atPath: Places.package)
    let below = ["docs", "changelog"].flatMap { folder in
      let walk = FileManager.default.enumerator(atPath: "\(Places.package)/\(folder)")
      return (walk?.allObjects as? [String] ?? []).map { "\(folder)/\($0)" }
    }
    return try (top + below).filter { $0.hasSuffix(".md") }.sorted().map {
      ($0, try String(contentsOfFile: "\(Places.package)/\($0)", encoding: .utf8))
    }
  }

  @Test func `name only targets that make has`() throws {
    let makefile = try String(contentsOfFile: "\(Places.package)/Makefile", encoding: .utf8)
    let targets = Set(makefile.matches(of: /(?m)^([a-z-]+):.*##/).map { String($0.1) })
    #expect(targets.count > 5)
    for document in try documents() {
      let named = Set(
        document.text.matches(of: /(?m)(?:`|^ +\$? ?)make ([a-z]+)/).map { String($0.1) }
      )
      #expect(named.subtracting(targets).sorted() == [], "\(document.path) names them")
    }
  }

  @Test func `link only to what is there`() throws {
    for document in try documents() {
      let folder = ("\(Places.package)/\(document.path)" as NSString).deletingLastPathComponent
      for link in document.text.matches(of: /\]\(([^)#:]+)\)/).map({ String($0.1) }) {
        #expect(
          FileManager.default.fileExists(atPath: "\(folder)/\(link)"),
          "\(document.path): \(link)"
        )
      }
    }
  }
}
