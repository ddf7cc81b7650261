public import Ledger
public import Outbox
public import Records

extension SchemaChange {
  /// What a change is to those who know the version before.
  init(_ difference: SchemaDifference) {
    let isWider = difference.changes.allSatisfy { $0.kind == .added || $0.kind == .widened }
    self = difference.isReadableByOlder ? .compatible : isWider ? .widening : .breaking
  }
}

extension SchemaVersion {
  /// The version as schemas and manifests tell of it.
  public func step(since before: Schema, _ renames: [RenameProposal] = []) -> SchemaStep {
    SchemaStep(self, since: before, renames)
  }
}

extension SchemaStep {
  /// A version as schemas and manifests tell of it.
  init(_ version: SchemaVersion, since before: Schema, _ renames: [RenameProposal]) {
    self.init(
      version: version.version,
      change: version.change.rawValue,
      difference: SchemaDifference(from: before, to: version.schema),
      renames: renames,
      provedBy: version.provedBy?.text,
      decidedBy: version.decidedBy,
      made: version.made
    )
  }
}
