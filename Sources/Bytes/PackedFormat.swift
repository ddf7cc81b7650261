import Glibc

/// A compressed format that is read as a row of members, each with a header and a checksum.
enum PackedFormat: CaseIterable {
  case gzip
  case bzip2
  case xz
  case zstandard

  /// The format whose first member these bytes begin with.
  static func of(_ head: UnsafeBufferPointer<UInt8>) -> PackedFormat? {
    // Safe: the buffer is only looked at, within its bounds.
    allCases.first { unsafe $0.opens(head) }
  }

  /// The most bytes that `of` looks at.
  static let longestMagic = 10

  /// What a drop packed so is said to be.
  var compression: Compression {
    switch self {
    case .gzip: .gzip
    case .bzip2: .bzip2
    case .xz: .xz
    case .zstandard: .zstandard
    }
  }

  /// Bytes of a header that `isMember` and `isSound` look at.
  var headerBytes: Int {
    switch self {
    case .gzip, .zstandard: 4
    case .bzip2: 10
    case .xz: 6
    }
  }

  /// Whether the bytes begin as a member does, as far as they go and at least two of them.
  func isMember(_ held: UnsafeBufferPointer<UInt8>) -> Bool {
    guard held.count >= 2 else { return false }
    switch self {
    case .gzip:
      return unsafe held[0] == 0x1f && held[1] == 0x8b
    case .bzip2:
      return unsafe Self.begins(held, "BZh".utf8)
    case .xz:
      return unsafe Self.begins(held, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
    case .zstandard:
      // A frame, or one of the sixteen kinds of frame that are skipped (RFC 8878 §3.1).
      if unsafe Self.begins(held, [0x28, 0xb5, 0x2f, 0xfd]) { return true }
      return unsafe held[0] & 0xf0 == 0x50 && Self.begins(held.dropFirst(1), [0x2a, 0x4d, 0x18])
    }
  }

  /// Whether the bytes, which begin as a sound member does, hold its header to the end.
  ///
  /// isa-l loses its place in a gzip header that is cut inside its optional parts.
  func holdsHeader(_ held: UnsafeBufferPointer<UInt8>) -> Bool {
    guard self == .gzip else { return true }
    guard held.count >= 10 else { return false }
    // RFC 1952 §2.3: extra field, name, comment, the header's own checksum.
    let flags = unsafe held[3]
    var end = 10
    if flags & 4 != 0 {
      guard held.count >= end + 2 else { return false }
      end += unsafe 2 + Int(held[end]) + Int(held[end + 1]) << 8
    }
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
      guard end < held.count, let zero = unsafe held[end...].firstIndex(of: 0) else { return false }
      end = zero + 1
    }
    if flags & 2 != 0 { end += 2 }
    return held.count >= end
  }

  /// Whether a header of `headerBytes` is one that can be read.
  func isSound(_ held: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .gzip:
      // Method 8 is deflate; the upper three flags are reserved (RFC 1952 §2.3.1).
      return unsafe held[2] == 8 && held[3] & 0xe0 == 0
    case .bzip2:
      // The block size, then the digits of pi for a block or those of its root for the end.
      guard unsafe (0x31...0x39).contains(held[3]) else { return false }
      let mark = unsafe held.dropFirst(4)
      return unsafe Self.begins(mark, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
        || Self.begins(mark, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
    case .xz, .zstandard:
      return true
    }
  }

  func makeEngine(_ library: InflateLibrary) -> any InflateEngine {
    switch self {
    case .gzip: library.makeEngine()
    case .bzip2: Bzip2Engine()
    case .xz: XZEngine()
    case .zstandard: ZstandardEngine()
    }
  }

  /// A text may begin with `BZh` or `P*M`: a whole header is asked for, and a frame with content.
  private func opens(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .gzip: unsafe isMember(head)
    case .bzip2, .xz: unsafe head.count >= headerBytes && isMember(head) && isSound(head)
    case .zstandard: unsafe head.count >= 4 && head[0] == 0x28 && isMember(head)
    }
  }

  private static func begins(
    _ held: some Collection<UInt8>,
    _ magic: some Collection<UInt8>
  ) -> Bool {
    held.prefix(magic.count).elementsEqual(magic.prefix(held.count))
  }
}
