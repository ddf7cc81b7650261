extension TextEncoding {
  /// Bytes in this encoding as UTF-8, without a byte-order mark; for what it cannot hold U+FFFD, or
  /// with `marks` the byte 0xFF.
  ///
  /// For the beginning of a drop; all of it goes through `DecodeStream`.
  ///
  /// - Throws: `BytesError.unknownEncoding`.
  public func decode(_ bytes: [UInt8], marks: Bool = false) throws(BytesError) -> [UInt8] {
    let source = ArrayStream(bytes)
    let stream = try DecodeStream(over: source, encoding: self, replaces: true, marks: marks)
    let block = ByteBuffer(capacity: 1 << 16)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    while true {
      // Safe: the stream fills at most the block's capacity.
      let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
      let count = unsafe try stream.read(into: room)
      if count == 0 { return result }
      unsafe result.append(contentsOf: room.prefix(count))
    }
  }

  /// How many of the bytes are whole, valid UTF-8 before the first that are not.
  public static func validUTF8(_ bytes: [UInt8]) -> Int {
    var validator = UTF8Validator()
    // Safe: the array outlives the call.
    unsafe bytes.withUnsafeBufferPointer { _ = unsafe validator.update($0) }
    validator.finish()
    return validator.mistake.map { Int($0) } ?? bytes.count
  }
}

// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// Bytes that lie in memory.
public final class ArrayStream: ByteStream, @unchecked Sendable {
  private let bytes: [UInt8]
  private var position = 0

  /// Gives out `bytes`.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Takes the next bytes.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let count = min(buffer.count, bytes.count - position)
    // Safe: both hold `count` bytes; the array outlives the call.
    unsafe bytes.withUnsafeBufferPointer { held in
      guard count > 0, let base = held.baseAddress else { return }
      unsafe buffer.baseAddress?.update(from: base + position, count: count)
    }
    position += count
    return count
  }
}
