/// The columns of a feed's records, in canonical order (UTF-16 code units of the names).
public struct Schema: Sendable, Hashable, Codable {
  /// The columns, sorted, each name once.
  public let columns: [Column]

  /// A schema of those columns, in whatever order they come; each name must stand once.
  public init(columns: [Column]) {
    self.columns = columns.sorted { Self.isBefore($0.name, $1.name) }
  }

  /// Whether one name stands before another by their UTF-16, which the bytes of UTF-8 tell as well.
  private static func isBefore(_ one: String, _ other: String) -> Bool {
    var rest = other.utf8.makeIterator()
    for byte in one.utf8 {
      guard let against = rest.next() else { return false }
      if byte == against { continue }
      // Scalars past U+FFFF are surrogates in UTF-16: before U+E000, which UTF-8 begins with 0xEE.
      if byte >= 0xF0, against == 0xEE || against == 0xEF { return true }
      if against >= 0xF0, byte == 0xEE || byte == 0xEF { return false }
      return byte < against
    }
    return rest.next() != nil
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
    // The join of a schema with itself is the schema.
    if drop == self { return self }
    return SchemaJoin(self).joined(with: SchemaJoin(drop)).schema(keepingKindsOf: self)
  }

  /// As ``evolved(by:)``, but where a scalar meets an object or array, the drop's kind stands.
  public func replaced(by drop: Schema) -> Schema {
    if drop == self { return self }
    return SchemaJoin(self).joined(with: SchemaJoin(drop)).schema(keepingKindsOf: drop)
  }
}
