/// A member of a feed's records: its canonical name and the type of its values.
public struct Column: Sendable, Hashable, Codable {
  /// The canonical name: trimmed, NFC, unique in its schema.
  public var name: String
  /// The narrowest type proven to hold every value.
  public var type: ColumnType

  /// A column of that name and type.
  public init(name: String, type: ColumnType) {
    self.name = name
    self.type = type
  }
}
