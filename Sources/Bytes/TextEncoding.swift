/// A way to write text as bytes, by its canonical name: `utf-8`, `windows-1252`, `shift_jis`.
public struct TextEncoding: Sendable, Hashable, CustomStringConvertible {
  /// The canonical name, in lower case.
  public let name: String
  let kind: Kind

  /// What decodes it.
  enum Kind: Sendable, Hashable {
    case utf8
    case utf16(isBig: Bool)
    case utf32(isBig: Bool)
    /// A code page of 256 characters, by the name that iconv knows.
    case table(String)
    /// One of the WHATWG's that write a character as one byte or several.
    case pairs(PairFamily)
    /// ISO-2022-JP.
    case shifted
    /// Anything else that iconv knows by that name.
    case iconv(String)
  }

  private init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// UTF-8.
  public static let utf8 = TextEncoding("utf-8", .utf8)

  /// The encoding of that name, canonical or one of its other usual names, in any case.
  ///
  /// A name that is not in the list is handed to iconv; whether that knows it shows when decoding.
  public init(named given: String) {
    let key = Self.key(given)
    if let known = Self.byKey[key] {
      self = known
    } else {
      self.init(given.lowercased(), .iconv(given))
    }
  }

  /// The name.
  public var description: String { name }

  /// The byte-order mark it may begin with; empty where there is none.
  public var byteOrderMark: [UInt8] {
    switch kind {
    case .utf8: [0xef, 0xbb, 0xbf]
    case .utf16(let isBig): isBig ? [0xfe, 0xff] : [0xff, 0xfe]
    case .utf32(let isBig): isBig ? [0, 0, 0xfe, 0xff] : [0xff, 0xfe, 0, 0]
    case .pairs(.gb18030): [0x84, 0x31, 0x95, 0x33]
    case .table, .pairs, .shifted, .iconv: []
    }
  }

  /// Whether each byte is one character.
  public var isSingleByte: Bool {
    if case .table = kind { return true }
    return false
  }

  /// Whether characters are units of two or four bytes, so that ASCII does not stand as it is.
  public var isWide: Bool {
    switch kind {
    case .utf16, .utf32: true
    case .utf8, .table, .pairs, .shifted, .iconv: false
    }
  }

  /// All that are known by name.
  public static let all: [TextEncoding] = {
    var all = [
      utf8,
      TextEncoding("utf-16le", .utf16(isBig: false)), TextEncoding("utf-16be", .utf16(isBig: true)),
      TextEncoding("utf-32le", .utf32(isBig: false)), TextEncoding("utf-32be", .utf32(isBig: true)),
    ]
    for page in 1250...1258 { all.append(TextEncoding("windows-\(page)", .table("CP\(page)"))) }
    for part in 1...16 where part != 12 {
      all.append(TextEncoding("iso-8859-\(part)", .table("ISO-8859-\(part)")))
    }
    for page in [437, 850, 852, 855, 857, 862, 865, 866] {
      all.append(TextEncoding("ibm\(page)", .table("IBM\(page)")))
    }
    for page in [737, 775, 858] { all.append(TextEncoding("cp\(page)", .table("CP\(page)"))) }
    let others: [(String, Kind)] = [
      ("koi8-r", .table("KOI8-R")), ("koi8-u", .table("KOI8-U")),
      ("mac-roman", .table("MACINTOSH")), ("mac-cyrillic", .table("MAC-CYRILLIC")),
      ("mac-latin2", .table("MAC-CENTRALEUROPE")),
      ("tis-620", .table("TIS-620")), ("cp874", .table("CP874")),
      ("shift_jis", .pairs(.shiftJIS)), ("euc-jp", .pairs(.eucJP)), ("iso-2022-jp", .shifted),
      ("gb18030", .pairs(.gb18030)), ("big5", .pairs(.big5)), ("euc-kr", .pairs(.eucKR)),
      ("johab", .iconv("JOHAB")),
    ]
    return all + others.map { TextEncoding($0.0, $0.1) }
  }()

  private static let byKey: [String: TextEncoding] = {
    var map: [String: TextEncoding] = [:]
    for encoding in all { map[key(encoding.name)] = encoding }
    let others: [(String, String)] = [
      ("ascii", "utf-8"), ("us-ascii", "utf-8"), ("utf-8-sig", "utf-8"),
      ("utf-16", "utf-16le"), ("utf-32", "utf-32le"), ("ucs-2", "utf-16le"),
      ("latin1", "iso-8859-1"), ("latin2", "iso-8859-2"), ("latin9", "iso-8859-15"),
      ("ansi", "windows-1252"), ("macintosh", "mac-roman"), ("macroman", "mac-roman"),
      ("x-mac-cyrillic", "mac-cyrillic"), ("windows-874", "cp874"), ("windows-31j", "shift_jis"),
      ("cp932", "shift_jis"), ("ms932", "shift_jis"), ("sjis", "shift_jis"), ("gbk", "gb18030"),
      ("gb2312", "gb18030"), ("cp936", "gb18030"), ("cp949", "euc-kr"), ("uhc", "euc-kr"),
      ("cp950", "big5"), ("big5-hkscs", "big5"), ("windows-949", "euc-kr"), ("koi8r", "koi8-r"),
      ("koi8u", "koi8-u"), ("koi8", "koi8-r"),
    ]
    for (other, name) in others { map[key(other)] = map[key(name)] }
    for page in 1250...1258 { map["cp\(page)"] = map["windows\(page)"] }
    for page in [437, 850, 852, 855, 857, 862, 865, 866] { map["cp\(page)"] = map["ibm\(page)"] }
    return map
  }()

  /// A name without case, `-`, `_` and spaces.
  private static func key(_ name: String) -> String {
    var key = ""
    for scalar in name.unicodeScalars where !"-_ ".unicodeScalars.contains(scalar) {
      key.unicodeScalars.append(scalar)
    }
    return key.lowercased()
  }
}
