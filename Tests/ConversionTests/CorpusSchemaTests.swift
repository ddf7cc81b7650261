import Canonical
import Conversion
import Foundation
import Records
import TestKit
import Testing

/// The schemas that real files have: what the join's laws are held against.
@Suite(.enabled(if: Places.hasShared("corpora"), "no corpora in ../shared"))
struct `The join of the schemas of real files` {
  @Test func `gives one answer for every pair, and for every order of up to four`() throws {
    let schemas = Self.schemas
    #expect(schemas.count > 60)
    let joins = schemas.map { SchemaJoin($0) }
    var violations = 0
    for (index, a) in joins.enumerated() {
      if a.joined(with: a) != a { violations += 1 }
      for b in joins[..<index] where a.joined(with: b) != b.joined(with: a) { violations += 1 }
    }
    var random = SeededGenerator(seed: 5)
    for index in joins.indices {
      let others = (0..<3).map { _ in joins.randomElement(using: &random) ?? SchemaJoin() }
      violations += Self.violations([joins[index]] + others)
    }
    #expect(violations == 0)
  }

  @Test func `loses no column`() throws {
    let schemas = Self.schemas
    var random = SeededGenerator(seed: 6)
    for schema in schemas {
      let other = schemas.randomElement(using: &random) ?? .empty
      let evolved = schema.evolved(by: other)
      let names = Set((schema.columns + other.columns).map { Array($0.name.utf8) })
      #expect(Set(evolved.columns.map { Array($0.name.utf8) }) == names)
      let difference = SchemaDifference(from: schema, to: evolved)
      #expect(difference.changes(.removed).isEmpty && difference.changes(.replaced).isEmpty)
    }
  }

  /// Orders and groupings of four that give another answer than the first.
  private static func violations(_ four: [SchemaJoin]) -> Int {
    var orders: [[Int]] = [[]]
    for _ in 0..<4 {
      orders = orders.flatMap { order in
        (0..<4).filter { !order.contains($0) }.map { order + [$0] }
      }
    }
    let wanted = four.reduce(SchemaJoin()) { $0.joined(with: $1) }
    return orders.reduce(0) { count, order in
      let parts = order.map { four[$0] }
      let row = parts.reduce(SchemaJoin()) { $0.joined(with: $1) }
      let tree = parts[0].joined(with: parts[1]).joined(with: parts[2].joined(with: parts[3]))
      return count + (row == wanted ? 0 : 1) + (tree == wanted ? 0 : 1)
    }
  }

  private static let schemas: [Schema] = {
    var found: [Schema] = []
    let root = "\(Places.shared)/corpora"
    let converter = Converter(settings: ConversionSettings())
    let sink = Unread()
    let paths = (FileManager.default.subpaths(atPath: root) ?? []).sorted()
      .filter { $0.contains("/files/") }
    // Some of each corpus: every pair and order of them is joined.
    for path in stride(from: 0, to: paths.count, by: max(1, paths.count / 160)).map({ paths[$0] }) {
      guard let file = FileHandle(forReadingAtPath: "\(root)/\(path)"),
        (try? file.seekToEnd()) ?? .max < 1 << 12
      else { continue }
      let report = try? converter.convert(
        descriptor: file.fileDescriptor,
        name: [],
        known: nil,
        sink: sink
      )
      if let report, !report.schema.columns.isEmpty { found.append(report.schema) }
    }
    return found
  }()
}

private final class Unread: RecordSink {
  func restart() {}
  func accept(_ block: CanonicalBlock) {}
}
