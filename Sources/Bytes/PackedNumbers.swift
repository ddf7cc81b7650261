/// Numbers as LEB128 writes them: seven bits a byte, the lowest first, the eighth where more follow.
public enum PackedNumbers: Sendable {
  /// All numbers of the bytes, in their order.
  public static func unpack(_ bytes: [UInt8]) -> [UInt32] {
    var numbers: [UInt32] = []
    var (number, shift): (UInt32, UInt32) = (0, 0)
    for byte in bytes {
      number |= UInt32(byte & 0x7F) << shift
      shift += 7
      guard byte < 0x80 else { continue }
      numbers.append(number)
      (number, shift) = (0, 0)
    }
    return numbers
  }
}
