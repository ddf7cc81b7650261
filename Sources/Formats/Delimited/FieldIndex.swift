import CKernels

/// Where the fields and records of a block of delimited text end; kept from block to block.
@safe
final class FieldIndex {
  /// Offsets of delimiters and line ends outside quotes; the last one ends a record.
  private(set) var places: UnsafeMutablePointer<UInt32>
  /// Which of the places end records.
  private(set) var ends: UnsafeMutablePointer<UInt32>
  /// A bit for each byte that needs care: quotes, escapes, control bytes.
  private(set) var care: UnsafeMutablePointer<UInt64>
  /// Places in use.
  private(set) var placeCount = 0
  /// Records.
  private(set) var endCount = 0
  private var capacity = 0

  init() {
    // Safe: each is freed once, in deinit, and replaced only by `grow`.
    unsafe places = .allocate(capacity: 1)
    unsafe ends = .allocate(capacity: 1)
    unsafe care = .allocate(capacity: 1)
  }

  deinit { free() }

  private func free() {
    unsafe places.deallocate()
    unsafe ends.deallocate()
    unsafe care.deallocate()
  }

  private func grow(_ count: Int) {
    free()
    capacity = count
    // Safe: the room that the kernel asks for, and one place more for a missing line end. Pages that
    // it does not come to are never touched.
    unsafe places = .allocate(capacity: count + 65)
    unsafe ends = .allocate(capacity: count + 2)
    unsafe care = .allocate(capacity: count / 64 + 3)
  }

  /// Lists the fields of `count` bytes, of which there is at least one; 64 behind them are readable.
  func list(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ kernel: dm_dialect) {
    if count > capacity { grow(count) }
    // Safe: `grow` made the room that the kernel asks for.
    let found = unsafe dm_index_fields(bytes, count, kernel, places, ends, care)
    placeCount = found.places
    endCount = found.ends
    let isEnded = unsafe found.ends > 0 && places[Int(ends[found.ends - 1])] == UInt32(count - 1)
    if !isEnded {
      unsafe ends[endCount] = UInt32(placeCount)
      unsafe places[placeCount] = UInt32(count)
      placeCount += 1
      endCount += 1
    }
  }
}
