public import Bytes

extension Converter {
  /// SHA-256 and size of a file's content without its compression, as ``ConversionReport`` has them.
  ///
  /// - Parameters:
  ///   - descriptor: stays the caller's to close; its offset is left alone.
  ///   - limits: what inflating takes.
  /// - Returns: the hash, 32 bytes, and the size.
  /// - Throws: `ConversionError` where the content can't be read.
  public func contentHash(
    descriptor: Int32,
    limits: InflateLimits
  ) throws(ConversionError) -> (sha256: [UInt8], bytes: UInt64) {
    try Content(descriptor: descriptor, limits: limits).hashAll()
  }
}
