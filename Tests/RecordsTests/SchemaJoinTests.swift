import Records
import TestKit
import Testing

@Suite struct `The join of schemas` {
  @Test func `gives one answer for any four columns, in any order and grouping`() {
    // The join works on each column by itself: this is all there is to it.
    let all = [SchemaJoin()] + ColumnType.allCases.map { SchemaJoin(schema(["a": $0])) }
    for a in all {
      #expect(a.joined(with: a) == a)
      for b in all {
        let ab = a.joined(with: b)
        #expect(ab == b.joined(with: a))
        #expect(ab.joined(with: b) == ab)
        for c in all {
          let abc = ab.joined(with: c)
          #expect(abc == a.joined(with: b.joined(with: c)))
          #expect(abc == c.joined(with: a).joined(with: b))
          for d in all
          where abc.joined(with: d) != a.joined(with: d).joined(with: c.joined(with: b)) {
            Issue.record("\(a) \(b) \(c) \(d)")
          }
        }
      }
    }
  }

  @Test func `gives one answer for all that a column can have been, contradictions and all`() {
    var all = Set(ColumnType.allCases.map(ColumnKinds.init))
    // What the join makes of them, until it makes nothing new.
    var count = 0
    while all.count > count {
      count = all.count
      for a in all { all.formUnion(all.map(a.joined(with:))) }
    }
    // Ten scalars, nulls among them, each with or without objects and arrays.
    #expect(all.count == 10 * 2 * 2)
    for a in all {
      #expect(a.joined(with: a) == a)
      for b in all {
        let ab = a.joined(with: b)
        #expect(ab == b.joined(with: a))
        for c in all where ab.joined(with: c) != a.joined(with: b.joined(with: c)) {
          Issue.record("\(a) \(b) \(c)")
        }
      }
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `gives one answer for schemas drawn at random`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let drawn = (0..<4).map { _ in SchemaJoin(Self.drawn(&random)) }
    let joined = drawn.reduce(SchemaJoin()) { $0.joined(with: $1) }
    for order in permutations([0, 1, 2, 3]) {
      let parts = order.map { drawn[$0] }
      #expect(parts.reduce(SchemaJoin()) { $0.joined(with: $1) } == joined)
      let halves = (parts[0].joined(with: parts[1]), parts[2].joined(with: parts[3]))
      #expect(halves.0.joined(with: halves.1) == joined)
    }
    #expect(joined.joined(with: joined) == joined)
    #expect(joined.joined(with: SchemaJoin()) == joined)
  }

  @Test func `keeps a scalar and an object apart, whichever came first`() {
    let one = SchemaJoin(schema(["a": .date, "b": .integer]))
    let two = SchemaJoin(schema(["a": .object, "b": .number]))
    let joined = one.joined(with: two)
    #expect(joined == two.joined(with: one))
    #expect(joined.contradictions == ["a"])
    #expect(joined.kinds(of: "a")?.types == [.date, .object])
    #expect(joined.schema() == schema(["a": .object, "b": .number]))
    let feed = schema(["a": .string])
    #expect(joined.schema(keepingKindsOf: feed).type(of: "a") == .date)
  }

  private static func drawn(_ random: inout SeededGenerator) -> Schema {
    var columns: [String: ColumnType] = [:]
    for name in ["a", "é", "e\u{301}", "\u{1F600}", "\u{FB33}", "z"]
    where Bool.random(using: &random) {
      columns[name] = ColumnType.allCases.randomElement(using: &random)
    }
    return schema(columns)
  }
}

@Suite struct `A feed's schema` {
  @Test func `keeps every column and widens those that need it`() {
    let feed = schema(["a": .integer, "b": .date, "gone": .time])
    let evolved = feed.evolved(by: schema(["a": .number, "b": .date, "c": .object]))
    #expect(evolved == schema(["a": .number, "b": .date, "c": .object, "gone": .time]))
  }

  @Test func `keeps its kind where a drop brings another`() {
    #expect(schema(["a": .object]).evolved(by: schema(["a": .string])) == schema(["a": .object]))
    #expect(schema(["a": .date]).evolved(by: schema(["a": .array])) == schema(["a": .date]))
    #expect(schema(["a": .empty]).evolved(by: schema(["a": .array])) == schema(["a": .array]))
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `is the same after its drops in any order, where no kinds contradict`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let scalars = ColumnType.allCases.filter { !$0.isNested }
    let drops = (0..<4).map { _ in
      var columns: [String: ColumnType] = [:]
      for name in ["a", "b", "c", "d"] where Bool.random(using: &random) {
        columns[name] = scalars.randomElement(using: &random)
      }
      return schema(columns)
    }
    let outcomes = permutations(drops).map { $0.reduce(Schema.empty) { $0.evolved(by: $1) } }
    #expect(Set(outcomes).count == 1)
  }

  @Test func `says of each change what it is, and whether older readers notice`() {
    let old = schema(["a": .integer, "b": .string, "c": .empty, "d": .date, "e": .time])
    let new = schema(["a": .number, "b": .integer, "c": .string, "d": .object, "f": .array])
    let difference = SchemaDifference(from: old, to: new)
    #expect(difference.changes(.added).map(\.description) == ["f: array"])
    #expect(difference.changes(.removed).map(\.description) == ["e: time"])
    #expect(
      difference.changes(.widened).map(\.description) == [
        "a: integer to number", "c: empty to string",
      ]
    )
    #expect(difference.changes(.replaced).map(\.name) == ["b", "d"])
    #expect(!difference.isReadableByOlder)
    let harmless = schema(["a": .integer, "b": .string, "c": .date, "g": .object])
    #expect(SchemaDifference(from: old, to: harmless).isReadableByOlder)
    #expect(SchemaDifference(from: old, to: old).isEmpty)
  }
}

func schema(_ columns: [String: ColumnType]) -> Schema {
  Schema(columns: columns.map { Column(name: $0, type: $1) })
}

func permutations<Element>(_ elements: [Element]) -> [[Element]] {
  guard elements.count > 1 else { return [elements] }
  return elements.indices.flatMap { index in
    var rest = elements
    let first = rest.remove(at: index)
    return permutations(rest).map { [first] + $0 }
  }
}
