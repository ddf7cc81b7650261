import Canonical
public import Records

/// What is known of a drop's feed before the drop is read.
public struct KnownFeed: Sendable, Hashable {
  /// The schema, whose types are widened where values demand it; nil before the first drop.
  public var schema: Schema?
  /// Which columns keep their types: values that do not fit are rejected.
  public var contract: Contract
  /// Whether columns become objects, arrays or scalars where most of the drop's values are.
  ///
  /// Without it the schema's kind stands, and values of another one are rejected.
  public var takesOtherKinds: Bool

  /// A feed of that schema and contract.
  public init(
    schema: Schema?,
    contract: Contract = .evolving,
    takesOtherKinds: Bool = false
  ) {
    self.schema = schema
    self.contract = contract
    self.takesOtherKinds = takesOtherKinds
  }

  /// Nothing is known.
  public static let new = KnownFeed(schema: nil)

  /// Whether the column keeps the type that the schema or the settings give it.
  func pins(_ column: String, stated: [String: ColumnType]) -> Bool {
    contract.pins(column) && (schema?.type(of: column) != nil || stated[column] != nil)
  }

  /// Whether the drop's own values decide if the column holds scalars, objects or arrays.
  func decidesKind(of column: String) -> Bool {
    takesOtherKinds || schema?.type(of: column) ?? .empty == .empty
  }
}

/// Which kinds of values a drop has in columns of another kind.
///
/// A column that no schema knows is of the kind that most of the drop's values are, not of the first:
/// the same records in another order come out the same. Of equally many, an array goes before an
/// object, and that before a scalar.
struct KindCount {
  private var counts: [CanonicalBlock.OtherKind: Int] = [:]

  mutating func add(_ found: [CanonicalBlock.OtherKind: Int]) {
    if !found.isEmpty { counts.merge(found, uniquingKeysWith: +) }
  }

  /// Columns, by place, that are to be of another kind than they were taken for.
  ///
  /// - Parameters:
  ///   - present: records converted that have a value in each column.
  ///   - kinds: the kinds that the columns were taken for.
  /// - Returns: the kinds that the columns are to have.
  func prevailing(over present: [Int], _ kinds: [ColumnType]) -> [Int: ColumnType] {
    if counts.isEmpty { return [:] }
    var best: [Int: (kind: ColumnType, count: Int)] = [:]
    for (other, count) in counts {
      let leader = best[other.column] ?? (kinds[other.column], present[other.column])
      let isTie = count == leader.count
      if count > leader.count || (isTie && leader.kind.rawValue < other.kind.rawValue) {
        best[other.column] = (other.kind, count)
      }
    }
    return best.mapValues(\.kind)
  }
}
