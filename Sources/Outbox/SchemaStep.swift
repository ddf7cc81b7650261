public import Files
public import Records

/// What one version of a feed's schema changed, and what made it: for schemas and manifests.
public struct SchemaStep: Sendable, Hashable {
  /// The version.
  public var version: Int
  /// The word for the whole change: `first`, `compatible`, `widening` or `breaking`.
  public var change: String
  /// The columns that changed since the version before.
  public var difference: SchemaDifference
  /// Columns that seem to go on under another name since: proposals, which bind nobody.
  public var renames: [RenameProposal]
  /// The claim of the drop that proved it.
  public var provedBy: String?
  /// Who stated or accepted it.
  public var decidedBy: String?
  /// When it was made.
  public var made: Timestamp?

  /// A step from one version to the next.
  public init(
    version: Int,
    change: String,
    difference: SchemaDifference,
    renames: [RenameProposal] = [],
    provedBy: String? = nil,
    decidedBy: String? = nil,
    made: Timestamp? = nil
  ) {
    self.version = version
    self.change = change
    self.difference = difference
    self.renames = renames
    self.provedBy = provedBy
    self.decidedBy = decidedBy
    self.made = made
  }

  /// The members that say so.
  public func write(to json: inout JSONWriter) {
    json.member("version", version)
    json.member("change", change)
    if let provedBy { json.member("proved_by", provedBy) }
    if let decidedBy { json.member("decided_by", decidedBy) }
    if let made { json.member("made", made.text) }
    // Of a first version every column is new: that says nothing.
    guard version > 1 else { return }
    json.array("changes") { json in
      for change in difference.changes {
        json.element { json in
          json.member("column", change.name)
          json.member("change", change.kind.rawValue)
          if let from = change.from { json.member("from", from.name) }
          if let to = change.to { json.member("to", to.name) }
        }
      }
    }
    guard !renames.isEmpty else { return }
    json.array("proposed_renames") { json in
      for rename in renames { json.element { rename.write(to: &$0) } }
    }
  }
}

extension RenameProposal {
  /// The members that say so.
  public func write(to json: inout JSONWriter) {
    json.member("from", from)
    json.member("to", to)
    json.member("likelihood_percent", Int((likelihood * 100).rounded()))
    json.member("evidence", evidence.description)
  }
}
