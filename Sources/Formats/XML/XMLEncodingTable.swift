import Glibc

/// What each byte of a single-byte encoding stands for, as the system's `iconv` knows it.
struct XMLEncodingTable {
  /// 256 Unicode scalars; -1 where the encoding has none.
  private(set) var scalars: [Int32] = []

  /// The table of the encoding of that name; nil where it is unknown or has characters of several
  /// bytes.
  init?(named name: String) {
    let isPlain = name.utf8.allSatisfy { byte in
      byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 40 else { return nil }
    // The corresponding C function is `iconv_open`.
    let converter = unsafe iconv_open("UTF-32LE", name)
    guard unsafe converter != iconv_t(bitPattern: -1) else { return nil }
    defer { unsafe iconv_close(converter) }
    for byte in UInt8.min...UInt8.max {
      guard let scalar = unsafe Self.scalar(of: byte, converter) else { return nil }
      scalars.append(scalar)
    }
  }

  /// The scalar of a byte, -1 where it has none; nil where it only begins a character.
  private static func scalar(of byte: UInt8, _ converter: iconv_t?) -> Int32? {
    var source = CChar(bitPattern: byte)
    var target: UInt32 = 0
    var sourceCount = 1
    var targetCount = 4
    // Safe: both pointers are to locals of the sizes given, for these calls only.
    let result = unsafe withUnsafeMutablePointer(to: &source) { source in
      unsafe withUnsafeMutableBytes(of: &target) { target in
        var from: UnsafeMutablePointer<CChar>? = unsafe source
        var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
        _ = unsafe iconv(converter, nil, nil, nil, nil)
        return unsafe iconv(converter, &from, &sourceCount, &to, &targetCount)
      }
    }
    if result == Int.max || result == -1 || result == Int(bitPattern: UInt.max) {
      return errno == EILSEQ ? -1 : nil
    }
    // expat's tables end with the Basic Multilingual Plane.
    return targetCount == 0 && target <= 0xFFFF ? Int32(target) : nil
  }
}
