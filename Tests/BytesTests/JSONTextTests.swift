import Bytes
import Testing

/// What `appendNumber` makes of a lexeme; nil where it refuses.
private func number(_ lexeme: String) -> String? {
  let output = ByteBuffer(capacity: 64)
  var copy = lexeme
  let isKept = copy.withUTF8 { utf8 in
    guard let base = utf8.baseAddress else { return false }
    return unsafe JSONText.appendNumber(base, utf8.count, to: output)
  }
  guard isKept else {
    #expect(output.count == 0)
    return nil
  }
  return unsafe String(decoding: output.bytes, as: UTF8.self)
}

/// What `appendString` makes of text.
private func string(_ text: String) -> String {
  let source = ByteBuffer(capacity: 64)
  source.append(contentsOf: Array(text.utf8))
  let output = ByteBuffer(capacity: 64)
  unsafe JSONText.appendString(UnsafePointer(source.base), source.count, to: output)
  return unsafe String(decoding: output.bytes, as: UTF8.self)
}

struct JSONTextTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("0.0", "0"), ("-0.00e5", "0"), ("1", "1"), ("-1", "-1"),
    ("36.10", "36.1"), ("1E2", "100"), ("1e2", "100"), ("1E+2", "100"), ("1.0", "1"),
    ("4.50", "4.5"), ("2e-3", "0.002"), ("0.000000000000000000000000001", "1e-27"),
    ("1E30", "1e+30"), ("333333333.3333333", "333333333.3333333"),
    ("1e21", "1e+21"), ("1e20", "100000000000000000000"), ("123e18", "123000000000000000000"),
    ("1.5e21", "1.5e+21"), ("0.000001", "0.000001"), ("0.0000001", "1e-7"),
    ("1.234e-7", "1.234e-7"), ("0.00000123", "0.00000123"), ("12345.678e-3", "12.345678"),
    ("999999999999999", "999999999999999"), ("9007199254740991", "9007199254740991"),
    ("9007199254740992", "9007199254740992"), ("9007199254740994", "9007199254740994"),
    ("0.1000000000000000", "0.1"), ("100000000000000000000000", "1e+23"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"), ("5e-324", "5e-324"),
    ("2.2250738585072014e-308", "2.2250738585072014e-308"), ("-1.5E-10", "-1.5e-10"),
    ("9.999999999999997e22", "9.999999999999997e+22"), ("+7", "7"), ("007", "7"), (".5", "0.5"),
    ("295147905179352830000", "295147905179352830000"), ("1000000000000000e6", "1e+21"),
    ("999999999999999e6", "999999999999999000000"), ("10", "10"), ("120.0", "120"),
  ])
  func `a number is written as ES6 writes it`(lexeme: String, expected: String) {
    #expect(number(lexeme) == expected)
  }

  @Test(arguments: [
    "9007199254740993", "0.1234567890123456789", "12345678901234567890", "1e400", "-1e400",
    "1e-400", "3.14159265358979323846", "1e999999999999999999999", "4.9e-324",
    "12345678901234567168", "0.30000000000000004441", "123456789012345678",
  ])
  func `a number that binary64 would change is refused`(lexeme: String) {
    #expect(number(lexeme) == nil)
  }

  @Test(arguments: ["", "-", "e5", "1e", "1e+", "1.2.3", "1x", "0x10", "."])
  func `what is no number is refused`(lexeme: String) {
    #expect(number(lexeme) == nil)
  }

  @Test(arguments: [1, 20, 300])
  func `the shortest text of a random double names the same double`(seed: UInt64) {
    var state = seed
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state ^ state >> 29)
      guard value.isFinite else { continue }
      let text = number(value.description)
      #expect(text.flatMap(Double.init) == value, "\(value)")
      #expect(text.flatMap(number) == text, "\(value)")
    }
  }

  @Test func `a number of ten thousand digits costs no more than reading it`() {
    #expect(number("1" + String(repeating: "0", count: 10_000)) == nil)
    #expect(number(String(repeating: "7", count: 10_000)) == nil)
    #expect(number("0." + String(repeating: "0", count: 10_000) + "1e10001") == "1")
  }

  @Test func `a string has the escapes of JCS and no others`() {
    #expect(string("plain") == "\"plain\"")
    #expect(string("") == "\"\"")
    #expect(string("a\"b\\c/d") == "\"a\\\"b\\\\c/d\"")
    #expect(string("\u{8}\t\n\u{C}\r") == "\"\\b\\t\\n\\f\\r\"")
    #expect(string("\0\u{1F}\u{7F}é€😀\u{2028}") == "\"\\u0000\\u001f\u{7F}é€😀\u{2028}\"")
  }

  @Test func `an escape is found at each place of a long string`() {
    for length in 0..<70 {
      for place in 0...length {
        let head = String(repeating: "a", count: place)
        let tail = String(repeating: "é", count: length - place)
        #expect(string(head + "\"" + tail) == "\"\(head)\\\"\(tail)\"")
      }
    }
  }

  @Test(arguments: [
    ("0", 1), ("-0", 2), ("01", 1), ("12,", 2), ("1.5e+3}", 6), ("1.", 0), ("-", 0), (".5", 0),
    ("1e", 0), ("+1", 0), ("", 0), ("1.5.2", 3), ("1E-7", 4), ("NaN", 0), ("0x1", 1),
  ])
  func `a number ends where the grammar of RFC 8259 ends it`(text: String, expected: Int) {
    let source = ByteBuffer(capacity: 64)
    source.append(contentsOf: Array(text.utf8))
    unsafe #expect(
      JSONText.numberLength(UnsafePointer(source.base), source.count) == expected
    )
  }
}
