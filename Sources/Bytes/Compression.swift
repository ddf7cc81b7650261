/// How a drop is compressed, found by its first bytes.
public enum Compression: String, Sendable, Hashable {
  /// Not at all.
  case none
  /// gzip, any number of members.
  case gzip
  /// gzip in gzip.
  case gzipTwice = "gzip-twice"
}

/// A drop's bytes without their compression.
public struct Uncompressed: Sendable {
  /// What was packed, with its first bytes at hand.
  public let stream: HeadStream
  /// How it was packed.
  public let compression: Compression
  private let layers: [InflateStream]

  /// Unpacks `source` where its first bytes say that it is gzip, and gzip in it once more.
  ///
  /// - Throws: `BytesError` where the first bytes cannot be read or inflated.
  public init(
    of source: any ByteStream,
    limits: InflateLimits = InflateLimits(),
    library: InflateLibrary = .fastest
  ) throws(BytesError) {
    var stream = HeadStream(source)
    var layers: [InflateStream] = []
    while layers.count < 2 {
      try stream.look(2)
      guard unsafe Self.isGzip(stream.head) else { break }
      let layer = InflateStream(
        over: stream,
        limits: limits,
        library: library,
        inside: layers.first
      )
      layers.append(layer)
      stream = HeadStream(layer)
    }
    self.stream = stream
    self.layers = layers
    compression = layers.isEmpty ? .none : layers.count == 1 ? .gzip : .gzipTwice
  }

  /// What is odd about the packing; complete once the end was read.
  public var warnings: [InflateWarning] { layers.flatMap(\.warnings) }

  private static func isGzip(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    // Safe: two bytes are there.
    unsafe head.count >= 2 && head[0] == 0x1f && head[1] == 0x8b
  }
}
