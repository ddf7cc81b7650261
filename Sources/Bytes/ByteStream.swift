import Glibc

/// Bytes in order, pulled a buffer at a time: a file, what gzip holds, what an encoding decodes to.
public protocol ByteStream: AnyObject, Sendable {
  /// Fills the front of `buffer`; returns how many bytes were put there, 0 only at the end.
  ///
  /// - Throws: `BytesError` where the source cannot be read or does not hold what it should.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int
}

/// The bytes of an open file or pipe from its current beginning.
///
/// A regular file is read by `pread` from offset 0, so several streams may read one descriptor.
public final class FileStream: ByteStream, @unchecked Sendable {
  // Sendable because a stream has one owner at a time: the thread that pulls from it.

  private let descriptor: Int32
  private var offset = 0
  private let isSeekable: Bool

  /// Reads `descriptor`, which stays the caller's to close.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
    isSeekable = lseek(descriptor, 0, SEEK_CUR) >= 0
  }

  /// Bytes of the file, as it lies there; 0 for a pipe.
  ///
  /// The corresponding C function is `fstat`.
  public var fileSize: Int {
    var facts = stat()
    // Safe: the kernel fills one `stat`.
    guard isSeekable, unsafe fstat(descriptor, &facts) == 0 else { return 0 }
    return Int(facts.st_size)
  }

  /// The corresponding C functions are `pread` and, for pipes, `read`.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    while true {
      // Safe: the kernel writes at most `buffer.count` bytes into it.
      let count =
        isSeekable
        ? unsafe pread(descriptor, buffer.baseAddress, buffer.count, offset)
        : unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 {
        offset += count
        return count
      }
      if errno != EINTR { throw .unreadable(offset: UInt64(offset), errno: errno) }
    }
  }
}
