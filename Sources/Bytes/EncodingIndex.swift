/// The WHATWG's indexes as code points by pointer, 0 where there is none; each unpacked once.
enum EncodingIndex {
  static let big5 = unpack(EncodingIndexes.big5)
  static let eucKR = unpack(EncodingIndexes.eucKR)
  static let gb18030 = unpack(EncodingIndexes.gb18030)
  static let gb18030Ranges = unpack(EncodingIndexes.gb18030Ranges)
  static let jis0208 = unpack(EncodingIndexes.jis0208)
  static let jis0212 = unpack(EncodingIndexes.jis0212)

  /// The upper halves of the code pages that the standard has, by our names.
  static let codePages: [String: [UInt32]] = {
    let all = unpack(EncodingIndexes.codePages)
    var pages: [String: [UInt32]] = [:]
    for (place, name) in EncodingIndexes.codePageNames.enumerated() {
      pages[name] = Array(all[place * 128..<(place + 1) * 128])
    }
    return pages
  }()

  /// Differences from the code point before, zigzag and one more, 0 for none; deflated, in base 64.
  private static func unpack(_ text: String) -> [UInt32] {
    var before: UInt32 = 0
    return PackedNumbers.unpack(inflate(Base64.decode(text))).map { number in
      guard number > 0 else { return 0 }
      let zigzag = number - 1
      before = before &+ (zigzag >> 1 ^ (0 &- (zigzag & 1)))
      return before
    }
  }

  private static func inflate(_ packed: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    let block = ByteBuffer(capacity: 1 << 16)
    let engine = InflateLibrary.fastest.makeEngine()
    var (taken, isWhole) = (0, false)
    while !isWhole {
      // Safe: the engine reads and writes within the counts.
      let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
      let step = unsafe packed.withUnsafeBufferPointer {
        try? unsafe engine.step(UnsafeBufferPointer(rebasing: $0[taken...]), into: room)
      }
      guard let step, step.taken + step.given > 0 else { fatalError("a packed index is damaged") }
      unsafe bytes.append(contentsOf: room.prefix(step.given))
      taken += step.taken
      isWhole = step.endsMember
    }
    return bytes
  }
}
