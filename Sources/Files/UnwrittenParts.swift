import CLinux

/// Ranges of bytes that are being written: the kernel may take any number of bytes at a time.
struct UnwrittenParts {
  private var parts: [clinux_part]
  /// Parts that are written whole.
  private var written = 0

  /// All of the ranges but those that are empty.
  init(_ ranges: [Range<Int>]) {
    parts = ranges.compactMap {
      $0.isEmpty ? nil : clinux_part(offset: $0.lowerBound, count: $0.count)
    }
  }

  var isEmpty: Bool { written == parts.count }

  /// The ranges that are left.
  var ranges: [Range<Int>] { parts[written...].map { $0.offset..<$0.offset + $0.count } }

  func withParts<Result>(_ body: (UnsafeBufferPointer<clinux_part>) -> Result) -> Result {
    // Safe: the array's own memory, for this call only.
    unsafe parts[written...].withUnsafeBufferPointer { unsafe body($0) }
  }

  /// So many bytes more are written.
  mutating func skip(_ count: Int) {
    var rest = count
    while rest > 0 {
      let taken = min(rest, parts[written].count)
      parts[written].offset += taken
      parts[written].count -= taken
      rest -= taken
      if parts[written].count == 0 { written += 1 }
    }
  }
}
