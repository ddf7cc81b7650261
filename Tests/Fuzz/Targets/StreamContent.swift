import Bytes

/// All that a stream gave until its end or its failure.
struct StreamContent: Equatable {
  private(set) var bytes: [UInt8] = []
  /// The code of what ended it before its time.
  private(set) var failure: String?

  /// Reads a stream to its end, `piece` bytes at a time at most.
  init(piece: Int, _ open: () throws(BytesError) -> any ByteStream) {
    let block = ByteBuffer(capacity: 1 << 12)
    do throws(BytesError) {
      let stream = try open()
      while true {
        // Safe: the stream fills at most the block's capacity.
        let room = unsafe UnsafeMutableBufferPointer(
          start: block.base,
          count: min(block.capacity, piece)
        )
        let count = unsafe try stream.read(into: room)
        if count == 0 { return }
        unsafe bytes.append(contentsOf: room.prefix(count))
      }
    } catch {
      failure = error.code
    }
  }
}

/// Bytes that come a few at a time.
final class PieceStream: ByteStream, @unchecked Sendable {
  // Sendable because a stream has one owner at a time: the thread that pulls from it.
  private let bytes: [UInt8]
  private let piece: Int
  private var at = 0

  init(_ bytes: [UInt8], piece: Int) {
    self.bytes = bytes
    self.piece = piece
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let count = min(piece, buffer.count, bytes.count - at)
    // Safe: the buffer has room for `count` bytes.
    for index in 0..<count { unsafe buffer[index] = bytes[at + index] }
    at += count
    return count
  }
}
