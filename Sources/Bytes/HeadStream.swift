// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// A stream whose first bytes can be looked at before they are read.
public final class HeadStream: ByteStream, @unchecked Sendable {
  /// The source has no bytes behind those that are at hand.
  public private(set) var isWhole = false

  private var source: any ByteStream
  private let buffer: ByteBuffer
  private var start = 0

  /// Looks at and reads `source`; `room` are the bytes that are likely to be looked at.
  public init(_ source: any ByteStream, room: Int = 1 << 14) {
    self.source = source
    buffer = ByteBuffer(capacity: room)
  }

  /// The bytes at hand: what `look` fetched and `read` has not taken yet.
  public var head: UnsafeBufferPointer<UInt8> {
    // Safe: `start` never passes the buffer's count.
    unsafe UnsafeBufferPointer(start: buffer.base + start, count: buffer.count - start)
  }

  /// A copy of the bytes at hand.
  public var headBytes: [UInt8] { unsafe Array(head) }

  /// Fetches until `count` bytes are at hand, or all there are; then `isWhole` is set.
  public func look(_ count: Int) throws(BytesError) {
    while buffer.count - start < count && !isWhole {
      buffer.reserve(start + count - buffer.count)
      // Safe: the source fills at most what the buffer has room for.
      let room = unsafe UnsafeMutableBufferPointer(
        start: buffer.base + buffer.count,
        count: buffer.capacity - buffer.count
      )
      let got = unsafe try source.read(into: room)
      buffer.count += got
      if got == 0 { isWhole = true }
    }
  }

  /// From now on the source is read on a thread of its own, a few blocks ahead.
  ///
  /// Worth it where much is left: a thread is made. Does nothing once the source has ended.
  public func readAhead() {
    if !isWhole { source = ReadAheadStream(over: source) }
  }

  /// Takes what is at hand, then reads the source.
  public func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let held = unsafe head
    guard !held.isEmpty, let first = held.baseAddress else {
      return isWhole ? 0 : unsafe try source.read(into: target)
    }
    let count = min(held.count, target.count)
    // Safe: both runs hold at least `count` bytes.
    unsafe target.baseAddress?.update(from: first, count: count)
    start += count
    return count
  }
}
