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

  /// The places in `range` that hold bytes for which `marked` is true, in order.
  ///
  /// The range must lie within the array, and be of less than 2 GiB; `marked` has 256 places.
  public func places(of marked: [Bool], in range: Range<Int>) -> [Int32] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes that are not there")
    precondition(marked.count == 256 && range.upperBound <= Int(Int32.max))
    return unsafe [Int32](unsafeUninitializedCapacity: range.count) { places, found in
      // Safe: the range lies within the array, and there is room for a place for each of its bytes.
      unsafe withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress, let room = places.baseAddress else { return }
        found = unsafe dm_list_places(
          base,
          range.lowerBound,
          range.upperBound,
          marked,
          room
        )
      }
    }
  }

  /// The sums of a step for each byte in `range`: before each of them and behind the last; and the
  /// places of bytes whose step is `large` or more.
  ///
  /// The range must lie within the array, and be of less than 2 GiB; there are 512 `steps`, the second
  /// half for bytes before a space in the range; no sum may be past 64 bits.
  public func sums(
    of steps: [UInt64],
    in range: Range<Int>,
    large: UInt64
  ) -> (sums: [UInt64], places: [Int32]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes that are not there")
    precondition(steps.count == 512 && range.upperBound <= Int(Int32.max))
    var places: [Int32] = []
    let sums = unsafe [UInt64](unsafeUninitializedCapacity: range.count + 1) { sums, made in
      places = unsafe [Int32](unsafeUninitializedCapacity: range.count) { places, found in
        // Safe: the range lies within the array, and there is room for all sums and places.
        unsafe withUnsafeBufferPointer { bytes in
          guard let base = bytes.baseAddress, let room = places.baseAddress,
            let first = sums.baseAddress
          else { return }
          found = unsafe dm_sum_steps(
            base,
            range.lowerBound,
            range.upperBound,
            steps,
            large,
            first,
            room
          )
          made = range.count + 1
        }
      }
    }
    return (sums.isEmpty ? [0] : sums, places)
  }

  /// Whether one of the first `limit` bytes is a control character that no text holds: 00, 03 to 08,
  /// 0E to 19.
  public func hasControls(upTo limit: Int) -> Bool {
    // Safe: no more than the array's bytes are read.
    unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      return unsafe dm_has_control(base, Swift.min(limit, bytes.count))
    }
  }
}
