/// What one version of a schema has that an earlier one had not, column by column.
public struct SchemaDifference: Sendable, Hashable {
  /// One column that is not what it was.
  public struct Change: Sendable, Hashable {
    /// What happened to the column.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// It is new.
      case added
      /// It is not there any more.
      case removed
      /// Its type holds all that it held, and more.
      case widened
      /// Its type holds less than before, or something else: what was valid may be so no longer.
      case replaced
    }

    /// The column.
    public var name: String
    /// What happened.
    public var kind: Kind
    /// Its type before; nil for an added one.
    public var from: ColumnType?
    /// Its type now; nil for a removed one.
    public var to: ColumnType?
  }

  /// The changes, in canonical order of the names.
  public let changes: [Change]

  /// What changed from one schema to the next.
  public init(from old: Schema, to new: Schema) {
    guard old != new else {
      changes = []
      return
    }
    var before: [[UInt8]: ColumnType] = [:]
    for column in old.columns { before[Array(column.name.utf8)] = column.type }
    var changes: [Change] = []
    for column in new.columns {
      let type = before.removeValue(forKey: Array(column.name.utf8))
      if type == column.type { continue }
      changes.append(
        Change(name: column.name, kind: Self.kind(type, column.type), from: type, to: column.type)
      )
    }
    for column in old.columns where before[Array(column.name.utf8)] != nil {
      changes.append(Change(name: column.name, kind: .removed, from: column.type, to: nil))
    }
    self.changes = changes.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
  }

  /// Whether nothing changed.
  public var isEmpty: Bool { changes.isEmpty }

  /// The changes of one kind.
  public func changes(_ kind: Change.Kind) -> [Change] { changes.filter { $0.kind == kind } }

  /// Whether records under the new schema are valid under the old one.
  ///
  /// A new column is ignored; a changed type shows, a wider one too.
  public var isReadableByOlder: Bool {
    changes.allSatisfy { change in
      switch change.kind {
      case .added, .removed: true
      // A column of nulls says nothing of its values.
      case .widened, .replaced: change.from == .empty
      }
    }
  }

  private static func kind(_ old: ColumnType?, _ new: ColumnType) -> Change.Kind {
    guard let old else { return .added }
    return old.joined(with: new) == new ? .widened : .replaced
  }
}

extension SchemaDifference.Change: CustomStringConvertible {
  /// The change for people: `total: integer to number`.
  public var description: String {
    switch (from, to) {
    case (let from?, let to?): "\(name): \(from.name) to \(to.name)"
    case (let type?, nil), (nil, let type?): "\(name): \(type.name)"
    case (nil, nil): name
    }
  }
}
