import Foundation
import TestKit
import Testing

@Suite struct `The house` {
  /// The rooms that may hold unsafe code: memory, system calls, and the hot loops over them.
  let unsafeRooms: Set = ["Bytes", "Files", "Formats", "Canonical", "Conversion", "Identity"]

  @Test func `keeps unsafe code to its rooms, with the reason in each file`() throws {
    for file in try SourceFile.all(under: "Sources") {
      let uses = file.lines.indices.filter { file.code(at: $0).contains(/\bunsafe\b/) }.map {
        $0 + 1
      }
      guard !uses.isEmpty else { continue }
      #expect(unsafeRooms.contains(file.room), "\(file.path): `unsafe` in lines \(uses)")
      #expect(
        file.lines.contains { $0.contains("// Safe:") },
        "\(file.path): `unsafe` in lines \(uses) and no `// Safe:`"
      )
    }
  }

  @Test func `says why what the compiler can't check is safe to send`() throws {
    for file in try SourceFile.all(under: "Sources") + SourceFile.all(under: "Tests") {
      let lines = file.lines(
        with: /@unchecked\s+Sendable|nonisolated\(unsafe\)/,
        unexplainedBy: "// Sendable because"
      )
      #expect(lines.isEmpty, "\(file.path): no `// Sendable because` for lines \(lines)")
    }
  }

  @Test func `has no file over 400 lines without a reason`() throws {
    for file in try SourceFile.all(under: "Sources") where file.lines.count > 400 {
      #expect(
        file.lines.contains { $0.contains("// Long because") },
        "\(file.path) has \(file.lines.count) lines and no `// Long because …`"
      )
    }
  }

  @Test func `leaves nothing unfinished behind`() throws {
    let mark = /\b(TODO|FIXME|XXX)\b/
    for file in try SourceFile.all(under: "Sources") {
      let lines = file.lines.indices.filter { file.lines[$0].contains(mark) }.map { $0 + 1 }
      #expect(lines.isEmpty, "\(file.path): unfinished in lines \(lines)")
    }
  }
}
