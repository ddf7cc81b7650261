import Glibc

/// Byte-order marks inside a text: files that each began with one were put one behind the other.
public enum InnerMarks: Sendable {
  private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// Takes out the marks (UTF-8) that stand at the beginnings of lines, the first line's included.
  ///
  /// - Parameter bytes: what is left moves to their front.
  /// - Returns: how many marks there were, and where the text ends now.
  public static func remove(
    from bytes: UnsafeMutableBufferPointer<UInt8>
  ) -> (count: Int, end: Int) {
    guard let base = bytes.baseAddress else { return (0, 0) }
    var count = 0
    var from = 0
    var end = 0
    while let at = unsafe next(UnsafeBufferPointer(bytes), from: from) {
      // Safe: both runs lie in the bytes; they may overlap, which `memmove` allows.
      if count > 0 { unsafe memmove(base + end, base + from, at - from) }
      end += at - from
      from = at + mark.count
      count += 1
    }
    guard count > 0 else { return (0, bytes.count) }
    unsafe memmove(base + end, base + from, bytes.count - from)
    return (count, end + bytes.count - from)
  }

  /// The text without its inner marks.
  public static func removed(from text: [UInt8]) -> [UInt8] {
    guard text.contains(mark[0]) else { return text }
    var text = text
    // Safe: the array outlives the call.
    let end = unsafe text.withUnsafeMutableBufferPointer { unsafe remove(from: $0).end }
    text.removeSubrange(end...)
    return text
  }

  private static func next(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var from = start
    while from + mark.count <= bytes.count {
      // Safe: `memchr` looks at the bytes behind `from` alone; it is the fastest way over text
      // that has no such byte, as most has not.
      guard let found = unsafe memchr(base + from, 0xef, bytes.count - from - 2) else { return nil }
      let at = unsafe found - UnsafeMutableRawPointer(mutating: base)
      let isFirst = unsafe at == start || base[at - 1] == 0x0a || base[at - 1] == 0x0d
      if unsafe isFirst && base[at + 1] == mark[1] && base[at + 2] == mark[2] { return at }
      from = at + 1
    }
    return nil
  }
}
