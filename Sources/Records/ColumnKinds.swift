/// What all values of a column have been: a type of each kind that occurred.
///
/// Scalars, objects and arrays contradict each other and still join here, since each kind keeps its
/// place: the join is total, associative, commutative and idempotent. A feed has columns of one kind;
/// which one that is, is a decision, and none of the join's.
public struct ColumnKinds: Sendable, Hashable {
  /// The narrowest type of all scalars; `empty` where there was none.
  public private(set) var scalar = ColumnType.empty
  /// Whether there were objects.
  public private(set) var hasObjects = false
  /// Whether there were arrays.
  public private(set) var hasArrays = false

  /// The kinds of a column of one type.
  public init(_ type: ColumnType) {
    switch type {
    case .object: hasObjects = true
    case .array: hasArrays = true
    default: scalar = type
    }
  }

  /// The types, one of each kind that occurred; a contradiction where there are more than one.
  public var types: [ColumnType] {
    (scalar == .empty ? [] : [scalar]) + (hasObjects ? [.object] : [])
      + (hasArrays ? [.array] : [])
  }

  /// What both have been.
  public func joined(with other: Self) -> Self {
    var joined = self
    // Scalars always have a join.
    joined.scalar = scalar.joined(with: other.scalar) ?? .string
    joined.hasObjects = hasObjects || other.hasObjects
    joined.hasArrays = hasArrays || other.hasArrays
    return joined
  }
}

/// What the columns of records have been, over any number of blocks, drops and machines.
///
/// The join is total, associative, commutative and idempotent, so that parts merge in any order.
public struct SchemaJoin: Sendable, Hashable {
  private var kinds: [Name: ColumnKinds] = [:]

  /// The bytes of a name: two names are one where their bytes are.
  private struct Name: Hashable {
    var text: String

    static func == (left: Self, right: Self) -> Bool {
      left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
      for byte in text.utf8 { hasher.combine(byte) }
    }
  }

  /// No columns: the neutral element.
  public init() {}

  /// The columns of one schema.
  public init(_ schema: Schema) {
    for column in schema.columns { kinds[Name(text: column.name)] = ColumnKinds(column.type) }
  }

  /// The columns of both.
  public func joined(with other: Self) -> Self {
    var joined = self
    joined.kinds.merge(other.kinds) { $0.joined(with: $1) }
    return joined
  }

  /// What a column has been; nil where there is none of that name.
  public func kinds(of name: String) -> ColumnKinds? { kinds[Name(text: name)] }

  /// Columns whose values were of more than one kind, in canonical order.
  public var contradictions: [String] {
    kinds.filter { $0.value.types.count > 1 }.map(\.key.text)
      .sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
  }

  /// The schema of one kind a column: that of `feed` where it has the column, else the richest.
  ///
  /// An array holds what an object or a scalar can be part of, an object what a scalar can.
  public func schema(keepingKindsOf feed: Schema = .empty) -> Schema {
    var known: [Name: ColumnType] = [:]
    for column in feed.columns { known[Name(text: column.name)] = column.type }
    return Schema(
      columns: kinds.map { name, kinds in
        Column(name: name.text, type: kinds.type(keepingKindOf: known[name] ?? .empty))
      }
    )
  }
}

extension ColumnKinds {
  fileprivate func type(keepingKindOf known: ColumnType) -> ColumnType {
    switch known {
    case .empty: types.last ?? .empty
    case .object, .array: known
    default: scalar
    }
  }
}
