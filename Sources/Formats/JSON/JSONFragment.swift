import Bytes
import Records

/// Writes nested objects and arrays as canonical JSON (RFC 8785), without members that are null.
///
/// How this works: values are written in source order to the end of the output. An object notes
/// where each member's text lies; where names were not met in order, its members are put in order
/// at its end. The notes of all open objects lie on one stack.
@safe
struct JSONFragment {
  /// One member of an object that is being written.
  private struct Member {
    /// Where its name, unescaped, lies in `keys`.
    var keyStart: Int
    var keyCount: Int
    /// Where its text (name, colon, value) lies in the output; equal where its value is null.
    var start: Int
    var end: Int
  }

  private var members: [Member] = []
  private let keys = ByteBuffer(capacity: 1 << 12)
  private let text = ByteBuffer(capacity: 1 << 12)
  private let sorted = ByteBuffer(capacity: 1 << 12)
  /// Deepest nesting allowed below the record.
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  /// Passes the object or array that is looked at and appends its canonical text.
  mutating func append(
    from cursor: inout JSONCursor,
    to output: ByteBuffer
  ) throws(JSONFault) {
    members.removeAll(keepingCapacity: true)
    keys.count = 0
    try nested(&cursor, output, depth: 1)
  }

  /// Passes one value of any kind, as strictly as `append`, and keeps nothing of it.
  mutating func check(_ cursor: inout JSONCursor) throws(JSONFault) {
    let output = ByteBuffer(capacity: 64)
    _ = try value(&cursor, output, depth: 0)
  }

  private mutating func nested(
    _ cursor: inout JSONCursor,
    _ output: ByteBuffer,
    depth: Int
  ) throws(JSONFault) {
    guard depth <= limit else {
      throw JSONFault(.tooDeep, at: cursor.at, "values nested too deeply")
    }
    if cursor.byte == UInt8(ascii: "{") {
      try object(&cursor, output, depth: depth)
    } else {
      try array(&cursor, output, depth: depth)
    }
  }

  private mutating func array(
    _ cursor: inout JSONCursor,
    _ output: ByteBuffer,
    depth: Int
  ) throws(JSONFault) {
    output.append(UInt8(ascii: "["))
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte == UInt8(ascii: "]") {
      cursor.at += 1
      output.append(UInt8(ascii: "]"))
      return
    }
    while true {
      if !(try value(&cursor, output, depth: depth)) {
        output.append(contentsOf: [0x6E, 0x75, 0x6C, 0x6C])
      }
      cursor.skipSpace()
      let byte = cursor.byte
      if byte == UInt8(ascii: "]") { break }
      guard byte == UInt8(ascii: ",") else {
        throw .syntax(at: cursor.at, "no comma and no end of the array")
      }
      output.append(byte)
      cursor.at += 1
      cursor.skipSpace()
    }
    cursor.at += 1
    output.append(UInt8(ascii: "]"))
  }

  /// Passes one value and appends it; returns false, and appends nothing, where it is null.
  private mutating func value(
    _ cursor: inout JSONCursor,
    _ output: ByteBuffer,
    depth: Int
  ) throws(JSONFault) -> Bool {
    switch cursor.byte {
    case UInt8(ascii: "\""):
      let string = try cursor.string()
      try append(string, of: cursor, to: output)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try nested(&cursor, output, depth: depth + 1)
    case UInt8(ascii: "t"):
      try cursor.word("true")
      output.append(contentsOf: [0x74, 0x72, 0x75, 0x65])
    case UInt8(ascii: "f"):
      try cursor.word("false")
      output.append(contentsOf: [0x66, 0x61, 0x6C, 0x73, 0x65])
    case UInt8(ascii: "n"):
      try cursor.word("null")
      return false
    default:
      let start = cursor.at
      let count = try cursor.number()
      // Safe: the number lies in the run.
      if unsafe !JSONText.appendNumber(cursor.base + start, count, to: output) {
        output.append(UInt8(ascii: "\""))
        unsafe output.append(cursor.base + start, count)
        output.append(UInt8(ascii: "\""))
      }
    }
    return true
  }

  private func append(
    _ string: JSONCursor.Text,
    of cursor: JSONCursor,
    to output: ByteBuffer
  ) throws(JSONFault) {
    if string.hasEscapes {
      text.count = 0
      try cursor.unescape(string, into: text)
      unsafe JSONText.appendString(UnsafePointer(text.base), text.count, to: output)
    } else {
      // Safe: a quote stands on either side of the text.
      unsafe output.append(cursor.base + string.start - 1, string.count + 2)
    }
  }

  private mutating func object(
    _ cursor: inout JSONCursor,
    _ output: ByteBuffer,
    depth: Int
  ) throws(JSONFault) {
    let firstMember = members.count
    let firstKey = keys.count
    var isSorted = true
    output.append(UInt8(ascii: "{"))
    let start = output.count
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte != UInt8(ascii: "}") {
      while true {
        try member(&cursor, output, depth: depth)
        let last = members.count - 1
        if last > firstMember, !isBefore(members[last - 1], members[last]) { isSorted = false }
        cursor.skipSpace()
        let byte = cursor.byte
        if byte == UInt8(ascii: "}") { break }
        guard byte == UInt8(ascii: ",") else {
          throw .syntax(at: cursor.at, "no comma and no end of the object")
        }
        cursor.at += 1
        cursor.skipSpace()
      }
    }
    if !isSorted { try sort(from: firstMember, start, output, at: cursor.at) }
    cursor.at += 1
    if output.count > start { output.count -= 1 }  // the comma behind the last member
    output.append(UInt8(ascii: "}"))
    members.removeLast(members.count - firstMember)
    keys.count = firstKey
  }

  /// Passes one member and appends its name, a colon, its value and a comma.
  private mutating func member(
    _ cursor: inout JSONCursor,
    _ output: ByteBuffer,
    depth: Int
  ) throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "\"") else {
      throw .syntax(at: cursor.at, "no name of a member")
    }
    let name = try cursor.string()
    let keyStart = keys.count
    let start = output.count
    if name.hasEscapes {
      try cursor.unescape(name, into: keys)
      // Safe: the key lies in the buffer and has slack behind it.
      let key = unsafe UnsafePointer(keys.base + keyStart)
      unsafe JSONText.appendString(key, keys.count - keyStart, to: output)
    } else {
      // Safe: a quote stands on either side of the text.
      unsafe keys.append(cursor.base + name.start, name.count)
      unsafe output.append(cursor.base + name.start - 1, name.count + 2)
    }
    let keyCount = keys.count - keyStart
    output.append(UInt8(ascii: ":"))
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: ":") else {
      throw .syntax(at: cursor.at, "no colon behind a member's name")
    }
    cursor.at += 1
    cursor.skipSpace()
    if try value(&cursor, output, depth: depth) {
      output.append(UInt8(ascii: ","))
    } else {
      output.count = start
    }
    members.append(
      Member(keyStart: keyStart, keyCount: keyCount, start: start, end: output.count)
    )
  }

  /// Whether the first name stands before the second by their UTF-16 code units.
  private func isBefore(_ left: Member, _ right: Member) -> Bool {
    // Safe: both names lie in the buffer.
    unsafe NameOrder.isBefore(
      keys.base + left.keyStart,
      left.keyCount,
      keys.base + right.keyStart,
      right.keyCount
    )
  }

  /// Puts the members of the innermost object in order; a name that stands twice is a fault.
  private mutating func sort(
    from first: Int,
    _ start: Int,
    _ output: ByteBuffer,
    at place: Int
  ) throws(JSONFault) {
    let ordered = members[first...].sorted { isBefore($0, $1) }
    sorted.count = 0
    for (index, member) in ordered.enumerated() {
      if index > 0, !isBefore(ordered[index - 1], member) {
        throw JSONFault(.duplicateName, at: place, "a name that stands twice in an object")
      }
      // Safe: the member's text lies in the output.
      unsafe sorted.append(UnsafePointer(output.base + member.start), member.end - member.start)
    }
    output.count = start
    unsafe output.append(UnsafePointer(sorted.base), sorted.count)
  }
}
