/// A value as it stands in a source of settings, with its place.
indirect enum Value: Sendable, Hashable {
  /// A member of a mapping.
  struct Member: Sendable, Hashable {
    var name: String
    var place: Origin
    var value: Value
  }

  case text(String, Origin)
  case list([Value], Origin)
  case mapping([Member], Origin)

  /// Where it stands.
  var place: Origin {
    switch self {
    case .text(_, let place), .list(_, let place), .mapping(_, let place): place
    }
  }

  /// The value in a few words, for messages.
  var found: String {
    switch self {
    case .text(let text, _): text
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A value that a setting does not take; the key is known to the caller.
struct WrongValue: Error {
  var place: Origin
  var found: String
  var expected: String

  init(_ value: Value, expected: String) {
    place = value.place
    found = value.found
    self.expected = expected
  }
}

extension Value {
  /// A text.
  func text(_ expected: String = "a text") throws(WrongValue) -> String {
    guard case .text(let text, _) = self, !text.isEmpty else {
      throw WrongValue(self, expected: expected)
    }
    return text
  }

  /// One of the words of an enumeration.
  func word<Words>(_ type: Words.Type) throws(WrongValue) -> Words
  where Words: CaseIterable & RawRepresentable<String> {
    let expected = Words.allCases.map(\.rawValue).joined(separator: ", ")
    guard case .text(let text, _) = self, let word = Words(rawValue: text) else {
      throw WrongValue(self, expected: "one of \(expected)")
    }
    return word
  }

  /// `true` or `false`.
  func boolean() throws(WrongValue) -> Bool {
    switch try text("true or false").lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw WrongValue(self, expected: "true or false")
    }
  }

  /// A whole number within a range.
  func integer(_ range: ClosedRange<Int>) throws(WrongValue) -> Int {
    let expected =
      range.upperBound == .max
      ? "a whole number from \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let number = Int(try text(expected)), range.contains(number) else {
      throw WrongValue(self, expected: expected)
    }
    return number
  }

  /// Texts side by side; a single text is a list of one.
  func texts() throws(WrongValue) -> [String] {
    switch self {
    case .text(let text, _) where !text.isEmpty: return [text]
    case .list(let values, _):
      var texts: [String] = []
      for value in values {
        guard case .text(let text, _) = value else {
          throw WrongValue(value, expected: "a list of texts")
        }
        texts.append(text)
      }
      return texts
    default: throw WrongValue(self, expected: "a list of texts")
    }
  }

  /// Names with a value each.
  func members(_ expected: String) throws(WrongValue) -> [Member] {
    guard case .mapping(let members, _) = self else { throw WrongValue(self, expected: expected) }
    return members
  }
}
