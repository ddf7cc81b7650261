import Bytes
import Testing

/// Texts of all lengths around the kernels' blocks, with bytes of every kind.
private let texts: [[UInt8]] = (0..<70).flatMap { length -> [[UInt8]] in
  var state = UInt64(length) &* 0x9E37_79B9_7F4A_7C15 | 1
  func next() -> UInt8 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt8(truncatingIfNeeded: state >> 24)
  }
  let any = (0..<length).map { _ in next() }
  return [any, any.map { 0x20 + $0 % 0x60 }, any.map { $0 % 0x30 }]
}

struct ByteSearchTests {
  @Test func `places and sums are those of a plain loop`() {
    let marked = (0..<256).map { $0 % 3 == 0 }
    // Before a space a byte adds one more, and is never large.
    let plain: [UInt64] = (0..<256).map { $0 % 5 == 0 ? UInt64(1) << 40 : UInt64($0) }
    let spaced: [UInt64] = (1...256).map(UInt64.init)
    let steps = plain + spaced
    for text in texts {
      for start in [0, text.count / 3] {
        let range = start..<text.count
        func step(_ at: Int) -> UInt64 {
          let isSpaced = at + 1 < text.count && text[at + 1] == 0x20
          return steps[Int(text[at]) + (isSpaced ? 256 : 0)]
        }
        #expect(
          text.places(of: marked, in: range) == range.filter { text[$0] % 3 == 0 }.map(Int32.init)
        )
        let (sums, large) = text.sums(of: steps, in: range, large: 1 << 40)
        #expect(large == range.filter { step($0) == 1 << 40 }.map(Int32.init))
        #expect(
          sums
            == range.reduce(into: [0]) { sums, at in
              sums.append(sums[sums.count - 1] + step(at))
            }
        )
      }
    }
  }

  @Test func `control characters that no text holds are found wherever they stand`() {
    let controls = Set([0x00] + Array(0x03...0x08) + Array(0x0E...0x19)) as Set<UInt8>
    for text in texts {
      #expect(text.hasControls(upTo: 60) == text.prefix(60).contains { controls.contains($0) })
    }
    for byte in 0..<UInt8(64) {
      var text = [UInt8](repeating: 0x61, count: 40)
      text[17] = byte
      #expect(text.hasControls(upTo: 40) == controls.contains(byte))
    }
  }

  @Test func `characters are counted by their first bytes`() {
    for length in 0..<70 {
      let text = String(repeating: "aé→🦊", count: length)
      #expect(UTF8Census(of: Array(text.utf8)).characters == UInt64(length * 3))
    }
  }
}
