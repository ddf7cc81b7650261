import Bytes
import Formats

/// Fills blocks from a stream so that each holds whole records.
final class BlockCutter {
  /// Bytes of a block, unless a single record is longer.
  static let blockSize = 1 << 18

  private let stream: any ByteStream
  private var splitter: any RecordSplitter
  private let carry = ByteBuffer(capacity: 64)
  private var isAtEnd = false
  /// The splitter knows that nothing follows: only then can it say that something is missing.
  private var isToldEnd = false
  private var index = 0
  private var offset: UInt64 = 0

  init(stream: any ByteStream, splitter: any RecordSplitter) {
    self.stream = stream
    self.splitter = splitter
  }

  /// Whether the stream has ended and no byte of it is left.
  var isExhausted: Bool { isAtEnd && carry.count == 0 }

  /// Fills `block` with the next whole records; false at the end.
  func next(into block: ByteBlock) throws(ConversionError) -> Bool {
    let storage = block.storage
    storage.count = 0
    unsafe storage.append(carry.base, carry.count)
    carry.count = 0
    var target = Self.blockSize
    while true {
      try fill(storage, to: target)
      if isToldEnd && storage.count == 0 { return false }
      isToldEnd = isAtEnd
      let split: Split
      do {
        split = unsafe try splitter.split(storage.bytes, isLast: isAtEnd)
      } catch {
        throw .format(error)
      }
      if split.end > split.start {
        block.hold(split)
        block.index = index
        block.offset = offset
        unsafe carry.append(storage.base + split.next, storage.count - split.next)
        offset += UInt64(split.next)
        index += 1
        return true
      }
      if isAtEnd { return false }
      let rest = storage.count - split.next
      unsafe storage.base.update(from: storage.base + split.next, count: rest)
      storage.count = rest
      offset += UInt64(split.next)
      if split.next == 0 { target = max(target, storage.count) * 2 }
    }
  }

  private func fill(_ storage: ByteBuffer, to target: Int) throws(ConversionError) {
    storage.reserve(max(0, target - storage.count))
    while !isAtEnd, storage.count < target {
      // Safe: `reserve` made room for `target` bytes.
      let room = unsafe UnsafeMutableBufferPointer(
        start: storage.base + storage.count,
        count: target - storage.count
      )
      do {
        let got = unsafe try stream.read(into: room)
        storage.count += got
        if got == 0 { isAtEnd = true }
      } catch {
        throw .bytes(error)
      }
    }
  }
}
