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

  /// Assumes columns side by side, of which no value was seen.
  init(rawNames: [[UInt8]]) {
    self.rawNames = rawNames
    names = ColumnNames.canonical(rawNames.map { String(decoding: $0, as: UTF8.self) })
    evidence = rawNames.map { _ in ColumnEvidence() }
    taken = Set(names.map { Array($0.utf8) })
  }

  /// Adds columns that records named for the first time, and takes in what values have shown.
  mutating func learn(addedNames: [[UInt8]], evidence found: [ColumnEvidence]) {
    for raw in addedNames where !rawNames.contains(raw) {
      let name = ColumnNames.canonical(String(decoding: raw, as: UTF8.self))
      let base = name.isEmpty ? "column_\(names.count + 1)" : name
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

  /// The types that `schema` gives to the columns.
  func known(_ schema: Schema?) -> [ColumnType?] {
    guard let schema, !schema.columns.isEmpty else { return names.map { _ in nil } }
    var types: [[UInt8]: ColumnType] = [:]
    for column in schema.columns { types[Array(column.name.utf8)] = column.type }
    return names.map { types[Array($0.utf8)] }
  }
}
