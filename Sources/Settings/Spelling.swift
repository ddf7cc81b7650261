/// What somebody may have meant who mistyped a word.
public enum Spelling: Sendable {
  /// The word that is closest to `typed`; nil where none is close enough to be meant.
  ///
  /// Close is one slip for short words, up to a third of the letters for longer ones; a swap of
  /// neighbours is one slip, case and `_` for `-` are none.
  public static func nearest(to typed: String, among words: some Sequence<String>) -> String? {
    let typed = folded(typed)
    var best: (word: String, distance: Int)?
    for word in words {
      let folded = folded(word)
      let distance = distance(typed, folded)
      let limit = max(1, min(typed.count, folded.count) / 3)
      guard distance <= limit, distance < best?.distance ?? .max else { continue }
      best = (word, distance)
    }
    if let best { return best.word }
    // A beginning of a word is a word in a hurry, when it begins no other.
    let begun = words.filter { typed.count >= 3 && folded($0).starts(with: typed) }
    return begun.count == 1 ? begun[0] : nil
  }

  private static func folded(_ word: String) -> [Character] {
    word.lowercased().map { $0 == "_" ? "-" : $0 }
  }

  /// Insertions, deletions, changes and swaps of neighbours between two words.
  static func distance(_ one: [Character], _ other: [Character]) -> Int {
    if one.isEmpty || other.isEmpty { return max(one.count, other.count) }
    var older = [Int](repeating: 0, count: other.count + 1)
    var previous = Array(0...other.count)
    for row in 1...one.count {
      var current = [row]
      for column in 1...other.count {
        let change = previous[column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1)
        var least = min(change, previous[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, one[row - 1] == other[column - 2],
          one[row - 2] == other[column - 1]
        {
          least = min(least, older[column - 2] + 1)
        }
        current.append(least)
      }
      older = previous
      previous = current
    }
    return previous[other.count]
  }
}
