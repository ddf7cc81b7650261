import Bytes
import Records

/// The objects and arrays of a document's beginning that stand alone, and what each holds.
///
/// A container stands alone when no array lies around it (a short array of unlike values aside):
/// only there can a document's records lie. Values below are counted, not kept.
struct JSONOutline {
  /// One object or array.
  struct Container {
    let path: [JSONLayout.Step]
    let isObject: Bool
    /// Bytes from its opening bracket to its end, or to the end of what is known.
    var bytes = 0
    /// Whether the known bytes end before it does.
    var isOpen = false
    /// Elements or members.
    var count = 0
    /// How many of them are objects, arrays, strings, other scalars.
    var objects = 0
    var arrays = 0
    var strings = 0
    /// The names of its own members.
    var memberNames: Set<String> = []
    /// How often each member's name stands in those that are objects.
    var names: [[UInt8]: Int] = [:]
    /// How often each number of elements was met in those that are arrays.
    var widths: [Int: Int] = [:]
    /// Elements that are strings, while all of them are; for names of columns.
    var texts: [[UInt8]] = []
    /// The first element, where it is an array of strings alone.
    var header: [[UInt8]]?
    /// Whether any later array holds something that is no string.
    var hasOtherRows = false
    /// Of elements that are objects, their members that could name a column, by the member's name.
    var labels: [String: [[UInt8]]] = [:]

    var scalars: Int { count - objects - arrays }

    /// How alike the objects in it are: 1 where all have the same members.
    var likeness: Double {
      guard objects > 0, !names.isEmpty else { return objects > 0 ? 1 : 0 }
      return Double(names.values.reduce(0, +)) / Double(objects * names.count)
    }

    /// The number of elements that most of its arrays have.
    var width: Int? { widths.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
  }

  /// All containers that stand alone, outer before inner.
  private(set) var containers: [Container] = []
  /// Whether the known bytes end within the document.
  private(set) var isOpen = false

  /// Names that members with a column's name go by, the surest first.
  static let labelNames = ["name", "field", "column_name", "label", "title", "fieldName", "id"]
  private static let depthLimit = 8
  private static let nameLimit = 20_000

  /// Follows the value at the cursor as far as the bytes go.
  ///
  /// - Throws: `JSONFault` where it is not JSON.
  mutating func follow(_ cursor: inout JSONCursor) throws(JSONFault) {
    _ = try value(&cursor, [])
  }

  /// Follows a value that stands alone; returns its container's place, if it is one.
  private mutating func value(
    _ cursor: inout JSONCursor,
    _ path: [JSONLayout.Step]
  ) throws(JSONFault) -> Int? {
    switch cursor.byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard path.count < Self.depthLimit else {
        if !cursor.skipValue() { isOpen = true }
        return nil
      }
      return try container(&cursor, path)
    default:
      try cursor.scalar(isOpen: &isOpen)
      return nil
    }
  }

  private mutating func container(
    _ cursor: inout JSONCursor,
    _ path: [JSONLayout.Step]
  ) throws(JSONFault) -> Int {
    let place = containers.count
    let start = cursor.at
    let isObject = cursor.byte == UInt8(ascii: "{")
    containers.append(Container(path: path, isObject: isObject))
    cursor.at += 1
    cursor.skipSpace()
    defer { containers[place].bytes = cursor.at - start }
    if cursor.byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
      cursor.at += 1
      return place
    }
    while cursor.at < cursor.end {
      if isObject {
        guard let name = try cursor.memberName(isOpen: &isOpen) else { break }
        if containers[place].memberNames.count < 100 {
          containers[place].memberNames.insert(String(decoding: name, as: UTF8.self))
        }
        try member(&cursor, path + [.member(name)], of: place)
      } else {
        try element(&cursor, path, of: place)
      }
      cursor.skipSpace()
      if isOpen || cursor.at >= cursor.end { break }
      if cursor.byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
        cursor.at += 1
        return place
      }
      guard cursor.byte == UInt8(ascii: ",") else {
        throw .syntax(at: cursor.at, "no comma and no end of the object or array")
      }
      cursor.at += 1
      cursor.skipSpace()
    }
    isOpen = true
    containers[place].isOpen = true
    return place
  }

  /// A member of an object that stands alone.
  private mutating func member(
    _ cursor: inout JSONCursor,
    _ path: [JSONLayout.Step],
    of place: Int
  ) throws(JSONFault) {
    let byte = cursor.byte
    containers[place].count += 1
    switch byte {
    case UInt8(ascii: "["): containers[place].arrays += 1
    case UInt8(ascii: "\""): containers[place].strings += 1
    case UInt8(ascii: "{"):
      containers[place].objects += 1
      var ahead = cursor
      let before = isOpen
      try note(&ahead, in: place)
      isOpen = before
    default: break
    }
    // An object of many like objects is a map of records: its values are not followed one by one.
    if byte == UInt8(ascii: "{"), containers[place].count > 32 {
      if !cursor.skipValue() { isOpen = true }
      return
    }
    _ = try value(&cursor, path)
  }

  /// An element of an array that stands alone.
  private mutating func element(
    _ cursor: inout JSONCursor,
    _ path: [JSONLayout.Step],
    of place: Int
  ) throws(JSONFault) {
    let index = containers[place].count
    containers[place].count += 1
    switch cursor.byte {
    case UInt8(ascii: "{"):
      containers[place].objects += 1
      try note(&cursor, in: place)
    case UInt8(ascii: "["):
      containers[place].arrays += 1
      // Rows behind an element or two that say something about them.
      if index > 0, index < 3, containers[place].arrays == 1 {
        var ahead = cursor
        let before = isOpen
        _ = try value(&ahead, path + [.element(index)])
        isOpen = before
      }
      try row(&cursor, in: place)
    case UInt8(ascii: "\""):
      let start = cursor.at
      try cursor.scalar(isOpen: &isOpen)
      containers[place].strings += 1
      if containers[place].strings == index + 1, index < 10_000, !isOpen {
        containers[place].texts.append(cursor.text(from: start))
      }
    default: try cursor.scalar(isOpen: &isOpen)
    }
  }

  /// Passes an object among others, noting its members' names.
  private mutating func note(
    _ cursor: inout JSONCursor,
    in place: Int
  ) throws(JSONFault) {
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte == UInt8(ascii: "}") {
      cursor.at += 1
      return
    }
    while cursor.at < cursor.end {
      guard let name = try cursor.memberName(isOpen: &isOpen) else { return }
      if containers[place].names.count < Self.nameLimit {
        containers[place].names[name, default: 0] += 1
      }
      let start = cursor.at
      let isText = cursor.byte == UInt8(ascii: "\"")
      guard cursor.skipValue(), cursor.at > start else { break }
      if isText { label(cursor.text(from: start), name, in: place) }
      cursor.skipSpace()
      if cursor.byte == UInt8(ascii: "}") {
        cursor.at += 1
        return
      }
      guard cursor.byte == UInt8(ascii: ",") else { break }
      cursor.at += 1
      cursor.skipSpace()
    }
    guard cursor.at >= cursor.end else {
      throw .syntax(at: cursor.at, "no comma and no end of the object")
    }
    isOpen = true
  }

  private mutating func label(_ text: [UInt8], _ name: [UInt8], in place: Int) {
    guard !containers[place].isObject, containers[place].objects <= 10_000 else { return }
    let name = String(decoding: name, as: UTF8.self)
    if Self.labelNames.contains(name) { containers[place].labels[name, default: []].append(text) }
  }

  /// Passes an array among others, noting how many elements it has.
  private mutating func row(_ cursor: inout JSONCursor, in place: Int) throws(JSONFault) {
    var width = 0
    var texts: [[UInt8]] = []
    cursor.at += 1
    cursor.skipSpace()
    while cursor.at < cursor.end, cursor.byte != UInt8(ascii: "]") {
      let start = cursor.at
      let isText = cursor.byte == UInt8(ascii: "\"")
      guard cursor.skipValue(), cursor.at > start else { break }
      width += 1
      if isText, containers[place].count == 1 { texts.append(cursor.text(from: start)) }
      if !isText, containers[place].count > 1 { containers[place].hasOtherRows = true }
      cursor.skipSpace()
      if cursor.byte == UInt8(ascii: ",") {
        cursor.at += 1
        cursor.skipSpace()
      } else if cursor.byte != UInt8(ascii: "]") {
        break
      }
    }
    if cursor.at >= cursor.end {
      isOpen = true
      return
    }
    guard cursor.byte == UInt8(ascii: "]") else {
      throw .syntax(at: cursor.at, "no comma and no end of the array")
    }
    cursor.at += 1
    containers[place].widths[width, default: 0] += 1
    if containers[place].count == 1, texts.count == width, width > 0 {
      containers[place].header = texts
    }
  }
}

extension JSONCursor {
  /// Passes a string, number or word; one that the run's end cuts off only sets `isOpen`.
  mutating func scalar(isOpen: inout Bool) throws(JSONFault) {
    let start = at
    do throws(JSONFault) {
      switch byte {
      case UInt8(ascii: "\""): _ = try string()
      case UInt8(ascii: "t"): try word("true")
      case UInt8(ascii: "f"): try word("false")
      case UInt8(ascii: "n"): try word("null")
      default: _ = try number()
      }
    } catch {
      var ahead = self
      ahead.at = start
      guard error.code == .invalidJSON else {
        // Bytes that are not UTF-8 are the reader's to reject.
        _ = ahead.skipValue()
        self = ahead
        return
      }
      guard ahead.tokenLength(isLast: false) == nil else { throw error }
      at = end
    }
    if at >= end { isOpen = true }
  }

  /// Passes a member's name and its colon; nil, and `isOpen` set, where the run's end cuts it off.
  mutating func memberName(isOpen: inout Bool) throws(JSONFault) -> [UInt8]? {
    guard byte == UInt8(ascii: "\"") || at >= end else {
      throw .syntax(at: at, "no name of a member")
    }
    let start = at
    if at < end { try scalar(isOpen: &isOpen) }
    let name = isOpen || at >= end ? [] : text(from: start)
    skipSpace()
    guard at < end else {
      isOpen = true
      return nil
    }
    guard byte == UInt8(ascii: ":") else {
      throw .syntax(at: at, "no colon behind a member's name")
    }
    at += 1
    skipSpace()
    guard at < end else {
      isOpen = true
      return nil
    }
    return name
  }

  /// The text of the string that begins at a place and ends before the cursor.
  func text(from start: Int) -> [UInt8] {
    var ahead = self
    ahead.at = start
    let output = ByteBuffer(capacity: 64)
    do throws(JSONFault) {
      try unescape(try ahead.string(), into: output)
    } catch {
      return []
    }
    // Safe: the buffer outlives the copy.
    return unsafe Array(output.bytes)
  }
}
