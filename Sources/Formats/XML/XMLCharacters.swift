/// The characters of XML 1.0 (Fifth Edition): §2.2 and §2.3.
enum XMLCharacters {
  /// Whether a scalar may stand in a document.
  static func isCharacter(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// Whether a name may begin with a scalar.
  static func isNameStart(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF,
      0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF,
      0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
      true
    default: false
    }
  }

  /// Whether a scalar may stand in a name.
  static func isName(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
    default: isNameStart(scalar)
    }
  }

  /// Whether a byte is white space.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }

  /// Whether a byte may stand in a public identifier (§2.3 [13]).
  static func isPublic(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x0D, 0x0A, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-'()+,./:=?;!*#@$_%".utf8.contains(byte)
    }
  }

  /// The scalar that begins at a place of valid UTF-8, and its bytes.
  static func scalar(_ bytes: UnsafePointer<UInt8>, _ at: Int) -> (scalar: UInt32, count: Int) {
    // Safe: a character of UTF-8 is whole, and what follows the text is readable.
    let lead = unsafe UInt32(bytes[at])
    if lead < 0x80 { return (lead, 1) }
    let second = unsafe UInt32(bytes[at + 1] & 0x3F)
    if lead < 0xE0 { return ((lead & 0x1F) << 6 | second, 2) }
    let third = unsafe UInt32(bytes[at + 2] & 0x3F)
    if lead < 0xF0 { return ((lead & 0x0F) << 12 | second << 6 | third, 3) }
    let fourth = unsafe UInt32(bytes[at + 3] & 0x3F)
    return ((lead & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
  }

  /// Which bytes below 0x80 begin names (bit 0) and stand in them (bit 1).
  static let ascii: [UInt8] = (0..<128).map { byte in
    (isNameStart(byte) ? 1 : 0) | (isName(byte) ? 2 : 0)
  }
}
