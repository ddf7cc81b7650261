/// How a feed's settings turn canonical names into the names of its columns.
public struct NameRules: Sendable, Hashable {
  /// How names are spelled.
  public enum Style: String, Sendable, Hashable, CaseIterable {
    /// As the source spells them.
    case source
    /// `Order ID` and `orderId` as `order_id`.
    case snakeCase = "snake_case"
  }

  /// How names are spelled that are not renamed.
  public var style = Style.source
  /// Names by hand: from the name that the column would have without rules to the one it gets.
  public var renames: [String: String] = [:]

  /// The source's own names.
  public init() {}

  /// The name of a column that would be called `canonical` without rules; the same for all drops.
  public func name(for canonical: String) -> String {
    // Swift's keys are equal where only their normal forms differ; ours are NFC on both sides.
    if let renamed = renames[canonical] { return renamed }
    switch style {
    case .source: return canonical
    case .snakeCase: return Self.snakeCase(canonical)
    }
  }

  /// Whether names stay as they are.
  public var isEmpty: Bool { style == .source && renames.isEmpty }

  /// Words in lower case, joined by `_`.
  ///
  /// A word ends where neither letter nor digit follows, before a capital behind a small letter or a
  /// digit, and before the last of several capitals that a small letter follows: `HTTPCode` is
  /// `http_code`. A leading `_`, `@` or `#` stays, since names of our own begin with one.
  static func snakeCase(_ name: String) -> String {
    let scalars = Array(name.unicodeScalars)
    var result = String.UnicodeScalarView()
    var isBoundary = false
    for (index, scalar) in scalars.enumerated() {
      guard isWordPart(scalar) else {
        if index == 0, scalar == "_" || scalar == "@" || scalar == "#" { result.append(scalar) }
        isBoundary = true
        continue
      }
      let before = index > 0 ? scalars[index - 1] : nil
      let after = index + 1 < scalars.count ? scalars[index + 1] : nil
      if isUpper(scalar), let before, isWordPart(before) {
        let endsCapitals = isUpper(before) && after.map(isLower) ?? false
        if !isUpper(before) || endsCapitals { isBoundary = true }
      }
      let hasWord = result.last.map(isWordPart) ?? false
      if isBoundary, hasWord { result.append("_") }
      isBoundary = false
      result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    let spelled = String(result)
    return spelled.unicodeScalars.contains(where: isWordPart)
      ? ColumnNames.canonical(spelled) : name
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if properties.isAlphabetic || properties.numericType != nil { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return false
    }
  }

  private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isUppercase }
  private static func isLower(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isLowercase }
}
