// Doors without pointers, for the rooms that hold no unsafe code.

extension ByteBuffer {
  /// Hands over some of the bytes in use, for the length of the call.
  ///
  /// The range must lie within `count`; the buffer must not change during the call.
  ///
  /// Never inlined: the optimiser of Swift 6.3.1 crashes on it in other modules.
  @inline(never)
  public func withSpan<Result, Failure: Error>(
    _ range: Range<Int>,
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes that are not in use")
    // Safe: the range lies within the bytes in use, and the span does not outlive the call.
    let first = unsafe UnsafeRawPointer(base + range.lowerBound)
    let slice = unsafe UnsafeRawBufferPointer(start: first, count: range.count)
    return try unsafe body(RawSpan(_unsafeBytes: slice))
  }

  /// Appends bytes that lie elsewhere.
  public func append(_ span: RawSpan) {
    // Safe: the span's bytes live for the call, and `append` makes room for them.
    unsafe span.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe append(first.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
  }
}

extension SHA256Hasher {
  /// Takes the next bytes.
  public mutating func update(_ span: RawSpan) {
    // Safe: the span's bytes live for the call.
    unsafe span.withUnsafeBytes { unsafe update($0) }
  }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) {
    // Safe: the array's storage lives for the call.
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// The hash of bytes that are all there.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finish()
  }
}
