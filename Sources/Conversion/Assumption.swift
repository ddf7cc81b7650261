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
  /// The canonical names' bytes, once a column is added.
  private var taken: Set<[UInt8]> = []
  private let rules: NameRules
  /// Columns whose kind was counted, by place.
  private var countedKinds: Set<Int> = []

  /// Assumes columns side by side, of which no value was seen.
  init(rawNames: [[UInt8]], rules: NameRules = NameRules()) {
    self.rawNames = rawNames
    self.rules = rules
    names = ColumnNames.canonical(
      rawNames.map { String(decoding: $0, as: UTF8.self) },
      rules: rules
    )
    evidence = rawNames.map { _ in ColumnEvidence() }
  }

  /// Adds columns that records named for the first time, and takes in what values have shown.
  mutating func learn(addedNames: [[UInt8]], evidence found: [ColumnEvidence]) {
    if taken.isEmpty, !addedNames.isEmpty { taken = Set(names.map { Array($0.utf8) }) }
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

  /// Takes columns to be of the kinds that most of their values are; true where that is news.
  mutating func settle(kinds: [Int: ColumnType], where isOpen: (String) -> Bool) -> Bool {
    var isNews = false
    for (column, kind) in kinds where isOpen(names[column]) {
      // A record with two such columns is counted in the first alone: once has to do.
      guard countedKinds.insert(column).inserted else { continue }
      evidence[column].settle(kind: kind)
      isNews = true
    }
    return isNews
  }

  /// The types that the feed's schema and the settings give to the columns.
  func known(_ feed: KnownFeed, stated: [String: ColumnType]) -> [ColumnType?] {
    if feed.schema == nil, stated.isEmpty { return names.map { _ in nil } }
    var types: [[UInt8]: ColumnType] = [:]
    for column in feed.schema?.columns ?? [] { types[Array(column.name.utf8)] = column.type }
    for (name, type) in stated {
      let own = types[Array(name.utf8)] ?? .empty
      // What the feed's batches hold already is not narrowed.
      types[Array(name.utf8)] = own.joined(with: type) ?? own
    }
    return names.indices.map { index in
      let type = types[Array(names[index].utf8)]
      let kind = evidence[index].kind
      guard feed.takesOtherKinds, kind != .empty, let type else { return type }
      // A person lets the column become what this drop has.
      return type.isSameKind(as: kind) ? type : nil
    }
  }
}
