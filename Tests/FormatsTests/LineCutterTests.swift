import Bytes
import Formats
import TestKit
import Testing

@Suite struct LineCutterTests {
  /// The lines cut, with `|` between the fields.
  private func cut(_ text: String, _ widths: FixedWidth) -> String {
    let bytes = widths.cut(Array(text.utf8), .lineFeed).text
    return String(decoding: bytes, as: UTF8.self).replacing("\u{1F}", with: "|")
  }

  @Test func `stated widths cut at their places, whatever stands there`() {
    let widths = FixedWidth(widths: [3, 4, 2])
    #expect(cut("001Anna7\n", widths) == "001|Anna|7\n")
    #expect(cut("  1 Ann12 and more\r\n", widths) == "1|Ann|12 and more\r\n")
    #expect(cut("1\n\n", widths) == "1||\n\n")
  }

  @Test func `places are characters, not bytes`() {
    #expect(cut("Jürgen 1\nAnna   2\n", FixedWidth(gaps: [6..<7])) == "Jürgen|1\nAnna|2\n")
    #expect(cut("Łódź€1\n", FixedWidth(widths: [4, 1, 1])) == "Łódź|€|1\n")
  }

  @Test(arguments: [
    // The gap is characters 4 to 7.
    ("Anna    12\n", "Anna|12\n"), ("Annabel 12\n", "Annabel|12\n"), ("Anna   123\n", "Anna|123\n"),
    ("Ann Bo  12\n", "Ann Bo|12\n"), ("Anna B  12\n", "Anna B|12\n"), ("Anna\n", "Anna|\n"),
    ("        12\n", "|12\n"), ("Annabella2\n", "Annabella2\n"), ("Anna  x 12\n", "Anna|x 12\n"),
  ])
  func `a value may reach into a gap; one that fills it leaves the line whole`(
    line: String,
    fields: String
  ) {
    #expect(cut(line, FixedWidth(gaps: [4..<8])) == fields)
  }

  @Test func `a value apart from both columns leaves the line whole`() {
    #expect(cut("Anna   x   12\n", FixedWidth(gaps: [4..<11])) == "Anna   x   12\n")
  }

  @Test func `a drawn line stays whole`() {
    #expect(cut("---- ----\n", FixedWidth(gaps: [4..<5])) == "---- ----\n")
    #expect(cut("  -1   -2\n", FixedWidth(gaps: [4..<5])) == "-1|-2\n")
  }

  @Test func `a line with the separator in it gets another width than the table`() {
    let fields = cut("An\u{1F}a 12\n", FixedWidth(gaps: [4..<5])).split(
      separator: "|",
      omittingEmptySubsequences: false
    )
    #expect(fields.count > 2)
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1 << 16])
  func `a stream gives the same text, however it is read`(piece: Int) throws {
    let lines = (1...3_000).map {
      "\($0)".padding(to: 8) + "Jürgen".padding(to: $0 % 9 + 8) + "x\n"
    }
    let text = Array((lines.joined() + "last    one").utf8)
    let widths = FixedWidth(gaps: [4..<8, 14..<15])
    let stream = FixedWidthStream(
      over: PieceStream(text, piece: piece),
      widths,
      lineEnd: .lineFeed,
      lineLimit: 1 << 20
    )
    var given: [UInt8] = []
    let block = ByteBuffer(capacity: 100)
    while true {
      // Safe: the stream fills at most the block's capacity.
      let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
      block.count = unsafe try stream.read(into: room)
      if block.count == 0 { break }
      given += unsafe Array(block.bytes)
    }
    #expect(given == widths.cut(text, .lineFeed).text)
  }
}

/// Bytes that come in small pieces.
// Sendable because a test owns it alone.
private final class PieceStream: ByteStream, @unchecked Sendable {
  private var rest: ArraySlice<UInt8>
  private let piece: Int

  init(_ bytes: [UInt8], piece: Int) {
    rest = bytes[...]
    self.piece = piece
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    let next = rest.prefix(min(piece, buffer.count))
    // Safe: no more than the buffer has room for.
    for (index, byte) in next.enumerated() { unsafe buffer[index] = byte }
    rest = rest.dropFirst(next.count)
    return next.count
  }
}

extension String {
  fileprivate func padding(to count: Int) -> String {
    self + String(repeating: " ", count: max(0, count - self.count))
  }
}
