import Records
import Testing

struct ColumnTypeTests {
  @Test func `the join is commutative, associative and idempotent where it exists`() {
    for a in ColumnType.allCases {
      #expect(a.joined(with: a) == a)
      #expect(a.joined(with: .empty) == a)
      for b in ColumnType.allCases {
        #expect(a.joined(with: b) == b.joined(with: a))
        for c in ColumnType.allCases {
          let left = a.joined(with: b).flatMap { $0.joined(with: c) }
          let right = b.joined(with: c).flatMap { a.joined(with: $0) }
          #expect(left == right)
        }
      }
    }
  }

  @Test func `numbers widen upward and all other scalars meet at string`() {
    #expect(ColumnType.integer.joined(with: .number) == .number)
    #expect(ColumnType.decimal.joined(with: .integer) == .decimal)
    #expect(ColumnType.date.joined(with: .instant) == .string)
    #expect(ColumnType.boolean.joined(with: .integer) == .string)
  }

  @Test func `a scalar and an object have no join`() {
    #expect(ColumnType.string.joined(with: .object) == nil)
    #expect(ColumnType.array.joined(with: .object) == nil)
  }

  @Test func `each type is found by its name`() {
    for type in ColumnType.allCases { #expect(ColumnType(name: type.name) == type) }
  }
}

struct SchemaTests {
  @Test func `columns sort by UTF-16 code units`() {
    let schema = Schema(
      columns: ["\u{FB33}", "\u{1F600}", "b", "B"].map { Column(name: $0, type: .string) }
    )
    #expect(schema.columns.map(\.name) == ["B", "b", "\u{1F600}", "\u{FB33}"])
  }
}

struct ColumnNamesTests {
  @Test func `names are trimmed and composed`() {
    #expect(ColumnNames.canonical(" \u{A0}Stra\u{DF}e\t") == "Straße")
    #expect(Array(ColumnNames.canonical("e\u{301}").utf8) == [0xC3, 0xA9])
  }

  @Test func `empty names are numbered and repeated ones counted`() {
    #expect(ColumnNames.canonical(["a", "", "a", "a"]) == ["a", "column_2", "a_2", "a_3"])
  }

  @Test func `a counted name never takes one that stands in the source`() {
    #expect(ColumnNames.canonical(["a", "a", "a_2"]) == ["a", "a_3", "a_2"])
  }
}
