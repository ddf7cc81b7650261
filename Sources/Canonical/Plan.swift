import Bytes
public import Records

/// What turns rows of one layout into canonical lines: for each member in output order its source
/// cell, its key bytes ready to copy, and the form of its values.
///
/// A plan never changes; a wider one takes its place.
public final class Plan: Sendable {
  /// Canonical names of the rows' columns, in the rows' order.
  public let names: [String]
  /// The forms of the rows' columns, in the rows' order.
  public let forms: [Form]
  /// Columns whose texts may be read as more than dates and times; see `readings(of:)`.
  let allowed: [Readings]
  /// The same for columns that the plan does not know.
  let openAllowed: Readings
  /// Columns that keep their type; empty where none does.
  private let pins: [Pin?]
  /// The format has numbers and booleans of its own.
  let typesItsValues: Bool
  /// The offsets of times without a zone; nil: they stay local.
  let zone: ZoneOffsets?
  /// The members in output order.
  let members: MemberTable
  /// The members' keys, for plans of the same columns.
  private let keys: MemberKeys

  /// A plan for columns side by side.
  ///
  /// - Parameters:
  ///   - names: canonical, each once.
  ///   - verdicts: how the values of each are written, and which columns are pinned.
  ///   - known: the types that the feed's schema gives; nil where it has none.
  ///   - typesItsValues: the format has numbers and booleans of its own, so that a text is only
  ///     ever a date or a time; a column that `known` types otherwise is read as that.
  ///   - knowsNullWords: `NullWords` are nulls where a column proves a type.
  ///   - zone: the offsets by which times without a zone become instants.
  ///   - other: a plan that is likely to be of the same columns: what depends on their names alone is
  ///     made once.
  public init(
    names: [String],
    verdicts: [Proof.Verdict],
    known: [ColumnType?],
    typesItsValues: Bool,
    knowsNullWords: Bool = true,
    zone: ZoneOffsets? = nil,
    like other: Plan? = nil
  ) {
    let forms = verdicts.map(\.form)
    self.names = names
    self.zone = zone
    pins = verdicts.contains { $0.pin != nil } ? verdicts.map(\.pin) : []
    self.forms = forms
    self.typesItsValues = typesItsValues
    let hidden: Readings = knowsNullWords ? [] : .missing
    allowed = names.indices.map {
      Self.allowed(known: $0 < known.count ? known[$0] : nil, typesItsValues: typesItsValues)
        .subtracting(hidden)
    }
    openAllowed = Self.allowed(known: nil, typesItsValues: typesItsValues).subtracting(hidden)
    keys = other.flatMap { $0.names == names ? $0.keys : nil } ?? MemberKeys(names)
    members = MemberTable(keys, forms: forms, allowed: allowed)
  }

  /// A plan of those forms, in which no column is pinned.
  public convenience init(
    names: [String],
    forms: [Form],
    known: [ColumnType?],
    typesItsValues: Bool
  ) {
    self.init(
      names: names,
      verdicts: forms.map { Proof.Verdict(form: $0) },
      known: known,
      typesItsValues: typesItsValues
    )
  }

  private static func allowed(known: ColumnType?, typesItsValues: Bool) -> Readings {
    guard typesItsValues else { return .all.union(.missing) }
    switch known {
    case .integer?, .number?, .decimal?, .boolean?: return .all.union(.missing)
    case .date?, .time?, .localDateTime?, .instant?: return .temporal.union(.missing)
    default: return .temporal
    }
  }

  /// How the column of that place keeps its type; nil where it may widen.
  func pin(of column: Int) -> Pin? { column < pins.count ? pins[column] : nil }

  /// Whether a text in that column may be read as a value of its form.
  func takesText(_ column: Int) -> Bool {
    Self.takesText(forms[column], allowed[column])
  }

  /// Whether texts that allow those readings may be read as values of that form.
  static func takesText(_ form: Form, _ allowed: Readings) -> Bool {
    switch form {
    case .boolean, .integer, .number, .decimal: allowed.contains(.pointDecimal)
    default: true
    }
  }

  /// The schema of what the plan writes.
  public var schema: Schema {
    Schema(columns: zip(names, forms).map { Column(name: $0, type: $1.type) })
  }

  /// Whether all that was written under this plan stays right under `wider`, whose columns begin
  /// with this plan's.
  public func staysRight(under wider: Plan) -> Bool {
    zip(forms, wider.forms).allSatisfy { $0.staysRight(under: $1) }
  }
}
