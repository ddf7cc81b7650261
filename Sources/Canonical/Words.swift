/// The closed pairs of words that make a boolean.
enum Words {
  // Safe: `text` holds `length` bytes, and only those are read.

  /// What the text allows, and which of the two words it is.
  static func readings(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    sawTrue: inout Bool,
    sawFalse: inout Bool
  ) -> Readings {
    guard length <= 5, length > 0 else { return [] }
    var word: UInt64 = 0
    for at in 0..<length { word = unsafe word << 8 | UInt64(text[at] | 0x20) }
    guard unsafe isLetters(text, length) else { return [] }
    switch word {
    case 0x7472_7565:  // true
      sawTrue = true
      return .trueFalse
    case 0x66_616C_7365:  // false
      sawFalse = true
      return .trueFalse
    case 0x79_6573:  // yes
      sawTrue = true
      return .yesNo
    case 0x6E6F:  // no
      sawFalse = true
      return .yesNo
    case 0x79:  // y
      sawTrue = true
      return .yN
    case 0x6E:  // n
      sawFalse = true
      return .yN
    case 0x74:  // t
      sawTrue = true
      return .tF
    case 0x66:  // f
      sawFalse = true
      return .tF
    default: return []
    }
  }

  /// Setting bit 5 maps other bytes onto letters too: only real letters count.
  private static func isLetters(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    for at in 0..<length where unsafe (text[at] | 0x20) &- 0x61 >= 26 { return false }
    return true
  }
}
