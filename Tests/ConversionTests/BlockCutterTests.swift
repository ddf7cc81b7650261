import Bytes
import Formats
import Testing

@testable import Conversion

/// Content from memory.
private final class HeldStream: ByteStream, @unchecked Sendable {
  // Sendable because each test has its own.

  private let content: [UInt8]
  private var at = 0

  init(_ content: [UInt8]) { self.content = content }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let count = min(buffer.count, content.count - at)
    for index in 0..<count { unsafe buffer[index] = content[at + index] }
    at += count
    return count
  }
}

struct BlockCutterTests {
  @Test func `a document cut off where a block was full is told from a whole one`() throws {
    let text = "[" + String(repeating: "1,", count: BlockCutter.blockSize)
    let content = Array(text.utf8.prefix(BlockCutter.blockSize - 1))
    #expect(content.last == UInt8(ascii: ","))
    for count in [content.count, content.count - 2] {
      // The first byte is white space, so that the block is filled to its last byte.
      let start = Array(repeating: UInt8(ascii: " "), count: BlockCutter.blockSize - count)
      let layout = JSONLayout(.array([]), of: .value)
      let cutter = BlockCutter(
        stream: HeldStream(start + content[..<count]),
        splitter: JSONSplitter(layout: layout)
      )
      let block = ByteBlock(capacity: BlockCutter.blockSize)
      #expect(try cutter.next(into: block))
      #expect(throws: ConversionError.self) { try cutter.next(into: block) }
    }
  }
}
