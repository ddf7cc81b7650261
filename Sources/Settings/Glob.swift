/// A pattern of names: `*` any run of characters but `/`, `**` any run, `?` one character, `[a-z]` one of some.
public struct Glob: Sendable, Hashable {
  /// The pattern as it was written.
  public let pattern: String

  /// A pattern.
  public init(_ pattern: String) { self.pattern = pattern }

  /// Whether it stands for one name only.
  public var isLiteral: Bool { !pattern.contains { "*?[".contains($0) } }

  /// Whether the whole of `name` fits the pattern.
  public func matches(_ name: String) -> Bool {
    Self.matches(Array(pattern.unicodeScalars)[...], Array(name.unicodeScalars)[...])
  }

  private static func matches(
    _ pattern: ArraySlice<Unicode.Scalar>,
    _ name: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    var pattern = pattern
    var name = name
    while let sign = pattern.popFirst() {
      switch sign {
      case "*":
        let crosses = pattern.first == "*"
        while pattern.first == "*" { pattern.removeFirst() }
        if pattern.isEmpty { return crosses || !name.contains("/") }
        while true {
          if matches(pattern, name) { return true }
          guard let next = name.popFirst(), crosses || next != "/" else { return false }
        }
      case "?":
        guard let next = name.popFirst(), next != "/" else { return false }
      case "[":
        guard let end = pattern.dropFirst().firstIndex(of: "]") else {
          guard name.popFirst() == "[" else { return false }
          continue
        }
        guard let next = name.popFirst(), next != "/", isIn(pattern[..<end], next) else {
          return false
        }
        pattern = pattern[(end + 1)...]
      default:
        guard name.popFirst() == sign else { return false }
      }
    }
    return name.isEmpty
  }

  private static func isIn(_ set: ArraySlice<Unicode.Scalar>, _ scalar: Unicode.Scalar) -> Bool {
    var set = set
    let isNegated = set.first == "!" || set.first == "^"
    if isNegated { set.removeFirst() }
    var isFound = false
    while let first = set.popFirst() {
      var last = first
      if set.first == "-", set.count > 1 {
        set.removeFirst()
        last = set.removeFirst()
      }
      if first.value <= scalar.value, scalar.value <= last.value { isFound = true }
    }
    return isFound != isNegated
  }
}
