import Foundation
import TestKit
import Testing

@Suite struct `The traps` {
  @Test func `each have a test that is there`() throws {
    let text = try String(contentsOfFile: "\(Places.package)/docs/traps.md", encoding: .utf8)
    let rows = text.matches(
      of: /(?m)^\| (\d+) \|.*\| \[\w+(?:\.py)?\]\(\.\.\/(Tests\/[^)]+)\): `([^`]+)` \|$/
    )
    #expect(rows.count == text.matches(of: /(?m)^\| \d+ \|/).count, "a row names no test")
    #expect(Set(rows.compactMap { Int($0.1) }) == Set(1...48))
    for row in rows {
      let (path, name) = (String(row.2), String(row.3))
      let test = try String(contentsOfFile: "\(Places.package)/\(path)", encoding: .utf8)
      let heading = path.hasSuffix(".py") ? "def \(name)(" : "func `\(name)`("
      #expect(test.contains(heading), "\(path) has no test “\(name)”")
    }
  }
}
