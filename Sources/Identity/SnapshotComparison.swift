import CKernels
import Files
import Records

/// A drop that is the whole truth and the state before it, side by side in the order of their keys.
public final class SnapshotComparison {
  /// Keys that the state has and the drop lacks.
  public private(set) var vanished: Int64 = 0
  /// Keys of the state.
  public var stateCount: Int64 { Int64(state?.header.count ?? 0) }

  private let state: OpenRun?
  private let drop: OpenRun?
  /// The keys of the drop that the state lacks, each with the place of its text.
  private let added: OpenRun?
  private let texts: TextFile
  private let hasChanges: Bool

  init(
    state: OpenRun?,
    drop: OpenRun?,
    added: OpenRun?,
    texts: TextFile,
    hasChanges: Bool
  ) throws(IdentityError) {
    self.state = state
    self.drop = drop
    self.added = added
    self.texts = texts
    self.hasChanges = hasChanges
    var old = try StateStream(state)
    var new = try StateStream(drop)
    while try Self.nextVanished(&old, &new) {
      vanished += 1
      try old.advance()
    }
  }

  /// Tells the text of each key that the drop lacks, its LF included.
  ///
  /// - Throws: ``IdentityError``, or what `body` throws.
  public func forEachVanished(_ body: (RawSpan) throws -> Void) throws {
    var old = try StateStream(state)
    var new = try StateStream(drop)
    while try Self.nextVanished(&old, &new) {
      // Safe: the text lies in the run, which lives as long as this.
      try body(unsafe RawSpan(_unsafeBytes: old.textBytes))
      try old.advance()
    }
  }

  /// Whether the state after the drop is another than before.
  func changesState(keepingVanished: Bool) -> Bool {
    hasChanges || vanished > 0 && !keepingVanished
  }

  /// Writes the state after the drop and syncs it; nil where it holds nothing.
  func write(
    to folder: RunFolder,
    keepingVanished: Bool
  ) throws(IdentityError) -> StoredRun? {
    if drop == nil, state == nil || !keepingVanished { return nil }
    return try folder.write(width: 2) { writer throws(IdentityError) in
      let out = try TextFile(in: folder)
      try merge(into: &writer, out, keepingVanished)
      try writer.add(out)
    }
  }
}

@available(*, unavailable)
extension SnapshotComparison: Sendable {}

extension SnapshotComparison {
  /// Goes on to the next state that the drop lacks; false at the end.
  private static func nextVanished(
    _ old: inout StateStream,
    _ new: inout StateStream
  ) throws(IdentityError) -> Bool {
    while let state = old.current {
      while let other = new.current, other.key < state.key { try new.advance() }
      if new.current?.key != state.key { return true }
      try old.advance()
    }
    return false
  }

  private func merge(
    into writer: inout RunWriter,
    _ out: TextFile,
    _ keepingVanished: Bool
  ) throws(IdentityError) {
    let map = try texts.map()
    var old = try StateStream(state)
    var new = try StateStream(drop)
    var text = try StateStream(added)
    var entries: [Fingerprint] = []
    while true {
      let (was, now) = (old.current, new.current)
      if let was, now.map({ was.key <= $0.key }) ?? true {
        // What both have keeps the state's text; what only the state has stays as it was, or goes.
        let isThere = now?.key == was.key
        if isThere || keepingVanished {
          entries += [was.key, isThere ? now?.record ?? was.record : was.record]
          unsafe try out.append(old.textBytes)
        }
        try old.advance()
        if isThere { try new.advance() }
      } else if let now {
        while let other = text.current, other.key < now.key { try text.advance() }
        guard let place = text.current?.record, text.current?.key == now.key else {
          preconditionFailure("a key of the drop has no text")
        }
        entries += [now.key, now.record]
        let range = Int(place.high)..<Int(place.high + place.low)
        unsafe try out.append(UnsafeRawBufferPointer(rebasing: map.buffer[range]))
        try new.advance()
      } else {
        break
      }
      guard entries.count >= 16_384 else { continue }
      try flush(&entries, to: &writer)
      unsafe dm_release(map.buffer.baseAddress, map.count)
    }
    try flush(&entries, to: &writer)
  }

  private func flush(
    _ entries: inout [Fingerprint],
    to writer: inout RunWriter
  ) throws(IdentityError) {
    // Safe: the array's memory, for this call only.
    unsafe try entries.span.withUnsafeBufferPointer { entries throws(IdentityError) in
      try filed { () throws(FileError) in unsafe try writer.append(entries) }
    }
    entries.removeAll(keepingCapacity: true)
  }
}
