import Foundation
import Settings
import TestKit
import Testing

@Suite struct `The page of settings` {
  @Test func `has every setting, with its example and its sentence, and no other`() throws {
    let text = try String(contentsOfFile: "\(Places.package)/docs/settings.md", encoding: .utf8)
    let rows = text.matches(of: /(?m)^\| `([a-z.-]+)` \| `(.+)` \| (.+) \|$/).map {
      [String($0.1), String($0.2), String($0.3)]
    }
    let keys = SettingKey.all.map { [$0.name, $0.example, $0.summary] }
    for key in keys { #expect(rows.contains(key), "\(key)") }
    for row in rows { #expect(keys.contains(row), "\(row)") }
  }

  @Test func `begins with a file that can be read`() throws {
    let text = try String(contentsOfFile: "\(Places.package)/docs/settings.md", encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let file = lines.drop { $0 != "    # dropmill.yaml" }.prefix { $0.hasPrefix("    ") }
    #expect(file.count > 5)
    let settings = try Settings.read(
      file: ("settings.md", file.map { String($0.dropFirst(4)) }.joined(separator: "\n"))
    )
    #expect(settings.feed(ofDropAt: "Bestellungen.csv") == "orders")
    #expect(settings.settings(ofFeed: "orders").keepOriginals == .days(90))
  }
}
