import Bytes

/// Bytes that lie in memory, given out in pieces.
// Sendable because a test owns it alone.
final class MemoryStream: ByteStream, @unchecked Sendable {
  private let bytes: [UInt8]
  private let piece: Int
  private let failure: BytesError?
  private var position = 0

  /// Gives at most `piece` bytes a call, and `failure` in place of the end.
  init(_ bytes: [UInt8], piece: Int = .max, failure: BytesError? = nil) {
    self.bytes = bytes
    self.piece = piece
    self.failure = failure
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let count = min(piece, buffer.count, bytes.count - position)
    if count == 0, let failure { throw failure }
    // Safe: `count` fits both.
    for index in 0..<count { unsafe buffer[index] = bytes[position + index] }
    position += count
    return count
  }
}

extension ByteStream {
  /// All that the stream still holds, read by `step` bytes.
  func readAll(step: Int = 1 << 16) throws(BytesError) -> [UInt8] {
    let block = ByteBuffer(capacity: step)
    var all: [UInt8] = []
    while true {
      // Safe: the stream fills at most `step` bytes of the block.
      let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: step)
      let count = unsafe try read(into: room)
      if count == 0 { return all }
      unsafe all.append(contentsOf: room.prefix(count))
    }
  }
}
