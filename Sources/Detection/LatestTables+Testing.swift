import Synchronization

extension LatestTables {
  /// The text that is kept of each table, for tests.
  package var kept: [[UInt8]] { held.withLock { $0.map(\.header) } }

  /// Whether something is kept that rows are learnt from, for tests.
  package var holdsRows: Bool { held.withLock { $0.contains { $0.learntRows != nil } } }
}
