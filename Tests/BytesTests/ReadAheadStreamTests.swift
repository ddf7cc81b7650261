import Bytes
import Testing

struct ReadAheadStreamTests {
  private static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761) }

  @Test(arguments: [1, 7, 1000, 200_000], [1, 64, 4096])
  func `the bytes arrive in order`(piece: Int, block: Int) throws {
    let bytes = Array(Self.bytes.prefix(piece == 1 || block == 1 ? 2000 : 100_000))
    let source = MemoryStream(bytes, piece: piece)
    let stream = ReadAheadStream(over: source, blocks: 3, blockSize: block)
    #expect(try stream.readAll(step: 999) == bytes)
    #expect(try stream.readAll().isEmpty)
  }

  @Test func `an error comes after the bytes before it, and again`() throws {
    let failure = BytesError.unreadable(offset: 5, errno: 5)
    let source = MemoryStream(Array(Self.bytes.prefix(5)), piece: 2, failure: failure)
    let stream = ReadAheadStream(over: source, blockSize: 64)
    let block = ByteBuffer(capacity: 64)
    var got = 0
    #expect(throws: failure) {
      while true {
        got += unsafe try stream.read(
          into: UnsafeMutableBufferPointer(start: block.base, count: 64)
        )
      }
    }
    #expect(got == 5)
    #expect(throws: failure) { try stream.readAll() }
  }

  @Test func `a stream may be dropped before its end`() {
    for taken in [0, 1, 300] {
      let stream = ReadAheadStream(over: MemoryStream(Self.bytes), blocks: 2, blockSize: 128)
      let block = ByteBuffer(capacity: 512)
      var got = 0
      while got < taken {
        let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: taken - got)
        got += unsafe (try? stream.read(into: room)) ?? taken
      }
    }
  }

  @Test func `a head that was looked at is not read twice`() throws {
    let head = HeadStream(MemoryStream(Self.bytes, piece: 5000))
    try head.look(10_000)
    #expect(!head.isWhole)
    head.readAhead()
    #expect(try head.readAll(step: 4321) == Self.bytes)
    let short = HeadStream(MemoryStream(Array(Self.bytes.prefix(10))))
    try short.look(11)
    #expect(short.isWhole)
    #expect(try short.readAll() == Array(Self.bytes.prefix(10)))
  }
}
