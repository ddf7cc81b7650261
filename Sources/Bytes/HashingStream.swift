/// Another stream, with the SHA-256 and the count of what was read from it.
public final class HashingStream: ByteStream, @unchecked Sendable {
  // Sendable because a stream has one owner at a time: the thread that pulls from it.

  private let source: any ByteStream
  private var hasher = SHA256Hasher()
  /// Bytes read so far.
  public private(set) var count: UInt64 = 0

  /// Reads `source`.
  public init(over source: any ByteStream) {
    self.source = source
  }

  /// Reads the source and takes what it gave into the hash.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let got = unsafe try source.read(into: buffer)
    // Safe: the source filled the first `got` bytes.
    unsafe hasher.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<got]))
    count += UInt64(got)
    return got
  }

  /// The hash of all that was read; call once, at the end.
  public func finish() -> [UInt8] { hasher.finish() }
}
