import Files
public import Records
import Synchronization

/// The fingerprints of a group of drops on their way into the set.
///
/// What is new among them is known from then on to the session, and to nobody else. One drop after another: ``mark()`` begins the next, ``restart()`` throws the current one away.
/// Memory stays within the budget: what is past it is spilled to files without names.
public final class IdentitySession: Sendable {
  private let set: IdentitySet
  private let folder: RunFolder
  private let state: Mutex<SessionState>

  init(_ set: IdentitySet, folder: RunFolder, memory: IdentityMemory) throws(IdentityError) {
    self.set = set
    self.folder = folder
    state = Mutex(try SessionState(memory: memory))
  }

  /// How many new fingerprints the session holds.
  public var count: Int { state.withLock { $0.count } }

  /// Takes the next fingerprints of the current drop, and says which of them are new.
  ///
  /// - Parameters:
  ///   - fingerprints: In the order of the records; the first of equals is the new one.
  ///   - isNew: One answer a fingerprint, whatever it held before.
  /// - Returns: How many are new.
  /// - Throws: ``IdentityError`` when a run can't be read or a spill can't be written; nothing of
  ///   the session may be used then.
  @discardableResult
  public func admit(
    _ fingerprints: Span<Fingerprint>,
    isNew: inout [Bool]
  ) throws(IdentityError) -> Int {
    // Safe: the span's memory, for this call only.
    unsafe try fingerprints.withUnsafeBufferPointer { rows throws(IdentityError) in
      try state.withLock { state throws(IdentityError) in
        unsafe try state.admit(rows, against: set, spillingTo: folder, isNew: &isNew)
      }
    }
  }

  /// Begins the next drop: what was admitted before stays.
  public func mark() {
    state.withLock { $0.mark() }
  }

  /// Forgets what the current drop admitted.
  public func restart() {
    state.withLock { $0.restart() }
  }

  /// Writes what is new as a run and syncs it; the session is at its end.
  ///
  /// The folder's own sync is the caller's, one for a whole group: ``RunFolder/sync()``. The run
  /// exists once the ledger names it.
  ///
  /// - Returns: The run; nil when nothing was new.
  /// - Throws: ``IdentityError``.
  public func finish() throws(IdentityError) -> StoredRun? {
    defer { set.release() }
    return try state.withLock { state throws(IdentityError) in try state.finish(in: folder) }
  }
}
