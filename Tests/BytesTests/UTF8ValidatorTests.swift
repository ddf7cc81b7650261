import Bytes
import CKernels
import Testing

struct UTF8ValidatorTests {
  private static let good = [
    "", "plain", "é", "日本語", "🦊🦊", "\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}",
    "\u{d7ff}\u{e000}", String(repeating: "añ→🦊", count: 40),
  ]
  private static let bad: [[UInt8]] = [
    [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xc3, 0x28], [0xe0, 0x9f, 0xbf],
    [0xe2, 0x28, 0xa1],
    [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0xa6],
    [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xc3, 0xa9, 0xa9],
  ]

  /// Where the valid part ends, asked of the standard library.
  private func truth(_ bytes: [UInt8]) -> Int {
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    var end = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): end += UTF8.encode(scalar)?.count ?? 0
      case .emptyInput, .error: return end
      }
    }
  }

  private func valid(_ bytes: [UInt8], variant: Int32) -> Int {
    // Safe: a copy of its own, so that the sanitizer sees any byte read past the end.
    unsafe bytes.withUnsafeBufferPointer { held in
      guard let base = held.baseAddress else { return 0 }
      return unsafe dm_utf8_valid_variant(variant, base, held.count)
    }
  }

  @Test func `every variant finds the same end`() {
    var generator = SplitMix(seed: 7)
    var texts: [[UInt8]] = Self.good.map { Array($0.utf8) } + Self.bad
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      while bytes.count < generator.next(below: 300) {
        let text = generator.pick(Self.good)
        bytes += Array(text.utf8).prefix(generator.next(below: 90))
        if generator.next(below: 8) == 0 { bytes += generator.pick(Self.bad) }
        if generator.next(below: 3) == 0 {
          bytes += [UInt8](repeating: 65, count: generator.next(below: 80))
        }
      }
      texts.append(bytes)
    }
    for bytes in texts {
      let end = truth(bytes)
      for variant: Int32 in 0...2 where dm_utf8_has_variant(variant) {
        #expect(valid(bytes, variant: variant) == end, "variant \(variant): \(bytes)")
      }
    }
  }

  @Test func `a text cut anywhere is judged as the whole is`() {
    for bytes in Self.good.map({ Array(("ab" + $0 + "z").utf8) }) + Self.bad.map({ [65] + $0 }) {
      let end = truth(bytes)
      for cut in 0...bytes.count {
        for second in cut...bytes.count {
          var validator = UTF8Validator()
          for piece in [bytes[..<cut], bytes[cut..<second], bytes[second...]] {
            unsafe piece.withUnsafeBufferPointer { _ = unsafe validator.update($0) }
          }
          let isGood = validator.finish()
          #expect(isGood == (end == bytes.count), "\(bytes) at \(cut), \(second)")
          #expect(
            validator.mistake == (isGood ? nil : UInt64(end)),
            "\(bytes) at \(cut), \(second)"
          )
        }
      }
    }
  }
}

/// Numbers that a seed names.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[next(below: elements.count)]
  }
}
