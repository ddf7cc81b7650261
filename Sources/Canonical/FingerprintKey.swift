import Bytes
import CHighwayHash
import Records

/// The secret of the keyed hash that makes fingerprints: drawn once for each ledger.
public struct FingerprintKey: Sendable, Hashable {
  private let words: [UInt64]

  /// A key of 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    var words: [UInt64] = []
    for word in 0..<4 {
      var value: UInt64 = 0
      for byte in (0..<8).reversed() { value = value << 8 | UInt64(bytes[word * 8 + byte]) }
      words.append(value)
    }
    self.words = words
  }

  /// Fingerprints the lines of a block, each without its LF.
  func fingerprint(_ block: CanonicalBlock) {
    let count = block.ends.count
    // Safe: a fingerprint is two words, the more significant first, which is how the hash is
    // written; `ends` lie within the lines.
    block.fingerprints = unsafe [Fingerprint](unsafeUninitializedCapacity: count) {
      buffer,
      initialized in
      unsafe words.withUnsafeBufferPointer { key in
        unsafe block.ends.withUnsafeBufferPointer { ends in
          guard let base = buffer.baseAddress, let key = key.baseAddress,
            let first = ends.baseAddress
          else { return }
          unsafe base.withMemoryRebound(to: UInt64.self, capacity: count * 2) {
            unsafe dm_fingerprints(key, block.lines.base, first, count, $0)
          }
        }
      }
      initialized = count
    }
  }
}
