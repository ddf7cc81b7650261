import Bytes
import Foundation
import TestKit
import Testing

/// What other programs pack is read; each fixture is made by the system's own tool.
struct PackedFormatTests {
  private static let text = Array(
    (0..<4000).map { "\($0),name \($0 * 7919 % 1009),\($0 % 3 == 0 ? "x" : "")\n" }.joined().utf8
  )

  /// The tool that packs, and what its result is called.
  private static let tools: [(tool: String, compression: Compression)] = [
    ("bzip2", .bzip2), ("xz", .xz), ("zstd", .zstandard),
  ]

  private static func pack(_ tool: String, _ bytes: [UInt8]) throws -> [UInt8] {
    try Command.run(tool, ["-c", "-q"] + (tool == "zstd" ? ["--check"] : []), input: bytes).output
  }

  private func unpack(
    _ bytes: [UInt8],
    piece: Int = .max,
    step: Int = 1 << 16,
    limits: InflateLimits = InflateLimits()
  ) throws(BytesError) -> (content: [UInt8], compression: Compression, warnings: Int) {
    let opened = try Uncompressed(of: MemoryStream(bytes, piece: piece), limits: limits)
    let content = try opened.stream.readAll(step: step)
    return (content, opened.compression, opened.warnings.count)
  }

  @Test(arguments: 0..<3)
  func `what bzip2, xz and zstd packed comes out whole, at any split`(index: Int) throws {
    let (tool, compression) = Self.tools[index]
    let packed = try Self.pack(tool, Self.text)
    for (piece, step) in [(Int.max, 1 << 16), (1, 4096), (7, 13), (1000, 1)] {
      let got = try unpack(packed, piece: piece, step: step)
      #expect(got.content == Self.text)
      #expect(got.compression == compression)
      #expect(got.warnings == 0)
    }
  }

  @Test(arguments: 0..<3)
  func `members one behind the other are one content`(index: Int) throws {
    let tool = Self.tools[index].tool
    let head = Array(Self.text.prefix(300))
    let two = try Self.pack(tool, head) + Self.pack(tool, []) + Self.pack(tool, Self.text)
    #expect(try unpack(two, piece: 11).content == head + Self.text)
  }

  @Test(arguments: 0..<3)
  func `a cut at any byte is never taken for the end`(index: Int) throws {
    let (tool, _) = Self.tools[index]
    let packed = try Self.pack(tool, Array(Self.text.prefix(200)))
    for length in 12..<packed.count {
      #expect(throws: BytesError.compressedTruncated(offset: UInt64(length))) {
        try unpack(Array(packed.prefix(length)))
      }
    }
  }

  @Test(arguments: 0..<3)
  func `a changed bit is found or changes nothing`(index: Int) throws {
    let small = Array(Self.text.prefix(200))
    let packed = try Self.pack(Self.tools[index].tool, small)
    for bit in 80..<(packed.count * 8) {
      var damaged = packed
      damaged[bit / 8] ^= 1 << (bit % 8)
      guard let got = try? unpack(damaged) else { continue }
      #expect(got.content == small, "bit \(bit)")
    }
  }

  @Test(arguments: 0..<3)
  func `what unpacks too far is refused`(index: Int) throws {
    let packed = try Self.pack(Self.tools[index].tool, [UInt8](repeating: 0x20, count: 1 << 20))
    #expect(throws: BytesError.self) {
      try unpack(packed, limits: InflateLimits(ratio: 50, free: 1 << 16))
    }
  }

  @Test(arguments: [1, 5, .max])
  func `a zstd frame that gives less than its header says is damaged`(piece: Int) throws {
    // A single segment of 85 bytes whose only blocks are empty ones; then one that says and gives none.
    let wrong: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 85, 0, 0, 0, 1, 0, 0]
    #expect(throws: BytesError.self) { try unpack(wrong, piece: piece) }
    let right = wrong.prefix(5) + [0] + wrong.dropFirst(6)
    #expect(try unpack(Array(right), piece: piece).content == [])
  }

  @Test func `a text that begins as a packed file does is a text`() throws {
    for text in ["BZh,1\n2,3\n4,5\n", "BZh9;b\n1;2\n", "P*M\u{18},1\n2,3\n4,5\n6,7\n"] {
      let got = try unpack(Array(text.utf8))
      #expect(got.content == Array(text.utf8))
      #expect(got.compression == .none)
    }
  }

  @Test func `a zstd frame that wants more memory than allowed is refused in words`() throws {
    let words = ["-c", "-q", "--ultra", "-22", "--long=28"]
    let packed = try Command.run("zstd", words, input: [UInt8](repeating: 1, count: 9)).output
    let error = #expect(throws: BytesError.self) { try unpack(packed) }
    #expect(error?.message.contains("takes too much memory") == true)
  }
}
