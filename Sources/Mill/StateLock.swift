import Files

/// The state folder, held by one process as long as this lives.
final class StateLock {
  private let file: File

  /// Takes the lock of a state folder.
  ///
  /// - Throws: ``MillError/inUse(path:)`` when another process has it.
  init(in state: borrowing Directory, path: [UInt8]) throws {
    file = try state.openOrCreate(Array("lock".utf8), mode: 0o600)
    guard try file.lock() else { throw MillError.inUse(path: path) }
  }
}
