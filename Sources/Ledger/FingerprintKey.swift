import Files

/// The secret under which fingerprints are made: drawn once, kept outside the ledger.
///
/// It never shows itself in a description, so that no log can hold it.
public struct FingerprintKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// The secret, 32 bytes.
  public let bytes: [UInt8]
  /// A random number that says which key this is, and nothing about it.
  public let id: UInt64

  /// The key's number alone.
  public var description: String { "key \(String(id, radix: 16))" }

  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// Draws a new key.
  init(from random: Randomness) throws(FileError) {
    bytes = try random.bytes(32)
    // SQLite's integers are signed: 56 bits are told apart everywhere.
    id = try random.bytes(7).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension FingerprintKey {
  private static let opening = "dropmill fingerprint key 1"

  /// The key as one line of text: what it is, its number, the secret, a checksum over all that.
  var fileText: String {
    let body = "\(Self.opening) \(Self.hex(id)) \(bytes.map(Self.hex).joined())"
    return "\(body) \(Self.hex(Self.checksum(body)))\n"
  }

  /// Reads the key back; nil when a single character differs from what was written.
  init?(fileText text: String) {
    guard text.hasSuffix("\n"), let border = text.lastIndex(of: " ") else { return nil }
    let body = text[..<border]
    let words = body.split(separator: " ", omittingEmptySubsequences: false)
    guard body.hasPrefix(Self.opening + " "), words.count == 6,
      let id = UInt64(words[4], radix: 16), words[5].utf8.count == 64
    else { return nil }
    let digits = Array(words[5].utf8).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 64 else { return nil }
    self.id = id
    bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    guard text == fileText else { return nil }
  }

  /// FNV-1a: each of its steps is a bijection, so any one changed byte changes the sum.
  private static func checksum(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func hex(_ number: some FixedWidthInteger) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: number.bitWidth / 4 - digits.utf8.count) + digits
  }
}
