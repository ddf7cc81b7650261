public import Audit
import Files
import Identity
import Ledger

extension Mill {
  /// Holds an outbox and the state that belongs to it against each other; changes neither.
  ///
  /// - Throws: ``MillError``: `state-in-use` while a mill works with the state, and what cannot be read.
  public static func audit(outbox: String, state path: [UInt8]) throws(MillError) -> AuditReport {
    do {
      let state = try Directory(path: path)
      // Opening would make what is missing.
      _ = try state.read(Array("ledger.sqlite".utf8))
      let lock = try state.openOrCreate(Array("lock".utf8), mode: 0o600)
      guard try lock.lock() else { throw MillError.inUse(path: path) }
      let runs = RunFolder(try state.directory(Array("fingerprints".utf8)))
      return try Auditor.run(outbox: outbox, ledger: try Ledger.open(in: state), runs: runs)
    } catch {
      throw MillError(error)
    }
  }
}
