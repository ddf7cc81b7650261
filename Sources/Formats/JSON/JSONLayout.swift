/// Where the records lie in JSON content, and what one is made of.
///
/// Its text form: names joined by `.`, `[i]` for an element of an array, `$` for the document,
/// `*` at the end for every value of an object: `$`, `data.children`, `[1]`, `data.*`. A name that
/// holds one of these signs stands as `["a.b"]`.
public struct JSONLayout: Sendable, Hashable {
  /// One step from the document towards its records.
  public enum Step: Sendable, Hashable {
    /// The member of that name (UTF-8, unescaped).
    case member([UInt8])
    /// The element at that index, counted from 0.
    case element(Int)
  }

  /// Where the records lie.
  public enum Shape: Sendable, Hashable {
    /// One value a line; a line that cannot be read is rejected alone.
    case lines
    /// Values one after another, over any number of lines.
    case values
    /// The one document is one record.
    case document
    /// The elements of the array at that path; no step at all is the document itself.
    case array([Step])
    /// The values of the object at that path; each one's name becomes the member `_key`.
    case keyed([Step])
  }

  /// What a record is made of.
  public enum Element: Sendable, Hashable {
    /// An object: its members.
    case object
    /// Any value: it becomes the member `value`.
    case value
    /// An array: its elements become the members of those names, others `column_N`.
    case tuple(names: [[UInt8]])
  }

  /// Where the records lie.
  public var shape: Shape
  /// What a record is made of.
  public var element: Element
  /// The first element of the array names the columns of the others and is no record.
  public var hasHeader: Bool

  /// A layout of that shape.
  public init(_ shape: Shape, of element: Element = .object, hasHeader: Bool = false) {
    self.shape = shape
    self.element = element
    self.hasHeader = hasHeader
  }

  /// The name of the column that holds the key of a keyed record.
  public static let keyName = Array("_key".utf8)
  /// The name of the column that holds a record that is one value.
  public static let valueName = Array("value".utf8)

  /// The steps to the array or object that holds the records.
  public var path: [Step] {
    switch shape {
    case .lines, .values, .document: []
    case .array(let path), .keyed(let path): path
    }
  }

  /// The place of the records in its text form.
  public var text: String {
    var text = ""
    for step in path {
      switch step {
      case .element(let index): text += "[\(index)]"
      case .member(let name):
        let plain = String(decoding: name, as: UTF8.self)
        if Self.isPlain(name) {
          text += text.isEmpty ? plain : ".\(plain)"
        } else {
          let escaped = plain.split(separator: "\"", omittingEmptySubsequences: false)
          text += "[\"\(escaped.joined(separator: "\\\""))\"]"
        }
      }
    }
    if case .keyed = shape { return text.isEmpty ? "*" : "\(text).*" }
    return text.isEmpty ? "$" : text
  }

  /// The steps and whether `*` ends them, from their text form; nil where it is none.
  public static func steps(from text: String) -> (path: [Step], isKeyed: Bool)? {
    var path: [Step] = []
    var rest = Substring(text)
    if rest.first == "$" {
      rest.removeFirst()
      if rest.isEmpty { return ([], false) }
      guard rest.first == "." || rest.first == "[" else { return nil }
      if rest.first == "." { rest.removeFirst() }
    }
    while !rest.isEmpty {
      if rest == "*" { return (path, true) }
      guard let step = takeStep(from: &rest) else { return nil }
      path.append(step)
      guard rest.first == "." else {
        if rest.isEmpty || rest.first == "[" { continue }
        return nil
      }
      rest.removeFirst()
      if rest.isEmpty { return nil }
    }
    return path.isEmpty ? nil : (path, false)
  }

  private static func takeStep(from rest: inout Substring) -> Step? {
    guard rest.first == "[" else {
      let name = rest.prefix { $0 != "." && $0 != "[" }
      rest.removeFirst(name.count)
      return name.isEmpty ? nil : .member(Array(name.utf8))
    }
    rest.removeFirst()
    if rest.first == "\"" {
      rest.removeFirst()
      var name = ""
      while let character = rest.popFirst(), character != "\"" {
        guard character == "\\", rest.first == "\"" else {
          name.append(character)
          continue
        }
        name.append(rest.removeFirst())
      }
      guard rest.popFirst() == "]" else { return nil }
      return .member(Array(name.utf8))
    }
    let digits = rest.prefix { $0 != "]" }
    rest.removeFirst(digits.count)
    guard rest.popFirst() == "]", let index = Int(digits), index >= 0 else { return nil }
    return .element(index)
  }

  private static func isPlain(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name != [UInt8(ascii: "$")] && name != [UInt8(ascii: "*")]
      && !name.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") || $0 < 0x20 }
  }
}
