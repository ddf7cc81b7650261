import Files
public import Records

extension RunFolder {
  /// Writes a snapshot's state anew, without some of its keys, and syncs it.
  ///
  /// Nothing of those keys is left in it: neither text nor fingerprint. The folder's sync is the caller's.
  ///
  /// - Parameters:
  ///   - state: The state as it is.
  ///   - isGone: Says of a key's fingerprint and text, its LF included, whether it goes.
  /// - Returns: The new run, nil where it would hold nothing; or the state itself where no key goes.
  /// - Throws: ``IdentityError``.
  public func forgetting(
    in state: StoredRun,
    where isGone: (Fingerprint, [UInt8]) -> Bool
  ) throws(IdentityError) -> StoredRun? {
    let run = try OpenRun(state, in: self)
    var kept = 0
    var count = 0
    var counter = try StateStream(run)
    while let next = counter.current {
      // Safe: the text is copied.
      if unsafe !isGone(next.key, Array(counter.textBytes)) { kept += 1 }
      count += 1
      try counter.advance()
    }
    if kept == count { return state }
    if kept == 0 { return nil }
    return try write(width: 2) { writer throws(IdentityError) in
      let texts = try TextFile(in: self)
      var stream = try StateStream(run)
      var entries: [Fingerprint] = []
      while let next = stream.current {
        // Safe: the text lies in the run, which lives to the end of the call.
        if unsafe !isGone(next.key, Array(stream.textBytes)) {
          entries += [next.key, next.record]
          unsafe try texts.append(stream.textBytes)
        }
        try stream.advance()
        guard entries.count >= 16_384 || stream.current == nil, !entries.isEmpty else { continue }
        // Safe: the array's memory, for this call only.
        unsafe try entries.span.withUnsafeBufferPointer { entries throws(IdentityError) in
          try filed { () throws(FileError) in unsafe try writer.append(entries) }
        }
        entries.removeAll(keepingCapacity: true)
      }
      try writer.add(texts)
    }
  }
}
