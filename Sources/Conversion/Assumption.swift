import Canonical
import Records

/// What a pass over a drop assumes of its columns, and what its values have proven so far.
struct Assumption {
  /// The columns' names as the source gives them, in its order.
  var rawNames: [[UInt8]]
  /// Their canonical names.
  var names: [String]
  /// What their values have shown.
  var evidence: [ColumnEvidence]
  private var taken: Set<[UInt8]>
  private let rules: NameRules

  /// Assumes columns side by side, of which no value was seen.
  init(rawNames: [[UInt8]], rules: NameRules = NameRules()) {
    self.rawNames = rawNames
    self.rules = rules
    names = ColumnNames.canonical(
      rawNames.map { String(decoding: $0, as: UTF8.self) },
      rules: rules
    )
    evidence = rawNames.map { _ in ColumnEvidence() }
    taken = Set(names.map { Array($0.utf8) })
  }

  /// Adds columns that records named for the first time, and takes in what values have shown.
  mutating func learn(addedNames: [[UInt8]], evidence found: [ColumnEvidence]) {
    for raw in addedNames where !rawNames.contains(raw) {
      let name = ColumnNames.canonical(String(decoding: raw, as: UTF8.self))
      let base = rules.name(for: name.isEmpty ? "column_\(names.count + 1)" : name)
      var candidate = base
      var count = 1
      while !taken.insert(Array(candidate.utf8)).inserted {
        count += 1
        candidate = "\(base)_\(count)"
      }
      rawNames.append(raw)
      names.append(candidate)
      evidence.append(ColumnEvidence())
    }
    for (column, shown) in found.enumerated() { evidence[column].join(shown) }
  }

  /// The notations that earlier drops have proven, a column each.
  func notations(_ known: [String: Notation]) -> [Notation?] {
    known.isEmpty ? [] : names.map { known[$0] }
  }

  /// The types that `schema` and the settings give to the columns.
  func known(_ schema: Schema?, stated: [String: ColumnType] = [:]) -> [ColumnType?] {
    var types: [[UInt8]: ColumnType] = [:]
    for column in schema?.columns ?? [] { types[Array(column.name.utf8)] = column.type }
    for (name, type) in stated {
      let own = types[Array(name.utf8)] ?? .empty
      // What the feed's batches hold already is not narrowed.
      types[Array(name.utf8)] = own.joined(with: type) ?? own
    }
    if types.isEmpty { return names.map { _ in nil } }
    return names.map { types[Array($0.utf8)] }
  }
}
