import Bytes
import Records

/// Writes nested objects and arrays as canonical JSON (RFC 8785), without members that are null.
///
/// How this works: values are written in source order to the end of the output. An object notes
/// where each member's text lies; where names were not met in order, its members are put in order
/// at its end. The notes of all open objects lie on one stack. Names are compared by their first
/// eight bytes as a number, and byte by byte only where those do not tell.
@safe
struct JSONFragment {
  /// One member of an object that is being written.
  private struct Member {
    /// The first eight bytes of its name, the first the most significant.
    var prefix: UInt64
    /// Where its name lies: in the source, or, where negative, its complement in `keys`.
    var key: Int
    var keyCount: Int
    /// Where its text (name, colon, value, comma) lies in the output; empty where it is null.
    var start: Int
    var end: Int
  }

  private var members: [Member] = []
  /// Names that had escapes, of the whole value.
  private let keys = ByteBuffer(capacity: 1 << 8)
  private let text = ByteBuffer(capacity: 1 << 8)
  /// Members of an object in their order.
  private var ordered = ByteArena(ByteBuffer(capacity: 1 << 10))
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
    try run(&cursor, output, depth: 0)
  }

  /// Passes one value of any kind, as strictly as `append`, and keeps nothing of it.
  mutating func check(_ cursor: inout JSONCursor) throws(JSONFault) {
    sink.count = 0
    try run(&cursor, sink, depth: 0)
  }

  private let sink = ByteBuffer(capacity: 64)

  private mutating func run(
    _ cursor: inout JSONCursor,
    _ output: ByteBuffer,
    depth: Int
  ) throws(JSONFault) {
    members.removeAll(keepingCapacity: true)
    keys.count = 0
    var out = ByteArena(output)
    defer { out.close() }
    _ = try value(&cursor, &out, depth: depth)
  }

  /// Passes one value and appends it; returns false, and appends nothing, where it is null.
  private mutating func value(
    _ cursor: inout JSONCursor,
    _ out: inout ByteArena,
    depth: Int
  ) throws(JSONFault) -> Bool {
    switch cursor.byte {
    case UInt8(ascii: "\""):
      let string = try cursor.string()
      if string.hasEscapes {
        text.count = 0
        try cursor.unescape(string, into: text)
        // Safe: the text has slack behind it.
        unsafe out.string(UnsafePointer(text.base), text.count)
      } else {
        out.reserve(string.count + 2)
        // Safe: a quote stands on either side of the text.
        unsafe out.copy(cursor.base + string.start - 1, string.count + 2)
      }
    case UInt8(ascii: "{"): try object(&cursor, &out, depth: depth + 1)
    case UInt8(ascii: "["): try array(&cursor, &out, depth: depth + 1)
    case UInt8(ascii: "t"):
      try cursor.word("true")
      out.reserve(4)
      out.put("true")
    case UInt8(ascii: "f"):
      try cursor.word("false")
      out.reserve(5)
      out.put("false")
    case UInt8(ascii: "n"):
      try cursor.word("null")
      return false
    default:
      let start = cursor.at
      let count = try cursor.number()
      // Safe: the number lies in the run.
      if unsafe !out.number(cursor.base + start, count) {
        out.reserve(count + 2)
        out.put(UInt8(ascii: "\""))
        unsafe out.copy(cursor.base + start, count)
        out.put(UInt8(ascii: "\""))
      }
    }
    return true
  }

  private mutating func array(
    _ cursor: inout JSONCursor,
    _ out: inout ByteArena,
    depth: Int
  ) throws(JSONFault) {
    try checkDepth(depth, cursor)
    out.reserve(2)
    out.put(UInt8(ascii: "["))
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte == UInt8(ascii: "]") {
      cursor.at += 1
      out.put(UInt8(ascii: "]"))
      return
    }
    while true {
      if !(try value(&cursor, &out, depth: depth)) {
        out.reserve(4)
        out.put("null")
      }
      cursor.skipSpace()
      let byte = cursor.byte
      out.reserve(1)
      guard byte == UInt8(ascii: ",") else {
        guard byte == UInt8(ascii: "]") else {
          throw .syntax(at: cursor.at, "no comma and no end of the array")
        }
        out.put(byte)
        cursor.at += 1
        return
      }
      out.put(byte)
      cursor.at += 1
      cursor.skipSpace()
    }
  }

  private mutating func object(
    _ cursor: inout JSONCursor,
    _ out: inout ByteArena,
    depth: Int
  ) throws(JSONFault) {
    try checkDepth(depth, cursor)
    let firstMember = members.count
    var isSorted = true
    out.reserve(2)
    out.put(UInt8(ascii: "{"))
    let start = out.count
    cursor.at += 1
    cursor.skipSpace()
    if cursor.byte != UInt8(ascii: "}") {
      while true {
        let member = try member(&cursor, &out, depth: depth)
        if isSorted, members.count > firstMember {
          isSorted = isBefore(members[members.count - 1], member, cursor)
        }
        members.append(member)
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
    if !isSorted { try sort(from: firstMember, start, &out, cursor) }
    cursor.at += 1
    if out.count > start { out.cut(to: out.count - 1) }  // the comma behind the last member
    out.reserve(1)
    out.put(UInt8(ascii: "}"))
    members.removeLast(members.count - firstMember)
  }

  private func checkDepth(_ depth: Int, _ cursor: JSONCursor) throws(JSONFault) {
    if depth > limit { throw JSONFault(.tooDeep, at: cursor.at, "values nested too deeply") }
  }

  /// Passes one member and appends its name, a colon, its value and a comma.
  private mutating func member(
    _ cursor: inout JSONCursor,
    _ out: inout ByteArena,
    depth: Int
  ) throws(JSONFault) -> Member {
    guard cursor.byte == UInt8(ascii: "\"") else {
      throw .syntax(at: cursor.at, "no name of a member")
    }
    let name = try cursor.string()
    var member = Member(prefix: 0, key: name.start, keyCount: name.count, start: out.count, end: 0)
    if name.hasEscapes {
      member.key = ~keys.count
      try cursor.unescape(name, into: keys)
      member.keyCount = keys.count - ~member.key
      // Safe: the key lies in the buffer and has slack behind it.
      unsafe out.string(UnsafePointer(keys.base + ~member.key), member.keyCount)
      out.reserve(1)
    } else {
      out.reserve(name.count + 3)
      // Safe: a quote stands on either side of the text.
      unsafe out.copy(cursor.base + name.start - 1, name.count + 2)
    }
    out.put(UInt8(ascii: ":"))
    member.prefix = prefix(of: member, cursor)
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: ":") else {
      throw .syntax(at: cursor.at, "no colon behind a member's name")
    }
    cursor.at += 1
    cursor.skipSpace()
    if try value(&cursor, &out, depth: depth) {
      out.reserve(1)
      out.put(UInt8(ascii: ","))
    } else {
      out.cut(to: member.start)
    }
    member.end = out.count
    return member
  }

  /// The first byte of a member's name.
  @inline(__always)
  private func key(of member: Member, _ cursor: JSONCursor) -> UnsafePointer<UInt8> {
    // Safe: the place was noted when the name was met.
    member.key >= 0
      ? unsafe cursor.base + member.key : unsafe UnsafePointer(keys.base + ~member.key)
  }

  private func prefix(of member: Member, _ cursor: JSONCursor) -> UInt64 {
    // Safe: up to 7 bytes past the name are readable; they are shifted out.
    let word = unsafe UnsafeRawPointer(key(of: member, cursor)).loadUnaligned(as: UInt64.self)
    guard member.keyCount < 8 else { return word.bigEndian }
    return word.bigEndian & ~(UInt64.max >> UInt64(member.keyCount * 8))
  }

  /// Whether the first name stands before the second by their UTF-16 code units.
  @inline(__always)
  private func isBefore(_ left: Member, _ right: Member, _ cursor: JSONCursor) -> Bool {
    // Bytes of ASCII compare as UTF-16 does.
    if left.prefix != right.prefix, (left.prefix | right.prefix) & 0x8080_8080_8080_8080 == 0 {
      return left.prefix < right.prefix
    }
    // Safe: both names lie where they were noted.
    return unsafe NameOrder.isBefore(
      key(of: left, cursor),
      left.keyCount,
      key(of: right, cursor),
      right.keyCount
    )
  }

  /// Puts the members of the innermost object in order; a name that stands twice is a fault.
  private mutating func sort(
    from first: Int,
    _ start: Int,
    _ out: inout ByteArena,
    _ cursor: JSONCursor
  ) throws(JSONFault) {
    if members.count - first <= 24 {
      for index in first + 1..<members.count {
        let member = members[index]
        var place = index
        while place > first, isBefore(member, members[place - 1], cursor) {
          members[place] = members[place - 1]
          place -= 1
        }
        members[place] = member
      }
    } else {
      let ordered = members[first...].sorted { isBefore($0, $1, cursor) }
      members.replaceSubrange(first..., with: ordered)
    }
    ordered.cut(to: 0)
    ordered.reserve(out.count - start)
    for index in first..<members.count {
      let member = members[index]
      if index > first, !isBefore(members[index - 1], member, cursor) {
        throw JSONFault(.duplicateName, at: cursor.at, "a name that stands twice in an object")
      }
      ordered.copy(from: out, member.start, member.end)
    }
    // All members together are as long as they were.
    out.cut(to: start)
    out.copy(from: ordered, 0, ordered.count)
  }
}
