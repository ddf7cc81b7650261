import Foundation
import TestKit
import Testing

@Suite struct `The README` {
  private let text: String

  init() throws {
    text = try String(contentsOfFile: "\(Places.package)/README.md", encoding: .utf8)
  }

  @Test func `names only commands that dropmill has`() throws {
    let named = Set(text.matches(of: /`dropmill ([a-z]+)/).map { String($0.1) })
    #expect(named.count > 1)
    for name in named.sorted() {
      let help = try Command.run(Places.dropmill, [name, "--help"])
      #expect(help.text.contains("USAGE: dropmill \(name)"), "dropmill \(name)")
    }
  }

  @Test func `shows a session that goes just so`() throws {
    let session = text.matches(of: /(?m)^ {4}(.*)$/).map { String($0.1) }
    let drop = try #require(session.first { $0.hasPrefix("$ printf ") })
    let show = try #require(session.firstIndex { $0.hasPrefix("$ cat ") })
    let shown = session[(show + 1)...].prefix { $0.hasPrefix("{") }
    let place = try Workplace()
    let root = place.scratch.path
    #expect(try Command.run("sh", ["-c", String(drop.dropFirst(2))], in: root).status == 0)
    #expect(try place.watchOnce().status == 0)
    let cat = try Command.run("sh", ["-c", String(session[show].dropFirst(2))], in: root)
    #expect(cat.lines == Array(shown))
    #expect(!shown.isEmpty)
  }

  /// What `…` stands for, and the ids of drops, is left open.
  @Test func `leads to a page on feeds whose session goes just so`() throws {
    let page = try String(contentsOfFile: "\(Places.package)/docs/feeds.md", encoding: .utf8)
    let scratch = try ScratchFolder()
    let folder = try #require(Places.dropmill.range(of: "/", options: .backwards)).lowerBound
    let path = "\(Places.dropmill[..<folder]):/usr/bin:/bin"
    var said: [String] = []
    var commands = 0
    for line in page.matches(of: /(?m)^ {4}(.*)$/).map({ String($0.1) }) {
      guard line.hasPrefix("$ ") else {
        let found = try #require(said.isEmpty ? nil : said.removeFirst(), "nothing for \(line)")
        #expect(Self.open(found).hasPrefix(Self.open(line)), "\(found) for \(line)")
        continue
      }
      #expect(said == [], "more than is shown before \(line)")
      let ending = try Command.run(
        "sh",
        ["-c", line.dropFirst(2) + " 2>&1"],
        environment: ["PATH": path],
        in: scratch.path
      )
      said = ending.lines
      commands += 1
    }
    #expect(said == [])
    #expect(commands > 9)
  }

  private static func open(_ line: String) -> Substring {
    line.replacing(/[0-9a-f]{16}/, with: "ID").prefix { $0 != "…" }
  }
}
