import Records

/// Looks fingerprints up in runs, and keeps what that maps within an allowance.
///
/// Where the runs fit, they are mapped as a whole. Where they don't, keys are read one by one: a
/// mapping that is given back again and again costs more. Pages that are given back stay in the
/// system's cache.
struct Lookups {
  /// The bytes that may be mapped at a time.
  var allowance: Int
  /// Whether keys were mapped the last time.
  private var mapsKeys = false

  /// Rows between two times that mapped indices are given back which don't fit themselves.
  private static let stride = 1_024

  init(allowance: Int) {
    self.allowance = allowance
  }

  /// Sets `known` where a fingerprint stands in one of the runs, and `latest` to what stands behind
  /// it in the first of them that has it.
  ///
  /// - Throws: ``IdentityError/files(_:)`` when keys can't be read.
  mutating func find(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    known: UnsafeMutableBufferPointer<UInt8>,
    latest: UnsafeMutableBufferPointer<Fingerprint>? = nil,
    in runs: [OpenRun]
  ) throws(IdentityError) {
    if runs.isEmpty { return }
    let fits = runs.reduce(0) { $0 + $1.mappedSize(mappingKeys: true) } <= allowance
    let indexFits = runs.reduce(0) { $0 + $1.mappedSize(mappingKeys: false) } <= allowance
    if mapsKeys, !fits { Self.release(runs) }
    mapsKeys = fits
    var done = 0
    while done < rows.count {
      let end = indexFits ? rows.count : min(done + Self.stride, rows.count)
      // Safe: there is a flag for each row; the callers say so.
      let part = unsafe UnsafeBufferPointer(rebasing: rows[done..<end])
      let flags = unsafe UnsafeMutableBufferPointer(rebasing: known[done..<end])
      let values = unsafe latest.map { unsafe UnsafeMutableBufferPointer(rebasing: $0[done..<end]) }
      for run in runs {
        unsafe try run.find(part, known: flags, latest: values, mappingKeys: fits)
      }
      if !indexFits { Self.release(runs) }
      done = end
    }
  }

  private static func release(_ runs: [OpenRun]) {
    for run in runs { run.release() }
  }
}
