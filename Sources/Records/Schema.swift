/// The columns of a feed's records, in canonical order (UTF-16 code units of the names).
public struct Schema: Sendable, Hashable {
  /// The columns, sorted, each name once.
  public let columns: [Column]

  /// A schema of those columns, in whatever order they come; each name must stand once.
  public init(columns: [Column]) {
    self.columns = columns.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
  }

  /// A schema without columns: the neutral element of the join.
  public static let empty = Schema(columns: [])

  /// The type of the column of that name, or nil where there is none.
  public func type(of name: String) -> ColumnType? {
    columns.first { $0.name.utf8.elementsEqual(name.utf8) }?.type
  }

  /// The schema that holds the records of both, and the names of columns that contradict each other.
  ///
  /// Associative, commutative and idempotent where nothing contradicts. A contradicting column
  /// keeps this schema's type.
  public func joined(with other: Schema) -> (schema: Schema, contradictions: [String]) {
    var types: [[UInt8]: ColumnType] = [:]
    var names: [String] = []
    var contradictions: [String] = []
    for column in columns {
      types[Array(column.name.utf8)] = column.type
      names.append(column.name)
    }
    for column in other.columns {
      let key = Array(column.name.utf8)
      guard let mine = types[key] else {
        types[key] = column.type
        names.append(column.name)
        continue
      }
      if let joined = mine.joined(with: column.type) {
        types[key] = joined
      } else {
        contradictions.append(column.name)
      }
    }
    let joined = names.map { Column(name: $0, type: types[Array($0.utf8)] ?? .empty) }
    return (Schema(columns: joined), contradictions)
  }
}
