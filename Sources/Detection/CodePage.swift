import Bytes

/// A code page as the search for the encoding sees it.
struct CodePage: Sendable {
  /// What a character is.
  enum Kind: UInt8, Sendable {
    /// The code page has none there.
    case none
    case ascii
    case letter
    /// A mark over a letter.
    case mark
    /// A quote that may stand in a word.
    case apostrophe
    /// Signs that texts hold: quotes, dashes, currencies, degrees.
    case sign
    /// Signs that texts seldom hold.
    case rareSign
    case control

    /// Bits of one; letters are weighed by language.
    var bits: Double {
      switch self {
      case .none: 25
      case .ascii, .letter: 0
      case .mark: 3
      case .apostrophe: 5
      case .sign: 6
      case .rareSign: 11
      case .control: 17
      }
    }
  }

  let encoding: TextEncoding
  /// Bits against it before any byte is seen.
  let prior: Double
  private(set) var scalars = [UInt32](repeating: 0, count: 256)
  private(set) var kinds = [Kind](repeating: .none, count: 256)
  /// 1 Latin, 2 Cyrillic, 3 Greek, 4 Hebrew, 5 Arabic, 6 Thai.
  private(set) var scripts = [UInt8](repeating: 0, count: 256)
  /// 1 small, 2 capital.
  private(set) var cases = [UInt8](repeating: 0, count: 256)

  private init?(_ name: String, prior: Double) {
    encoding = TextEncoding(named: name)
    self.prior = prior
    guard let table = try? DecodeTable(of: encoding) else { return nil }
    for byte in UInt8.min...UInt8.max {
      guard let scalar = table.scalar(byte) else { continue }
      let index = Int(byte)
      scalars[index] = scalar.value
      kinds[index] = Self.kind(scalar)
      scripts[index] = Self.script(scalar.value)
      if scalar.properties.isLowercase { cases[index] = 1 }
      if scalar.properties.isUppercase { cases[index] = 2 }
    }
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    let properties = scalar.properties
    if scalar.value < 0x80 { return properties.isAlphabetic ? .letter : .ascii }
    if "’‘ʼ·".unicodeScalars.contains(scalar) { return .apostrophe }
    if "\u{a0}“”„‚«»‹›–—…°€£¥§²³½¼ºª®©¿¡•×№₪₫฿±µ\u{200c}\u{200d}\u{200e}\u{200f}،؛؟".unicodeScalars
      .contains(scalar)
    {
      return .sign
    }
    switch properties.generalCategory {
    case .control, .privateUse, .unassigned, .surrogate: return .control
    case .nonspacingMark, .spacingMark:
      return script(scalar.value) == 6 || scalar.value < 0x370
        ? .letter : .mark
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter: return .letter
    default: return .rareSign
    }
  }

  private static func script(_ value: UInt32) -> UInt8 {
    switch value {
    case 0x41...0x24F, 0x1E00...0x1EFF: 1
    case 0x400...0x52F: 2
    case 0x370...0x3FF: 3
    case 0x590...0x5FF: 4
    case 0x600...0x6FF: 5
    case 0xE00...0xE7F: 6
    default: 0
    }
  }

  /// The code pages that are weighed, made once.
  static let all: [CodePage] = [
    ("windows-1252", 0.0), ("windows-1250", 1.5), ("windows-1251", 1.5), ("windows-1253", 2.5),
    ("windows-1254", 2.5), ("windows-1255", 3), ("windows-1256", 3), ("windows-1257", 3),
    ("windows-1258", 6), ("iso-8859-2", 4), ("iso-8859-3", 9), ("iso-8859-4", 7),
    ("iso-8859-5", 5), ("iso-8859-6", 6), ("iso-8859-7", 4), ("iso-8859-8", 6),
    ("iso-8859-9", 4), ("iso-8859-10", 9), ("iso-8859-13", 5), ("iso-8859-14", 9),
    ("iso-8859-15", 3), ("iso-8859-16", 9), ("ibm850", 4), ("ibm437", 4.5), ("ibm852", 5),
    ("ibm855", 8), ("ibm857", 7), ("ibm866", 4), ("ibm862", 8), ("cp737", 7), ("cp775", 7),
    ("koi8-r", 3), ("koi8-u", 3.5), ("mac-roman", 4.5), ("mac-cyrillic", 6), ("mac-latin2", 8),
    ("tis-620", 4),
  ].compactMap { CodePage($0.0, prior: $0.1) }
}
