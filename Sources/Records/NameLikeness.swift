@_spi(_Unicode) import Swift

/// How alike two names of columns are, by their letters alone; for people, never to bind columns by.
public enum NameLikeness: Sendable {
  /// Whether two different names are one but for case, accents, and what stands between the words.
  public static func isSpelling(_ one: String, of other: String) -> Bool {
    let folded = fold(one)
    return one != other && !folded.isEmpty && folded == fold(other)
  }

  /// Whether two different names are one but for the case of their letters.
  public static func differsByCaseAlone(_ one: String, _ other: String) -> Bool {
    one != other && one.lowercased() == other.lowercased()
  }

  /// 1 for one name in two spellings, 0 for nothing in common.
  public static func likeness(_ one: String, _ other: String) -> Double {
    let (a, b) = (fold(one), fold(other))
    guard !a.isEmpty, !b.isEmpty else { return 0 }
    if a == b { return 1 }
    let (short, long) = a.count <= b.count ? (a, b) : (b, a)
    var best = max(pairs(a, b), words(words(of: one), words(of: other)))
    if short.count >= 2, initials(words(of: a == short ? other : one)) == short {
      best = max(best, 0.8)
    }
    if isAbbreviation(short, of: long) {
      best = max(best, 0.5 + 0.4 * Double(short.count) / Double(long.count))
    }
    return min(best, 0.95)
  }

  /// Letters and digits in lower case, without accents.
  static func fold(_ name: String) -> [UInt32] {
    var folded: [UInt32] = []
    for scalar in name.lowercased()._nfd {
      let properties = scalar.properties
      if properties.isAlphabetic || properties.numericType != nil,
        properties.generalCategory != .nonspacingMark
      {
        folded.append(scalar.value)
      }
    }
    return folded
  }

  private static func words(of name: String) -> [[UInt32]] {
    NameRules.snakeCase(name).split(separator: "_").map { fold(String($0)) }.filter { !$0.isEmpty }
  }

  private static func initials(_ words: [[UInt32]]) -> [UInt32] {
    words.count < 2 ? [] : words.compactMap(\.first)
  }

  /// The share of letter pairs that both have (Dice's coefficient).
  private static func pairs(_ a: [UInt32], _ b: [UInt32]) -> Double {
    guard a.count > 1, b.count > 1 else { return 0 }
    var counts: [UInt64: Int] = [:]
    for at in 1..<a.count { counts[UInt64(a[at - 1]) << 32 | UInt64(a[at]), default: 0] += 1 }
    var common = 0
    for at in 1..<b.count {
      let pair = UInt64(b[at - 1]) << 32 | UInt64(b[at])
      guard let left = counts[pair], left > 0 else { continue }
      counts[pair] = left - 1
      common += 1
    }
    return 2 * Double(common) / Double(a.count + b.count - 2)
  }

  /// The share of words that both have, abbreviated ones counting less.
  private static func words(_ one: [[UInt32]], _ other: [[UInt32]]) -> Double {
    var rest = other
    var common = 0.0
    for word in one {
      if let at = rest.firstIndex(of: word) {
        common += 1
        rest.remove(at: at)
      } else if let at = rest.firstIndex(where: {
        isAbbreviation(word, of: $0) || isAbbreviation($0, of: word)
      }) {
        common += 0.7
        rest.remove(at: at)
      }
    }
    return one.isEmpty || other.isEmpty ? 0 : 2 * common / Double(one.count + other.count)
  }

  /// Whether a word is left of a longer one when letters go out of it, the first never.
  private static func isAbbreviation(_ short: [UInt32], of long: [UInt32]) -> Bool {
    guard short.count >= 2, short.count < long.count, short[0] == long[0] else { return false }
    var at = 0
    for letter in long where at < short.count && short[at] == letter { at += 1 }
    return at == short.count
  }
}
