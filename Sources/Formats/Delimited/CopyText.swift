/// Fields as PostgreSQL's COPY and MySQL's `SELECT INTO OUTFILE` write them as text.
///
/// A backslash before a letter of `b f n r t v`, before one to three octal digits or before `x` and one
/// or two hexadecimal ones stands for that byte; before any other sign for the sign itself
/// (PostgreSQL's manual, "COPY", text format). So a delimiter or line end behind one is content.
public enum CopyText: Sendable {
  /// The field that stands for no value.
  public static let null = Array(#"\N"#.utf8)
  /// The line that ends the table.
  public static let end = Array(#"\."#.utf8)

  static let backslash: UInt8 = 0x5C

  /// What a field says.
  public static func decoded(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var at = raw.startIndex
    while at < raw.endIndex { text.append(next(raw, &at).byte) }
    return text
  }

  /// The next byte that a field says, and whether it is written as a number; `at` goes on past it.
  static func next<Bytes: RandomAccessCollection<UInt8>>(
    _ raw: Bytes,
    _ at: inout Int
  ) -> (byte: UInt8, isNumber: Bool) where Bytes.Index == Int {
    let first = raw[at]
    at += 1
    guard first == backslash, at < raw.endIndex else { return (first, false) }
    let sign = raw[at]
    if let byte = number(raw, &at, base: 8, digits: 3) { return (byte, true) }
    at += 1
    switch sign {
    case UInt8(ascii: "b"): return (0x08, false)
    case UInt8(ascii: "f"): return (0x0C, false)
    case UInt8(ascii: "n"): return (0x0A, false)
    case UInt8(ascii: "r"): return (0x0D, false)
    case UInt8(ascii: "t"): return (0x09, false)
    case UInt8(ascii: "v"): return (0x0B, false)
    case UInt8(ascii: "x"):
      return number(raw, &at, base: 16, digits: 2).map { ($0, true) } ?? (sign, false)
    default: return (sign, false)
    }
  }

  /// The byte that the digits at `at` stand for; nil where there is none.
  private static func number<Bytes: RandomAccessCollection<UInt8>>(
    _ raw: Bytes,
    _ at: inout Int,
    base: Int,
    digits: Int
  ) -> UInt8? where Bytes.Index == Int {
    var value = 0
    let start = at
    while at < raw.endIndex, at < start + digits, let digit = digit(raw[at]), digit < base {
      value = value * base + digit
      at += 1
    }
    return at > start ? UInt8(truncatingIfNeeded: value) : nil
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x41 + 10
    case 0x61...0x66: Int(byte) - 0x61 + 10
    default: nil
    }
  }
}
