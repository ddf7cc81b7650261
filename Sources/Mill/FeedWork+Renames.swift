import Canonical
import Conversion
import Ledger
import Records

extension FeedWork {
  /// How many values of a drop with those columns are to be looked at: many where one is new.
  func sketchBudget(for names: [String]) -> Int {
    if names != sketchedNames {
      guard names.allSatisfy({ sketches[$0] != nil }) else { return ColumnSketcher.thorough }
      sketchedNames = names
    }
    return min(ColumnSketcher.passing, max(0, sketchAllowance))
  }

  /// About how many drops such as the latest are looked at before the next is passed by; nil where no
  /// drop was looked at yet.
  var dropsLeftToLookAt: Int? {
    latestLook > 0 ? (max(0, sketchAllowance) + latestLook - 1) / latestLook : nil
  }

  /// Takes in what the values of an accepted drop look like.
  func adopt(_ found: [ColumnSketch], of names: [String]) {
    latestLook = found.reduce(0) { $0 + Int($1.count) }
    for (place, (name, sketch)) in zip(names, found).enumerated() {
      var sketch = sketch
      sketch.place = place
      sketchAllowance -= Int(sketch.count)
      if var known = sketches[name] {
        known.join(sketch)
        sketches[name] = known
      } else {
        sketches[name] = sketch
      }
      newSketches.insert(name)
    }
    if names != latestNames {
      latestNames = names
      seenColumns.formUnion(names)
    }
  }

  /// Columns of the feed that seem to go on under another name in a drop.
  ///
  /// What `rename` says of a column is a decision: nothing is proposed for it any more.
  func renames(
    missing: [String],
    _ difference: SchemaDifference?,
    _ report: ConversionReport,
    _ found: [ColumnSketch]
  ) -> [RenameProposal] {
    let added = Set((difference?.changes(.added) ?? []).map(\.name))
    guard !missing.isEmpty, !added.isEmpty, let schema else { return [] }
    let gone = missing.compactMap { name -> RenameFinder.Candidate? in
      guard let sketch = sketches[name], let type = schema.type(of: name) else { return nil }
      return RenameFinder.Candidate(name: name, sourceName: name, type: type, sketch: sketch)
    }
    var new: [RenameFinder.Candidate] = []
    for (index, name) in report.names.enumerated() where added.contains(name) {
      let source = index < report.sourceNames.count ? report.sourceNames[index] : name
      guard index < found.count, names.renames[source] == nil,
        let type = report.schema.type(of: name)
      else { continue }
      new.append(
        RenameFinder.Candidate(name: name, sourceName: source, type: type, sketch: found[index])
      )
    }
    let order = sketches.sorted { ($0.value.place, $0.key) < ($1.value.place, $1.key) }
    return RenameFinder(feedOrder: order.map(\.key), dropOrder: report.names)
      .proposals(gone, new)
  }

  /// Keeps what a drop has shown, with the version of the schema that it brought.
  func note(_ proposals: [RenameProposal], of claim: ClaimID) {
    renames += proposals.map {
      ProposedRename($0, version: schemaVersion, shownBy: claim, made: created)
    }
  }

  /// What was proposed with a version of the schema.
  func renames(in version: Int) throws -> [RenameProposal] {
    (try ledger.renames(of: feed.id) + renames).filter { $0.version == version }.map(\.proposal)
  }

  /// The columns that were gone, as earlier drops have it, and that the group's drops had again.
  func disprovenRenames() throws -> Set<String> {
    let known = try ledger.renames(of: feed.id).map(\.proposal.from)
    return seenColumns.intersection(known)
  }

  /// The sketches of which the group's drops have shown more, as the ledger keeps them.
  var storedSketches: [String: [UInt8]] {
    Dictionary(
      uniqueKeysWithValues: newSketches.compactMap { name in
        sketches[name].map { (name, $0.stored) }
      }
    )
  }
}
