import Bytes
import Testing

struct UTF8CensusTests {
  private func census(_ bytes: [UInt8], piece: Int) -> UTF8Census {
    var census = UTF8Census()
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = Array(bytes[start..<min(start + piece, bytes.count)])
      // Safe: the array outlives the call.
      unsafe part.withUnsafeBufferPointer { unsafe census.add($0) }
    }
    census.finish()
    return census
  }

  @Test(
    arguments: [
      ([0x61], 0, 0, nil), (Array("aé→🦊".utf8), 3, 0, nil), ([0x61, 0xFF, 0xC3, 0xA9], 1, 1, 1),
      // A character that is cut off is one mistake, and what follows it counts.
      ([0xE2, 0x86, 0x61, 0xE2, 0x86, 0xE2, 0x86, 0x92, 0xF0, 0x9F], 1, 3, 0),
      // Surrogates, overlong forms and what lies past Unicode: each byte is a mistake.
      ([0xED, 0xA0, 0x80], 0, 3, 0), ([0xC0, 0x80], 0, 2, 0), ([0xF5, 0x80, 0x80, 0x80], 0, 4, 0),
      ([0x61, 0x62, 0xC3], 0, 1, 2),
    ] as [([UInt8], UInt64, UInt64, UInt64?)]
  )
  func `characters and mistakes are counted, in pieces of any size`(
    bytes: [UInt8],
    characters: UInt64,
    mistakes: UInt64,
    first: UInt64?
  ) {
    for piece in 1...11 {
      let found = census(bytes, piece: piece)
      #expect(found.characters == characters)
      #expect(found.mistakes == mistakes)
      #expect(found.firstMistake == first)
    }
  }

  @Test func `more than four characters stand against a mistake`() {
    for (count, outweighs) in [(4, false), (5, true)] {
      let text = Array(String(repeating: "é", count: count).utf8)
      #expect(census(text + [0xFC], piece: 3).outweighs == outweighs)
    }
  }
}
