/// Another stream without its first bytes.
public final class SkippingStream: ByteStream, @unchecked Sendable {
  // Sendable because a stream has one owner at a time: the thread that pulls from it.

  private let source: any ByteStream
  private var toSkip: Int

  /// Leaves out the first `count` bytes of `source`.
  public init(over source: any ByteStream, count: Int) {
    self.source = source
    toSkip = count
  }

  /// Reads the source; what is left out is read over the buffer's front first.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    while toSkip > 0 {
      // Safe: a part of the buffer, which the source fills at most.
      let front = unsafe UnsafeMutableBufferPointer(rebasing: buffer.prefix(toSkip))
      let got = unsafe try source.read(into: front)
      if got == 0 { return 0 }
      toSkip -= got
    }
    return unsafe try source.read(into: buffer)
  }
}
