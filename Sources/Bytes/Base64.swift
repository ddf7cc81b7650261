/// Bytes as text of 64 signs, as RFC 4648, §4 has them.
public enum Base64: Sendable {
  /// The bytes of a text; what follows its first foreign sign or padding is left out.
  public static func decode(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for sign in text.utf8 {
      guard let value = digit(sign) else { break }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
    return bytes
  }

  private static func digit(_ sign: UInt8) -> UInt32? {
    switch sign {
    case 0x41...0x5A: UInt32(sign) - 0x41
    case 0x61...0x7A: UInt32(sign) - 0x61 + 26
    case 0x30...0x39: UInt32(sign) - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
