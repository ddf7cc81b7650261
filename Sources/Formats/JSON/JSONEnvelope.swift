import Bytes
import Records

/// What lies around the records of a JSON document, read token by token as strict RFC 8259.
///
/// How this works: a token is taken only where it ends within the bytes at hand; else the machine
/// asks for more from the token's beginning on. The containers that are open lie on a stack; each
/// knows how many steps of the path to the records lead to it, if any.
struct JSONEnvelope: Sendable {
  /// What a call of `advance` came to.
  enum Event: Sendable {
    /// The bytes end within a token or between two.
    case needsMore
    /// The cursor stands behind the bracket that opens the container of the records.
    case records
    /// The document is complete.
    case complete
  }

  private enum Expecting: Sendable {
    case value
    /// A value, or the end of the array that has just begun.
    case firstElement
    /// A member's name, or the end of the object that has just begun.
    case firstName
    case name
    case colon
    /// A comma, or the end of the innermost container.
    case more
  }

  private struct Container: Sendable {
    var isObject: Bool
    /// Steps of the path that lead here; nil off the path.
    var matched: Int?
    /// Index of the element that is read.
    var index = 0
    /// The name of the member that is read.
    var name: [UInt8] = []
  }

  /// Whether the records have been met.
  private(set) var hasMetRecords = false
  /// Scalars around the records: the path of names that leads there, and the text.
  private(set) var scalars: [(name: String, value: String)] = []

  private let path: [JSONLayout.Step]
  private let isKeyed: Bool
  private let depthLimit: Int
  private var stack: [Container] = []
  private var expecting = Expecting.value

  /// Most scalars kept, and most bytes of one.
  private static let scalarLimit = (count: 64, bytes: 200)

  init(path: [JSONLayout.Step], isKeyed: Bool, depthLimit: Int) {
    self.path = path
    self.isKeyed = isKeyed
    self.depthLimit = depthLimit
  }

  /// Containers open around the cursor.
  var depth: Int { stack.count }

  /// Reads on from the cursor; with `isLast` nothing follows the bytes at hand.
  mutating func advance(_ cursor: inout JSONCursor, isLast: Bool) throws(JSONFault) -> Event {
    while true {
      cursor.skipSpaceToEnd()
      let isComplete = stack.isEmpty && expecting == .more
      guard cursor.at < cursor.end else { return isComplete && isLast ? .complete : .needsMore }
      if isComplete { throw .syntax(at: cursor.at, "text behind the document") }
      guard let count = cursor.tokenLength(isLast: isLast) else { return .needsMore }
      if try take(&cursor, count) { return .records }
    }
  }

  /// The container of the records has been closed; the cursor stands behind its bracket.
  mutating func recordsEnded() {
    stack.removeLast()
    expecting = .more
  }

  /// Takes the token of `count` bytes that is looked at; true where the records begin behind it.
  private mutating func take(_ cursor: inout JSONCursor, _ count: Int) throws(JSONFault) -> Bool {
    switch expecting {
    case .value: return try takeValue(&cursor, count)
    case .firstElement:
      if cursor.byte == UInt8(ascii: "]") { return close(&cursor) }
      return try takeValue(&cursor, count)
    case .firstName, .name:
      if expecting == .firstName, cursor.byte == UInt8(ascii: "}") { return close(&cursor) }
      guard cursor.byte == UInt8(ascii: "\"") else {
        throw .syntax(at: cursor.at, "no name of a member")
      }
      stack[stack.count - 1].name = try text(&cursor)
      expecting = .colon
    case .colon:
      guard cursor.byte == UInt8(ascii: ":") else {
        throw .syntax(at: cursor.at, "no colon behind a member's name")
      }
      cursor.at += 1
      expecting = .value
    case .more: return try takeMore(&cursor)
    }
    return false
  }

  private mutating func takeMore(_ cursor: inout JSONCursor) throws(JSONFault) -> Bool {
    let last = stack.count - 1
    let isObject = stack[last].isObject
    switch cursor.byte {
    case UInt8(ascii: ","):
      cursor.at += 1
      stack[last].index += 1
      expecting = isObject ? .name : .value
      return false
    case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
      return close(&cursor)
    default:
      throw .syntax(
        at: cursor.at,
        isObject ? "no comma and no end of the object" : "no comma and no end of the array"
      )
    }
  }

  private mutating func close(_ cursor: inout JSONCursor) -> Bool {
    cursor.at += 1
    stack.removeLast()
    expecting = .more
    return false
  }

  private mutating func takeValue(
    _ cursor: inout JSONCursor,
    _ count: Int
  ) throws(JSONFault) -> Bool {
    let matched = matchedSteps()
    let byte = cursor.byte
    guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else {
      try takeScalar(&cursor, count, areRecords: matched == path.count)
      expecting = .more
      return false
    }
    guard stack.count < depthLimit else {
      throw JSONFault(.tooDeep, at: cursor.at, "values nested too deeply")
    }
    let isObject = byte == UInt8(ascii: "{")
    let areRecords = matched == path.count
    if areRecords {
      guard isObject == isKeyed else { throw wrongKind(at: cursor.at) }
      try meetRecords(at: cursor.at)
    }
    cursor.at += 1
    stack.append(Container(isObject: isObject, matched: matched))
    expecting = isObject ? .firstName : .firstElement
    return areRecords
  }

  private mutating func takeScalar(
    _ cursor: inout JSONCursor,
    _ count: Int,
    areRecords: Bool
  ) throws(JSONFault) {
    let start = cursor.at
    let value: [UInt8]
    if cursor.byte == UInt8(ascii: "\"") {
      value = try text(&cursor)
    } else {
      value = (start..<start + count).map { cursor[$0] }
      // Safe: the token lies within the run.
      let length = unsafe JSONText.numberLength(cursor.base + start, count)
      let words: [StaticString] = ["true", "false", "null"]
      guard length == count || words.contains(where: { value.elementsEqual("\($0)".utf8) }) else {
        throw .syntax(at: start, "no value")
      }
      cursor.at += count
    }
    if areRecords {
      // A null holds no records; any other scalar is something else than was asked for.
      guard count == 4, cursor[start] == UInt8(ascii: "n") else { throw wrongKind(at: start) }
      try meetRecords(at: start)
    } else {
      note(value)
    }
  }

  private mutating func note(_ value: [UInt8]) {
    guard scalars.count < Self.scalarLimit.count, value.count <= Self.scalarLimit.bytes,
      !stack.isEmpty, stack.allSatisfy(\.isObject)
    else { return }
    let name = stack.map { String(decoding: $0.name, as: UTF8.self) }.joined(separator: ".")
    guard name.utf8.count <= Self.scalarLimit.bytes else { return }
    scalars.append((name, String(decoding: value, as: UTF8.self)))
  }

  /// Steps of the path that lead to the value that comes next; nil off the path.
  private func matchedSteps() -> Int? {
    guard let parent = stack.last else { return 0 }
    guard let matched = parent.matched, matched < path.count else { return nil }
    switch path[matched] {
    case .member(let name): return parent.isObject && parent.name == name ? matched + 1 : nil
    case .element(let index): return !parent.isObject && parent.index == index ? matched + 1 : nil
    }
  }

  private mutating func meetRecords(at place: Int) throws(JSONFault) {
    guard !hasMetRecords else {
      throw .syntax(at: place, "the member that holds the records stands twice")
    }
    hasMetRecords = true
  }

  private func wrongKind(at place: Int) -> JSONFault {
    .syntax(
      at: place,
      isKeyed ? "no object where the records were" : "no array where the records were"
    )
  }

  private func text(_ cursor: inout JSONCursor) throws(JSONFault) -> [UInt8] {
    let text = try cursor.string()
    guard text.hasEscapes else {
      return (text.start..<text.start + text.count).map { cursor[$0] }
    }
    let output = ByteBuffer(capacity: text.count)
    try cursor.unescape(text, into: output)
    return unsafe Array(output.bytes)
  }
}

extension JSONCursor {
  /// Passes white space as far as the end, whatever stands there.
  mutating func skipSpaceToEnd() {
    while at < end {
      switch byte {
      case 0x20, 0x09, 0x0D: break
      case 0x0A: lines += 1
      default: return
      }
      at += 1
    }
  }

  /// Bytes of the token that is looked at; nil where it may go on behind the end.
  func tokenLength(isLast: Bool) -> Int? {
    var place = at
    if byte == UInt8(ascii: "\"") {
      place += 1
      while place < end, self[place] != UInt8(ascii: "\"") {
        place += self[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      return place < end ? place + 1 - at : nil
    }
    while place < end, isWordByte(self[place]) { place += 1 }
    if place == end, place > at, !isLast { return nil }
    return max(1, place - at)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
  }
}
