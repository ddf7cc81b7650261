import CKernels

/// Finds out whether a tag names an attribute twice, by spelling or by namespace.
struct XMLUniqueness {
  private var slots: [Int32] = []

  private static let twice: StaticString = "this element names an attribute twice"

  /// What is wrong, or nil.
  mutating func find(
    _ attributes: FlatArray<XMLLexedAttribute>,
    _ namespaces: XMLNamespaces
  ) -> StaticString? {
    if attributes.count <= 8 {
      for index in 1..<attributes.count {
        for other in 0..<index
        where Self.areSame(attributes[index], attributes[other], namespaces) {
          return Self.twice
        }
      }
      return nil
    }
    var size = 32
    while size < attributes.count * 2 { size *= 2 }
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(-1, count: size))
    for index in 0..<attributes.count {
      let one = attributes[index]
      var slot = Self.hash(one, namespaces) & (size - 1)
      while slots[slot] >= 0 {
        if Self.areSame(one, attributes[Int(slots[slot])], namespaces) { return Self.twice }
        slot = (slot + 1) & (size - 1)
      }
      slots[slot] = Int32(index)
    }
    return nil
  }

  private static func hash(_ one: XMLLexedAttribute, _ namespaces: XMLNamespaces) -> Int {
    let skipped = one.isDeclaration ? 0 : one.colon + 1
    // Safe: the local name lies within the name.
    var hash = unsafe namespaces.hash(one.name + skipped, one.nameCount - skipped)
    if one.binding >= 0 { hash ^= namespaces.hash(of: one.binding) }
    return Int(truncatingIfNeeded: hash >> 1)
  }

  @inline(__always)
  private static func areSame(
    _ one: XMLLexedAttribute,
    _ other: XMLLexedAttribute,
    _ namespaces: XMLNamespaces
  ) -> Bool {
    if one.isDeclaration != other.isDeclaration { return false }
    if one.isDeclaration || (one.binding < 0 && other.binding < 0) {
      // Safe: names have slack behind them.
      return unsafe one.nameCount == other.nameCount
        && dropmill_same(one.name, other.name, one.nameCount)
    }
    guard one.binding >= 0, other.binding >= 0 else { return false }
    let count = one.nameCount - one.colon
    guard count == other.nameCount - other.colon else { return false }
    return unsafe dropmill_same(one.name + one.colon, other.name + other.colon, count)
      && namespaces.areSame(one.binding, other.binding)
  }
}
