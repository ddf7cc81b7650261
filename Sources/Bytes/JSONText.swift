internal import CKernels
import Glibc

/// Writes canonical JSON text (RFC 8785): strings with the escapes of JCS, numbers as ES6 writes them.
public enum JSONText: Sendable {
  /// Appends `count` bytes of UTF-8 as a JSON string with its quotes.
  ///
  /// At least 15 bytes past the text must be readable, as they are in every `ByteBuffer`.
  public static func appendString(
    _ bytes: UnsafePointer<UInt8>,
    _ count: Int,
    to output: ByteBuffer
  ) {
    output.append(UInt8(ascii: "\""))
    unsafe appendEscaped(bytes, count, to: output)
    output.append(UInt8(ascii: "\""))
  }

  /// Appends `count` bytes of UTF-8 as the inside of a JSON string, without quotes.
  ///
  /// At least 15 bytes past the text must be readable, as they are in every `ByteBuffer`.
  public static func appendEscaped(
    _ bytes: UnsafePointer<UInt8>,
    _ count: Int,
    to output: ByteBuffer
  ) {
    var at = 0
    while true {
      // Safe: `at` never exceeds `count`, and the caller promises 15 readable bytes behind it.
      let run = unsafe Int(dropmill_json_plain_run(bytes + at, count - at))
      unsafe output.append(bytes + at, run)
      at += run
      if at >= count { return }
      unsafe appendEscape(of: bytes[at], to: output)
      at += 1
    }
  }

  /// Appends a number in the form of ES6 where binary64 holds exactly the decimal that is written.
  ///
  /// The lexeme is a number of RFC 8259; a leading `+`, leading zeros and a bare point are read
  /// as well. `36.10` becomes `36.1`, `1E2` becomes `100`, `-0` becomes `0`. Returns false, and
  /// appends nothing, where binary64 would change the value.
  public static func appendNumber(
    _ bytes: UnsafePointer<UInt8>,
    _ count: Int,
    to output: ByteBuffer
  ) -> Bool {
    output.reserve(numberRoom)
    // Safe: `reserve` made the room that is asked for.
    let length = unsafe writeNumber(bytes, count, to: output.base + output.count)
    output.count += length
    return length > 0
  }

  /// Bytes that `writeNumber` may write.
  public static let numberRoom = 40

  /// Writes a number as `appendNumber` does; returns how many bytes it wrote, 0 where it refuses.
  ///
  /// There must be room for `numberRoom` bytes.
  public static func writeNumber(
    _ bytes: UnsafePointer<UInt8>,
    _ count: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    if unsafe isCanonical(bytes, count) {
      // Safe: at most 17 bytes: a sign, a point and 15 digits.
      unsafe target.update(from: bytes, count: count)
      return count
    }
    var number = Decimal()
    guard unsafe number.read(bytes, count) else { return 0 }
    if number.length == 0 {
      unsafe target[0] = UInt8(ascii: "0")
      return 1
    }
    // Any decimal of 15 digits or fewer survives binary64, and is the shortest that names its
    // double, as long as the double is a normal one (ECMA-262 Number::toString, steps 5 and on).
    if number.length > 15 || number.point < -290 || number.point > 290 {
      guard number.survivesBinary64 else { return 0 }
    }
    return unsafe number.write(to: target)
  }

  /// Bytes of the number of RFC 8259 that begins at `bytes`; 0 where none does.
  ///
  /// At least one byte past `count` must be readable. What follows the number is not looked at.
  public static func numberLength(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var at = 0
    func digits() -> Bool {
      let first = at
      // Safe: `at` is below `count` at each read.
      while at < count, unsafe bytes[at] &- 0x30 < 10 { at += 1 }
      return at > first
    }
    if count > 0, unsafe bytes[0] == UInt8(ascii: "-") { at = 1 }
    if at < count, unsafe bytes[at] == UInt8(ascii: "0") {
      at += 1
    } else if !digits() {
      return 0
    }
    if at < count, unsafe bytes[at] == UInt8(ascii: ".") {
      at += 1
      if !digits() { return 0 }
    }
    if at < count, unsafe bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < count, unsafe bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
        at += 1
      }
      if !digits() { return 0 }
    }
    return at
  }

  private static func appendEscape(of byte: UInt8, to output: ByteBuffer) {
    let hex: StaticString = "0123456789abcdef"
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    case 0x22, 0x5C: output.append(byte)
    default:
      output.append(UInt8(ascii: "u"))
      output.append(UInt8(ascii: "0"))
      output.append(UInt8(ascii: "0"))
      // Safe: both indices are below 16.
      unsafe output.append(hex.utf8Start[Int(byte >> 4)])
      unsafe output.append(hex.utf8Start[Int(byte & 15)])
    }
  }

  /// Whether it is a decimal of at most 15 digits that stands as ES6 would write it.
  private static func isCanonical(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard count > 0, count <= 17 else { return false }
    // Safe: every index is below `count`.
    let isNegative = unsafe bytes[0] == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    var at = first
    while at < count, unsafe bytes[at] &- 0x30 < 10 { at += 1 }
    let whole = at - first
    guard whole > 0, whole <= 15 else { return false }
    let isZero = unsafe bytes[first] == UInt8(ascii: "0")
    if isZero, whole > 1 { return false }
    if at == count { return !(isZero && isNegative) }
    guard unsafe bytes[at] == UInt8(ascii: ".") else { return false }
    let point = at
    at += 1
    var zeros = 0
    while at < count, unsafe bytes[at] &- 0x30 < 10 {
      if unsafe bytes[at] == UInt8(ascii: "0"), zeros == at - point - 1 { zeros += 1 }
      at += 1
    }
    guard at == count, at > point + 1, unsafe bytes[at - 1] != UInt8(ascii: "0") else {
      return false
    }
    // Below 0.000001 ES6 writes an exponent.
    return whole + at - point - 1 <= 15 && !(isZero && zeros >= 6)
  }
}

/// A decimal number as its significant digits and where the point stands before or behind them.
private struct Decimal {
  /// Its digits without leading and trailing zeros; binary64 never needs more than 17.
  var digits = InlineArray<17, UInt8>(repeating: 0)
  /// How many of them are in use; 0 for zero.
  var length = 0
  /// The value is 0.digits times ten to this power.
  var point = 0
  var isNegative = false

  /// Reads a lexeme; false where it has more digits than binary64 can keep, or is no number.
  mutating func read(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var at = 0
    // Safe: every index is below `count`.
    if count > 0, unsafe bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
      unsafe isNegative = bytes[0] == UInt8(ascii: "-")
      at = 1
    }
    var zeros = 0
    var pointSeen = false
    var any = false
    while at < count {
      let byte = unsafe bytes[at]
      if byte == UInt8(ascii: "."), !pointSeen {
        pointSeen = true
        at += 1
        continue
      }
      let digit = byte &- 0x30
      guard digit < 10 else { break }
      any = true
      at += 1
      if digit == 0 {
        if length == 0 {
          if pointSeen { point -= 1 }
        } else {
          zeros += 1
          if !pointSeen { point += 1 }
        }
        continue
      }
      guard length + zeros < 17 else { return false }
      for _ in 0..<zeros { append(0) }
      zeros = 0
      append(digit)
      if !pointSeen { point += 1 }
    }
    guard any else { return false }
    guard at < count else { return true }
    return unsafe readExponent(bytes, count, at)
  }

  /// Reads `e`, a sign and digits that reach to the end of the lexeme.
  private mutating func readExponent(
    _ bytes: UnsafePointer<UInt8>,
    _ count: Int,
    _ start: Int
  ) -> Bool {
    var at = start
    // Safe: every index is below `count`.
    guard unsafe bytes[at] | 0x20 == UInt8(ascii: "e") else { return false }
    at += 1
    var isDown = false
    if at < count, unsafe bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      unsafe isDown = bytes[at] == UInt8(ascii: "-")
      at += 1
    }
    guard at < count else { return false }
    var exponent = 0
    while at < count {
      let digit = unsafe bytes[at] &- 0x30
      guard digit < 10 else { return false }
      // A lexeme is below 2^28 bytes, so an exponent past 2^40 settles the matter.
      if exponent < 1 << 40 { exponent = exponent * 10 + Int(digit) }
      at += 1
    }
    point += isDown ? -exponent : exponent
    return true
  }

  private mutating func append(_ digit: UInt8) {
    digits[length] = digit
    length += 1
  }

  /// Whether the shortest decimal that names the nearest double is this very decimal.
  var survivesBinary64: Bool {
    guard point > -330, point < 310 else { return false }
    var text = InlineArray<32, CChar>(repeating: 0)
    for index in 0..<length { text[index] = CChar(digits[index] + 0x30) }
    var at = length
    text[at] = CChar(UInt8(ascii: "e"))
    at += 1
    var rest = point - length
    if rest < 0 {
      text[at] = CChar(UInt8(ascii: "-"))
      at += 1
      rest = -rest
    }
    for unit in [100, 10, 1] {
      text[at] = CChar(0x30 + rest / unit % 10)
      at += 1
    }
    var span = text.mutableSpan
    // Safe: at most 17 digits, `e`, a sign and 3 digits: the last byte stays NUL.
    let value = unsafe span.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return Double.nan }
      return unsafe strtod(base, nil)
    }
    guard value.isFinite, value != 0 else { return false }
    var shortest = Decimal()
    var description = value.description
    let agrees = description.withUTF8 { utf8 in
      guard let base = utf8.baseAddress else { return false }
      return unsafe shortest.read(base, utf8.count)
    }
    guard agrees, shortest.length == length, shortest.point == point else { return false }
    return (0..<length).allSatisfy { shortest.digits[$0] == digits[$0] }
  }

  /// Writes it as ECMA-262 Number::toString does; returns how many bytes that took.
  func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 0
    // Safe: a sign, at most 21 digits or 17 and an exponent, a point and 6 zeros: below 40.
    func put(_ byte: UInt8) {
      unsafe target[count] = byte
      count += 1
    }
    if isNegative { put(UInt8(ascii: "-")) }
    if point > 21 || point < -5 {
      put(digits[0] + 0x30)
      if length > 1 { put(UInt8(ascii: ".")) }
      for index in 1..<max(1, length) { put(digits[index] + 0x30) }
      putExponent(point - 1, put)
    } else if point <= 0 {
      put(UInt8(ascii: "0"))
      put(UInt8(ascii: "."))
      for _ in 0..<(-point) { put(UInt8(ascii: "0")) }
      for index in 0..<length { put(digits[index] + 0x30) }
    } else {
      for index in 0..<max(length, point) {
        if index == point { put(UInt8(ascii: ".")) }
        put(index < length ? digits[index] + 0x30 : UInt8(ascii: "0"))
      }
    }
    return count
  }

  private func putExponent(_ exponent: Int, _ put: (UInt8) -> Void) {
    put(UInt8(ascii: "e"))
    put(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    let size = exponent.magnitude
    if size >= 100 { put(UInt8(0x30 + size / 100)) }
    if size >= 10 { put(UInt8(0x30 + size / 10 % 10)) }
    put(UInt8(0x30 + size % 10))
  }
}
