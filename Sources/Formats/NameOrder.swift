/// The order of members in canonical JSON: by the UTF-16 code units of their names.
enum NameOrder {
  /// Whether the first name (UTF-8) stands before the second.
  static func isBefore(
    _ left: UnsafePointer<UInt8>,
    _ leftCount: Int,
    _ right: UnsafePointer<UInt8>,
    _ rightCount: Int
  ) -> Bool {
    // Safe: every index is below both counts.
    for index in 0..<min(leftCount, rightCount) {
      let one = unsafe left[index]
      let other = unsafe right[index]
      if one == other { continue }
      // Scalars past U+FFFF are surrogates in UTF-16: before U+E000, which UTF-8 begins with 0xEE.
      if one >= 0xF0, other == 0xEE || other == 0xEF { return true }
      if other >= 0xF0, one == 0xEE || one == 0xEF { return false }
      return one < other
    }
    return leftCount < rightCount
  }
}
