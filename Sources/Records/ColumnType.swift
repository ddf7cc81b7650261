/// What all values of a column are, in one version of a feed's schema.
public enum ColumnType: UInt8, Sendable, Hashable, CaseIterable, Codable {
  /// No value has been seen yet: a column of nulls.
  case empty
  case boolean
  case integer
  case number
  case decimal
  case date
  case time
  case localDateTime
  case instant
  case string
  case object
  case array

  /// The word for the type in schemas, manifests, receipts and on the command line.
  public var name: String {
    switch self {
    case .empty: "empty"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .decimal: "decimal"
    case .date: "date"
    case .time: "time"
    case .localDateTime: "local-datetime"
    case .instant: "instant"
    case .string: "string"
    case .object: "object"
    case .array: "array"
    }
  }

  /// The type with that name, or nil.
  public init?(name: String) {
    guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }

  /// Whether values of the type are objects or arrays.
  public var isNested: Bool { self == .object || self == .array }

  /// Whether both are scalars, both objects, or both arrays; a column of nulls is of every kind.
  public func isSameKind(as other: Self) -> Bool { joined(with: other) != nil }

  /// The narrowest type that holds the values of both, or nil where none does.
  ///
  /// Associative, commutative and idempotent; `empty` is its neutral element. Only a scalar against
  /// an object or array, or an object against an array, has no join: that is a contradiction.
  public func joined(with other: Self) -> Self? {
    if self == other || other == .empty { return self }
    if self == .empty { return other }
    if isNested || other.isNested { return nil }
    if isNumeric && other.isNumeric { return rawValue > other.rawValue ? self : other }
    return .string
  }

  private var isNumeric: Bool { self == .integer || self == .number || self == .decimal }
}
