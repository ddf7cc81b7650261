/// Writes JSON for people and programs: members in the order given, two spaces a level.
///
/// For manifests, schemas and receipts; records have a writer of their own.
public struct JSONWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []
  private var depth = 0
  private var isFirst = true

  /// The bytes of one object, with an LF at the end.
  public static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.nest("{", "}", members)
    writer.put("\n")
    return writer.bytes
  }

  /// A member whose value is text.
  public mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// A member whose value is a name from outside; bytes that are no UTF-8 show as U+FFFD.
  public mutating func member(_ name: String, bytes value: [UInt8]) {
    member(name, String(decoding: value, as: UTF8.self))
  }

  /// A member whose value is an integer.
  public mutating func member(_ name: String, _ value: some BinaryInteger) {
    key(name)
    put(String(value))
  }

  /// A member whose value is true or false.
  public mutating func member(_ name: String, _ value: Bool) {
    key(name)
    put(value ? "true" : "false")
  }

  /// A member whose value is a hash, as hexadecimal digits.
  public mutating func member(_ name: String, hash value: [UInt8]) {
    member(name, hexadecimal(value))
  }

  /// A member whose value is an object.
  public mutating func object(_ name: String, _ members: (inout JSONWriter) -> Void) {
    key(name)
    nest("{", "}", members)
  }

  /// A member whose value is an array, an element a call of `element`.
  public mutating func array(_ name: String, _ elements: (inout JSONWriter) -> Void) {
    key(name)
    nest("[", "]", elements)
  }

  /// An element that is an object.
  public mutating func element(_ members: (inout JSONWriter) -> Void) {
    separate()
    nest("{", "}", members)
  }

  /// An element that is text.
  public mutating func element(_ value: String) {
    separate()
    string(value)
  }

  /// An element that is an integer.
  public mutating func element(_ value: some BinaryInteger) {
    separate()
    put(String(value))
  }
}

extension JSONWriter {
  private mutating func nest(
    _ open: String,
    _ close: String,
    _ body: (inout JSONWriter) -> Void
  ) {
    put(open)
    depth += 1
    isFirst = true
    body(&self)
    depth -= 1
    if !isFirst { newline() }
    put(close)
    isFirst = false
  }

  private mutating func key(_ name: String) {
    separate()
    string(name)
    put(": ")
  }

  private mutating func separate() {
    if !isFirst { put(",") }
    isFirst = false
    newline()
  }

  private mutating func newline() {
    put("\n")
    for _ in 0..<depth { put("  ") }
  }

  private mutating func put(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func string(_ value: String) {
    put("\"")
    // Most texts are words and figures.
    if value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      put(value)
      return put("\"")
    }
    for scalar in value.unicodeScalars {
      switch scalar.value {
      case 0x22: put("\\\"")
      case 0x5C: put("\\\\")
      // What turns text round, hides or moves the cursor does so only for a program that asks for it.
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    put("\"")
  }
}

/// Bytes as lower-case hexadecimal digits.
public func hexadecimal(_ bytes: [UInt8]) -> String {
  var digits: [UInt8] = []
  digits.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    for half in [byte >> 4, byte & 15] {
      digits.append(half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10)
    }
  }
  return String(decoding: digits, as: UTF8.self)
}
