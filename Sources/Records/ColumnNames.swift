@_spi(_Unicode) import Swift

/// Turns a source's own names into canonical ones.
public enum ColumnNames: Sendable {
  /// Canonical names of columns that stand side by side, in their order.
  ///
  /// Each is trimmed of Unicode white space and normalised to NFC; an empty one becomes `column_N`
  /// (N counts from 1), a repeated one `name_2`, `name_3`.
  public static func canonical(_ names: [String]) -> [String] {
    let own = names.map { canonical($0) }
    // Names that are normalised are equal only where their bytes are.
    if !own.contains(""), Set(own).count == own.count { return own }
    var taken: Set<[UInt8]> = []
    let reserved = Set(own.map { Array($0.utf8) })
    var result: [String] = []
    for (index, name) in own.enumerated() {
      let base = name.isEmpty ? "column_\(index + 1)" : name
      var candidate = base
      var count = 1
      while (count > 1 && reserved.contains(Array(candidate.utf8)))
        || !taken.insert(Array(candidate.utf8)).inserted
      {
        count += 1
        candidate = "\(base)_\(count)"
      }
      result.append(candidate)
    }
    return result
  }

  /// Canonical names of columns that stand side by side, as a feed's rules call them.
  ///
  /// Where rules give two columns one name, the one whose own name sorts first keeps it, so that the
  /// order of the columns decides nothing; the other becomes `name_2`.
  public static func canonical(_ names: [String], rules: NameRules) -> [String] {
    let own = canonical(names)
    if rules.isEmpty { return own }
    var result = own
    let order = own.indices.sorted {
      own[$0].unicodeScalars.lexicographicallyPrecedes(own[$1].unicodeScalars)
    }
    // A name by hand is kept by the column it was given to.
    let ranked =
      order.filter { rules.renames[own[$0]] != nil }
      + order.filter { rules.renames[own[$0]] == nil }
    let unique = canonical(ranked.map { rules.name(for: own[$0]) })
    for (place, index) in ranked.enumerated() { result[index] = unique[place] }
    return result
  }

  /// One name: trimmed of Unicode white space and normalised to NFC.
  public static func canonical(_ name: String) -> String {
    if isCanonical(name.utf8) { return name }
    let scalars = name.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isTrimmed($0) }),
      let last = scalars.lastIndex(where: { !isTrimmed($0) })
    else { return "" }
    let trimmed = scalars[first...last]
    if trimmed.allSatisfy(\.isASCII) { return String(trimmed) }
    var normalised = String.UnicodeScalarView()
    for scalar in String(trimmed)._nfc { normalised.append(scalar) }
    return String(normalised)
  }

  /// Whether a name is ASCII with nothing to trim, as most are.
  private static func isCanonical(_ name: String.UTF8View) -> Bool {
    guard let first = name.first, let last = name.last, first > 0x20, last > 0x20 else {
      return false
    }
    return name.allSatisfy { $0 < 0x80 }
  }

  private static func isTrimmed(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar == "\u{FEFF}"
  }
}
