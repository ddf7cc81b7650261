extension Converter {
  /// SHA-256 and size of a file's content without its compression, as ``ConversionReport`` has them.
  ///
  /// - Parameters:
  ///   - descriptor: stays the caller's to close; its offset is left alone.
  ///   - statement: what is said of the drop: what inflating takes, and the sheet of a workbook.
  /// - Returns: the hash, 32 bytes, and the size.
  /// - Throws: `ConversionError` where the content can't be read.
  public func contentHash(
    descriptor: Int32,
    statement: Statement
  ) throws(ConversionError) -> (sha256: [UInt8], bytes: UInt64) {
    try open(descriptor, statement).hashAll()
  }
}
