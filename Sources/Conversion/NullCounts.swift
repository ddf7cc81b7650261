import Canonical

/// How often each word stood for a missing value, by column; added up block by block.
struct NullCounts {
  private var counts: [UInt64] = []

  /// Takes in a block's counts; columns only ever come behind those that are there.
  mutating func add(_ block: [UInt32]) {
    if block.isEmpty { return }
    while counts.count < block.count { counts.append(0) }
    for (at, count) in block.enumerated() { counts[at] += UInt64(count) }
  }

  /// What was counted, in the order of the columns.
  func found(in names: [String]) -> [ConversionReport.NullWord] {
    let words = NullWords.all
    return counts.indices.compactMap { at in
      let column = at / words.count
      guard counts[at] > 0, column < names.count else { return nil }
      return ConversionReport.NullWord(
        name: names[column],
        word: words[at % words.count],
        count: counts[at]
      )
    }
  }
}
