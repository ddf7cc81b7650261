import CHighwayHash
import TestKit
import Testing

struct FingerprintTests {
  /// The words of lines of these lengths, hashed beside each other and one by one by the library.
  private func hashes(of lengths: [Int], seed: UInt64) -> (ours: [UInt64], library: [UInt64]) {
    var generator = SeededGenerator(seed: seed)
    let key = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &generator) }
    var ends: [UInt32] = []
    for length in lengths { ends.append((ends.last ?? 0) + UInt32(length) + 1) }
    // Three bytes behind the last line may be read.
    let bytes = (0..<(ends.last ?? 0) + 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var ours = [UInt64](repeating: 0, count: 2 * lengths.count)
    var library = ours
    unsafe dm_fingerprints(key, bytes, ends, ends.count, &ours)
    unsafe dm_fingerprints_one_by_one(key, bytes, ends, 0, ends.count, &library)
    return (ours, library)
  }

  @Test func `a line of any length has the hash of the library`() {
    for length in 0...200 {
      let (ours, library) = hashes(of: [length, length, length], seed: 1)
      #expect(ours == library)
    }
  }

  @Test func `a line has its hash whichever line is beside it`() {
    for one in 0...70 {
      for other in 0...70 {
        let (ours, library) = hashes(of: [one, other, 40, other, one], seed: UInt64(one))
        #expect(ours == library, "lines of \(one) and \(other) bytes")
      }
    }
  }

  @Test func `no line is left out`() {
    for count in 0...20 {
      let (ours, library) = hashes(of: (0..<count).map { $0 * 37 % 300 }, seed: 3)
      #expect(ours == library)
    }
  }
}
