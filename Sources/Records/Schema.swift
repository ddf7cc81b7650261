/// The columns of a feed's records, in canonical order (UTF-16 code units of the names).
public struct Schema: Sendable, Hashable, Codable {
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

  /// This schema with a drop's columns, each in the narrowest type that holds the values of both.
  ///
  /// Where a scalar meets an object or array, this schema's kind stands: no join settles that. Without
  /// such a column the result is ``SchemaJoin``'s, whatever the order.
  public func evolved(by drop: Schema) -> Schema {
    SchemaJoin(self).joined(with: SchemaJoin(drop)).schema(keepingKindsOf: self)
  }

  /// As ``evolved(by:)``, but where a scalar meets an object or array, the drop's kind stands.
  public func replaced(by drop: Schema) -> Schema {
    SchemaJoin(self).joined(with: SchemaJoin(drop)).schema(keepingKindsOf: drop)
  }
}
