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
      case .mark: 9
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
  /// The languages it was made for.
  let languages: Set<Substring>
  private(set) var scalars = [UInt32](repeating: 0, count: 256)
  private(set) var kinds = [Kind](repeating: .none, count: 256)
  /// 1 Latin, 2 Cyrillic, 3 Greek, 4 Hebrew, 5 Arabic, 6 Thai.
  private(set) var scripts = [UInt8](repeating: 0, count: 256)
  /// The small letters of its characters.
  private(set) var small = [UInt32](repeating: 0, count: 256)
  /// 1 small, 2 capital.
  private(set) var cases = [UInt8](repeating: 0, count: 256)

  private init?(_ name: String, prior: Double, _ languages: String) {
    self.languages = Set(languages.split(separator: " "))
    encoding = TextEncoding(named: name)
    self.prior = prior
    guard let table = try? DecodeTable(of: encoding) else { return nil }
    for byte in UInt8.min...UInt8.max {
      guard let scalar = table.scalar(byte) else { continue }
      let index = Int(byte)
      scalars[index] = scalar.value
      kinds[index] = Self.kind(scalar)
      scripts[index] = Self.script(scalar.value)
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      small[index] = lower.count == 1 ? lower.first?.value ?? scalar.value : scalar.value
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

  private static let west = "de fr es pt it nl sv da fi is ca sq ga"
  private static let centre = "cs sk pl hu sl hr ro sq de"
  private static let baltic = "lt lv et"
  private static let cyrillic = "ru uk be bg sr mk"

  /// The code pages that are weighed, made once.
  static let all: [CodePage] = [
    ("windows-1252", 0.0, west), ("windows-1250", 1.5, centre), ("windows-1251", 1.5, cyrillic),
    ("windows-1253", 2.5, "el"), ("windows-1254", 2, "tr de"), ("windows-1255", 3, "he"),
    ("windows-1256", 3, "ar fa"), ("windows-1257", 2.5, baltic), ("windows-1258", 4.5, "vi"),
    ("iso-8859-2", 3, centre), ("iso-8859-3", 8, "mt eo"), ("iso-8859-4", 5.5, baltic + " se"),
    ("iso-8859-5", 4, cyrillic), ("iso-8859-6", 5, "ar"), ("iso-8859-7", 3.5, "el"),
    ("iso-8859-8", 5, "he"), ("iso-8859-9", 3, "tr de"), ("iso-8859-10", 9, "is fo se lt"),
    ("iso-8859-13", 4, baltic), ("iso-8859-14", 9, "cy ga"), ("iso-8859-15", 2.5, west + " et"),
    ("iso-8859-16", 9, "ro"), ("ibm850", 3.5, west), ("ibm437", 4, "de es fr it sv fi nl"),
    ("ibm852", 4, centre), ("ibm855", 8, cyrillic), ("ibm857", 6, "tr de"),
    ("ibm866", 3.5, "ru uk be bg"), ("ibm862", 7, "he"), ("cp737", 6, "el"), ("cp775", 6, baltic),
    ("koi8-r", 3, "ru bg"), ("koi8-u", 3, "uk ru be"), ("mac-roman", 4, west),
    ("mac-cyrillic", 5, cyrillic), ("mac-latin2", 7, centre), ("tis-620", 3, "th"),
  ].compactMap { CodePage($0.0, prior: $0.1, $0.2) }
}
