import CKernels

/// What the backslashes of a run of COPY's text do to its lines.
struct CopyLook {
  /// A line end, a CR or a delimiter stands behind one: it is content, and the index would not know.
  private(set) var isIrregular = false
  /// One past the line that ends the table.
  private(set) var end: Int?

  /// Looks at `bytes`, which begin at a record's start.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ dialect: Dialect, isLast: Bool) {
    let lineEnd = dialect.lineEnd.byte
    let delimiter = dialect.delimiter[0]
    guard let base = bytes.baseAddress else { return }
    let sign = CopyText.backslash
    var at = 0
    var content = -1
    // Safe: the kernel reads between `at` and the count, and each subscript lies below it.
    while true {
      let place = unsafe dm_find_either(base, at, bytes.count, sign, sign)
      guard place + 1 < bytes.count else { return }
      let next = unsafe bytes[place + 1]
      if next == lineEnd || next == 0x0D || next == delimiter {
        isIrregular = true
        content = place + 1
      }
      let isStart = unsafe place == 0 || bytes[place - 1] == lineEnd && place - 1 != content
      if next == CopyText.end[1], isStart, dialect.quote == nil {
        var past = place + 2
        while past < bytes.count, lineEnd == 0x0A, unsafe bytes[past] == 0x0D { past += 1 }
        if past == bytes.count, isLast { end = past }
        if past < bytes.count, unsafe bytes[past] == lineEnd { end = past + 1 }
        if end != nil { return }
      }
      at = place + 2
    }
  }
}
