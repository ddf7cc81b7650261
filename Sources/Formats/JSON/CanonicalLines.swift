import Bytes
import Glibc

/// Tells whether lines are canonical JSON objects (RFC 8785), byte for byte.
public struct CanonicalLines: Sendable {
  /// A line that is not what it should be.
  public struct Fault: Sendable, Hashable {
    /// The line in the block, counted from 0.
    public var line: Int
    /// What was found, in words.
    public var found: String
  }

  private let depth: Int

  /// Lines whose values are nested at most so deep.
  public init(depth: Int = FormatLimits().depth) {
    self.depth = depth
  }

  /// Looks at lines in their order.
  ///
  /// - Parameter bytes: whole lines, each ended by LF.
  /// - Returns: the first that is no canonical object; nil where all are.
  public func firstFault(in bytes: [UInt8]) -> Fault? {
    let block = ByteBuffer(capacity: bytes.count)
    block.append(contentsOf: bytes)
    var fragment = JSONFragment(limit: depth)
    let output = ByteBuffer(capacity: 1 << 12)
    var start = 0
    var line = 0
    while start < block.count {
      var end = start
      // Safe: both stay below the block's count; 64 bytes past it are readable.
      while end < block.count, unsafe block.base[end] != 0x0A { end += 1 }
      output.count = 0
      if let found = unsafe fault(block.base, start, end, &fragment, output) {
        return Fault(line: line, found: found)
      }
      start = end + 1
      line += 1
    }
    return nil
  }

  private func fault(
    _ base: UnsafeMutablePointer<UInt8>,
    _ start: Int,
    _ end: Int,
    _ fragment: inout JSONFragment,
    _ output: ByteBuffer
  ) -> String? {
    guard end > start, unsafe base[start] == UInt8(ascii: "{") else { return "not an object" }
    var cursor = unsafe JSONCursor(UnsafePointer(base), from: start, to: end)
    do throws(JSONFault) {
      try fragment.append(from: &cursor, to: output)
    } catch {
      return error.found
    }
    let count = end - start
    // Safe: both runs hold that many bytes.
    let isSame = unsafe output.count == count && memcmp(output.base, base + start, count) == 0
    return isSame ? nil : cursor.at < end ? "text behind the object" : "not in canonical form"
  }
}
