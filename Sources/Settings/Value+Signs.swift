import Bytes
import Detection

extension Value {
  /// Words for delimiters that are hard to write.
  static let signs: [String: String] = [
    "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":",
    "caret": "^", "tilde": "~", "unit-separator": "\u{1F}",
  ]

  /// The bytes between fields.
  func delimiter() throws(WrongValue) -> [UInt8] {
    let expected =
      "one to eight bytes, none, or one of \(Self.signs.keys.sorted().joined(separator: ", "))"
    let text = try text(expected)
    if text == "none" { return StatedLayout.noDelimiter }
    let bytes = Array(Self.unescaped(text).utf8)
    guard (1...8).contains(bytes.count), !bytes.contains(0x0A), !bytes.contains(0x0D) else {
      throw WrongValue(self, expected: expected)
    }
    return bytes
  }

  /// One ASCII character, or `none`.
  func sign() throws(WrongValue) -> StatedLayout.Sign {
    let expected = "one ASCII character, or none"
    let text = try text(expected)
    if text == "none" { return .none }
    let bytes = Array(Self.unescaped(text).utf8)
    guard bytes.count == 1, let byte = bytes.first, byte < 0x80, byte != 0x0A, byte != 0x0D else {
      throw WrongValue(self, expected: expected)
    }
    return .byte(byte)
  }

  /// The words and backslash escapes of signs as the signs they stand for.
  private static func unescaped(_ text: String) -> String {
    if let sign = signs[text] { return sign }
    let escapes = ["\\t": "\t", "\\x1f": "\u{1F}", "\\x1e": "\u{1E}", "\\x01": "\u{1}"]
    return escapes[text.lowercased()] ?? text
  }

  /// How a delimiter or another sign is written.
  static func written(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let word = signs.first { $0.value == text && !(",;|:^~".contains($0.value)) }
    return word?.key ?? text
  }

  /// How a sign or its absence is written.
  static func written(_ sign: StatedLayout.Sign) -> String {
    sign.byte.map { written([$0]) } ?? "none"
  }
}
