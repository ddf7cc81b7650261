import Files

/// The state folder, held by one process as long as this lives.
final class StateLock {
  private let file: File

  /// How often it is tried, and how long it is waited in between: what a process had locked that was
  /// killed is free only once each child that it was just starting has begun its own program.
  private static let (attempts, pause) = (6, Duration.milliseconds(50))

  /// Takes the lock of a state folder.
  ///
  /// - Throws: ``MillError/inUse(path:)`` when another process has it.
  init(in state: borrowing Directory, path: [UInt8]) throws {
    file = try state.openOrCreate(Array("lock".utf8), mode: 0o600)
    for attempt in 1...Self.attempts {
      if try file.lock() { return }
      if attempt < Self.attempts { _ = try waitUntilReadable([], timeout: Self.pause) }
    }
    throw MillError.inUse(path: path)
  }
}
