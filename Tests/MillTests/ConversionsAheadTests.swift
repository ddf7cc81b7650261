import Foundation
import Mill
import TestKit
import Testing

/// What a drop is read under may be changed by each drop before it, and so may what is known of its records.
@Suite struct `Drops of one group` {
  @Test(arguments: ["content", "occurrence", "none", "{key: [id]}"])
  func `bring what they bring one by one`(identity: String) throws {
    let alone = try filled(identity)
    let together = try filled(identity)
    // Of the later groups hardly a value is looked at any more.
    let grouped = try filled(identity)
    let one = try alone.run(groupCount: 1)
    let many = try together.run()
    #expect(one.count == Self.count)
    let some = try grouped.run(groupCount: 22)
    #expect(many.count == Self.count)
    #expect(some.count == Self.count)
    for (one, other) in zip(one, some) { #expect(Brought(one) == Brought(other)) }
    for (one, many) in zip(one, many) { #expect(Brought(one) == Brought(many)) }
    #expect(Set(one.map { Brought($0).counts }).count > 4, "the drops are of many kinds")
    for others in [try together.lines, try grouped.lines] {
      for (one, other) in zip(try alone.lines, others) where one != other {
        Issue.record("\(one) is \(other)")
      }
    }
  }

  @Test func `that are claimed behind others go back where a signal comes`() throws {
    let line = try filled("content")
    let first = try line.runUntilSettled(groupCount: 22)
    #expect(first.count < Self.count)
    let claimed = try FileManager.default.subpathsOfDirectory(
      atPath: "\(line.scratch.path)/inbox/.claimed"
    )
    #expect(claimed.filter { $0.hasSuffix(".csv") } == [])
    let rest = try line.run()
    #expect(Set((first + rest).map(\.path)).count == Self.count)
    #expect(first.count + rest.count == Self.count)
    let alone = try filled("content")
    let one = try alone.run(groupCount: 1)
    #expect((first + rest).map { Brought($0).counts } == one.map { Brought($0).counts })
  }

  private static let count = 80

  private func filled(_ identity: String) throws -> Line {
    let line = try Line(["identity": identity])
    for number in 0..<Self.count {
      let name = "inbox/orders/\(number / 10)\(number % 10).csv"
      try line.scratch.write(name, Self.drop(number))
    }
    return line
  }

  /// Types that widen, columns that come and go, content that comes again, rows that fit nowhere.
  private static func drop(_ number: Int) -> String {
    let rows = (0..<6).map { row in "\(number * 3 + row),\(row)" }
    switch number {
    // So many that the values of those behind them need not be looked at.
    case 1...9, 11...19:
      return "id,price\n" + (0..<2_400).map { "\(number * 2_400 + $0),\($0)\n" }.joined()
    case 10: return "id,price\n1000,1.5\n1001,2.25\n"
    case 20: return "id,price,note\n" + rows.map { $0 + ",n\n" }.joined()
    case 25, 26: return drop(24)
    case 30: return "id,price\n2000,unknown\n2001,2\n"
    case 40: return ""
    case 45: return "id,price\n3000,1\n3001,2,3,4\n3002,3\n3003,4\n"
    case 50: return "id,price\n" + (0..<12_000).map { "\($0),\($0)\n" }.joined()
    case 55: return "id,price\n1,2026-11-24\n2,2026-11-25\n"
    case 70: return "price,id\n7,4000\n8,4001\n"
    default: return "id,price\n" + rows.map { $0 + "\n" }.joined()
    }
  }
}

/// What became of a drop, as far as it does not depend on when it was settled.
private struct Brought: Hashable {
  var path: String
  var counts: [Int64]
  var outcome: SettledDrop.Outcome
  var reason: String?
  var message: String?

  init(_ drop: SettledDrop) {
    path = String(decoding: drop.path, as: UTF8.self)
    counts = [drop.read, drop.written, drop.duplicates, drop.rejected]
    outcome = drop.outcome
    reason = drop.reason
    message = drop.message
  }
}
