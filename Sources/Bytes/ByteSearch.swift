internal import CKernels

extension [UInt8] {
  /// The first place in `range` that holds one of two bytes; the range's end where none does.
  ///
  /// The range must lie within the array.
  public func firstPlace(of one: UInt8, or other: UInt8, in range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes that are not there")
    // Safe: the range lies within the array, and nothing past its end is read.
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return range.upperBound }
      return unsafe dm_find_either(base, range.lowerBound, range.upperBound, one, other)
    }
  }
}
