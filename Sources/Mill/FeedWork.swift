import Bytes
import Canonical
import Conversion
import Detection
import Files
import Formats
import Identity
import Inbox
import Ledger
import Outbox
import Records
import Settings

/// What one feed gets from one group of drops: batches, schema versions and a run of fingerprints.
///
/// Nothing of it exists for anybody before the ledger's commit names it.
final class FeedWork {
  /// A data file that drops still add to.
  private struct OpenBatch {
    var name: BatchName
    var stagedName: String
    var writer: StagedWriter
    var records: Int64 = 0
    /// It is large enough, and being made to last.
    var isFull = false
    var sources: [Manifest.Source] = []
    var told: Int64 = 0
  }

  /// The feed as the ledger knew it when the group began.
  let feed: Feed
  /// What a duplicate is.
  let mode: IdentityMode
  /// Which records of the group are new, one drop after another.
  let identity: any RecordIdentity
  /// People whose records the feed does not take; nil where there is nobody.
  let subjects: SubjectFinder?
  /// Another one for each change of what the next drop is read under.
  private(set) var course = ConversionsAhead.Mark()
  /// The schema that the next drop is read under.
  private(set) var schema: Schema? {
    didSet { course = ConversionsAhead.Mark() }
  }
  /// What the feed's drops have shown of their layout.
  private(set) var layout: Layout? {
    didSet { course = ConversionsAhead.Mark() }
  }
  /// Whether a drop of the group has shown more.
  private(set) var hasNewLayout = false
  /// How the columns of the next drop are written, where it leaves that open.
  private(set) var notations: [String: Notation] {
    didSet { course = ConversionsAhead.Mark() }
  }
  /// Whether a drop of the group has proven more.
  private(set) var hasNewNotations = false
  /// Which columns keep their types.
  let contract: Contract
  /// What the feed's settings say of that.
  let rule: ContractRule
  /// What tells whether a drop was converted under other settings before.
  let statementHash: [UInt8]
  /// Batches that are written and synced.
  private(set) var batches: [Batch] = []
  /// Schema versions that the group proved.
  private(set) var schemas: [SchemaVersion] = []
  /// The run of new fingerprints; nil when nothing was new.
  private(set) var run: Run?
  /// Runs that are not valid any more.
  private(set) var replacedRuns: [String] = []

  /// The greatest share of records with another's key that a drop had; nil where none is known.
  private(set) var keyRepeats: Double?
  /// The newest record that a drop had; nil where none is known, or by another column.
  private(set) var newest: NewestRecord?
  /// The column that says how new a record is.
  let order: String?
  /// What the values of the feed's columns look like.
  var sketches: [String: ColumnSketch]
  /// Those of which the group's drops have shown more.
  var newSketches: Set<String> = []
  /// Values of drops with known columns that are still looked at.
  var sketchAllowance: Int
  /// Values of the latest drop that were looked at.
  var latestLook = 0
  /// The columns of the latest drop all of whose columns have a sketch.
  var sketchedNames: [String] = []
  /// The columns of the latest drop.
  var latestNames: [String] = []
  /// Columns that seem to go on under another name, as the group's drops have shown.
  var renames: [ProposedRename] = []
  /// Columns that the group's drops had: that they are called otherwise now is not so.
  var seenColumns: Set<String> = []
  /// What the feed's settings say of names.
  let names: NameRules

  let ledger: Ledger
  let created: Timestamp
  private let outbox: Outbox
  private let batchSize: Int
  private var version: Int
  /// The version that the feed's last batch follows; 0 before the first.
  private var batchedVersion: Int
  private var sequence: Int64
  private var open: OpenBatch?
  private var contents: [[UInt8]: ClaimID] = [:]
  /// The content of the drop that was looked up last, where no drop that is committed has it.
  var newContent: [UInt8]?

  init(
    feed: Feed,
    stated: FeedSettings,
    statementHash: [UInt8],
    layout: Layout?,
    notations: [String: Notation],
    ledger: Ledger,
    identity: any RecordIdentity,
    subjects: SubjectFinder?,
    outbox: Outbox,
    batchSize: Int,
    sketchAllowance: Int,
    created: Timestamp
  ) throws {
    self.feed = feed
    self.sketchAllowance = sketchAllowance
    rule = ContractRule(stated)
    self.statementHash = statementHash
    names = stated.statement.names
    self.layout = layout
    self.notations = notations
    self.ledger = ledger
    mode = stated.mode
    keyRepeats = feed.identity == stated.mode.stored ? feed.keyRepeats : nil
    order = stated.order
    newest = feed.newest.flatMap { $0.column == stated.order ? NewestRecord(text: $0.value) : nil }
    self.identity = identity
    self.subjects = subjects
    schema = try ledger.currentSchema(of: feed.id)?.schema
    contract = rule.isPinned ? .pinned : try ledger.contract(of: feed.id)
    sketches = try ledger.sketches(of: feed.id).compactMapValues(ColumnSketch.init(stored:))
    batchedVersion = try ledger.latestBatches(of: feed.id, limit: 1).first?.schemaVersion ?? 0
    self.outbox = outbox
    self.batchSize = batchSize
    self.created = created
    version = feed.schemaVersion
    sequence = feed.nextSequence
  }

  /// The version of the schema that the latest records follow.
  var schemaVersion: Int { version }

  /// The drop of this group that brought the same content before.
  func firstDrop(withContent content: [UInt8]) -> ClaimID? { contents[content] }

  /// Remembers which drop brought a content.
  func remember(_ content: [UInt8], of claim: ClaimID) {
    if contents[content] == nil { contents[content] = claim }
  }

  /// Takes in what a drop has shown of its layout: an element that was an array once stays one.
  func remember(_ found: Layout) {
    guard found.memory != nil else { return }
    var next = found
    if case .xml(let old) = layout, case .xml(let new) = found, old.recordPath == new.recordPath {
      next = .xml(new.joined(with: old))
    }
    if next == layout { return }
    layout = next
    hasNewLayout = true
  }

  /// What is stated of the feed's drops, with what earlier ones have shown.
  func statement(under stated: Statement) -> Statement {
    var statement = stated
    statement.layout.earlier = layout
    statement.values.notations = notations
    return statement
  }

  /// Takes in how many keys of an accepted drop were had by several records.
  func adopt(keyRepeats share: Double?) {
    if let share { keyRepeats = max(keyRepeats ?? 0, share) }
  }

  /// Takes in how new an accepted drop is; a drop that a person has released takes nothing back.
  func adopt(newest record: NewestRecord?) {
    guard let record else { return }
    if newest.map({ !($0 > record) }) ?? true { newest = record }
  }

  /// Takes the notations that a drop has proven.
  func adopt(_ proven: [String: Notation]) {
    let joined = notations.merging(proven) { $0.joined(with: $1) }
    if joined == notations { return }
    notations = joined
    hasNewNotations = true
  }

  /// What is known before the next drop is read; `accepting` where a person lets the schema become
  /// what the drop needs.
  func known(accepting: Bool) -> KnownFeed {
    KnownFeed(
      schema: schema,
      contract: accepting ? .evolving : contract,
      takesOtherKinds: accepting
    )
  }

  /// Takes the schema that a drop with new records proved; a new version starts a new batch.
  ///
  /// Where a `user` accepted it, columns become of the drop's kind; else they keep theirs.
  func adopt(_ proved: Schema, by claim: ClaimID, acceptedBy user: String?) throws {
    let known = schema ?? .empty
    let evolved = user == nil ? known.evolved(by: proved) : known.replaced(by: proved)
    if schema != nil, evolved == known { return }
    try closeBatch()
    version += 1
    let difference = SchemaDifference(from: known, to: evolved)
    schemas.append(
      SchemaVersion(
        feed: feed.id,
        version: version,
        schema: evolved,
        change: version == 1 ? .first : SchemaChange(difference),
        provedBy: claim,
        decidedBy: user,
        made: created
      )
    )
    schema = evolved
  }

  /// Adds a drop's new lines to a batch; gives the batch.
  func add(_ sink: DropSink, of claim: ClaimedDrop, _ source: Manifest.Source) throws -> BatchID {
    if open?.isFull == true { try closeBatch() }
    if let writer = sink.writer {
      try closeBatch()
      open = OpenBatch(
        name: BatchName(feed: feed.slug, sequence: sequence),
        stagedName: FeedWork.stagedName(claim),
        writer: writer
      )
    } else if open == nil {
      open = OpenBatch(
        name: BatchName(feed: feed.slug, sequence: sequence),
        stagedName: FeedWork.stagedName(claim),
        writer: try outbox.write(FeedWork.stagedName(claim))
      )
    }
    if sink.writer == nil { try open?.writer.append(sink.lines, 0..<sink.lines.count) }
    open?.records += sink.written + sink.deleted
    open?.sources.append(source)
    open?.told += sink.deleted
    if sink.deleted > 0 { open?.sources.append(.deletions(sink.deleted, by: source)) }
    let id = BatchID(feed: feed.id, sequence: sequence)
    if let writer = open?.writer, writer.byteCount >= Int64(batchSize) {
      // The disk takes it in while the next drop is read, or the fingerprints are sorted.
      try writer.conclude()
      open?.isFull = true
    }
    return id
  }

  /// The name of the batch of that number.
  func name(of batch: BatchID) -> String {
    BatchName(feed: feed.slug, sequence: batch.sequence).text
  }

  /// Writes and syncs all that is left; the syncs of the folders are the group's.
  func finish() throws {
    try open?.writer.conclude()
    let change = try identity.finish()
    try closeBatch()
    if let replaced = change.replaced { replacedRuns.append(replaced.name) }
    guard let stored = change.run else { return }
    CrashPoint.reach(.runWritten)
    run = Run(
      feed: feed.id,
      name: stored.name,
      sha256: stored.sha256,
      count: stored.count,
      batches: feed.nextSequence...max(feed.nextSequence, sequence - 1),
      kind: change.kind
    )
  }

  /// The name in the staging folder of the data that a drop begins.
  static func stagedName(_ claim: ClaimedDrop) -> String { "\(claim.id).ndjson" }
}

extension FeedWork {
  private func closeBatch() throws {
    guard let batch = open else { return }
    open = nil
    let (size, sha256) = try batch.writer.finish()
    let steps = try unbatchedSteps()
    var files = try stageSchemas()
    files.append(
      Outbox.Staged(
        name: batch.stagedName,
        target: batch.name.dataFile,
        size: size,
        sha256: sha256
      )
    )
    var manifest = Manifest(
      batch: batch.name,
      schemaVersion: version,
      records: batch.records,
      bytes: size,
      sha256: sha256,
      created: created,
      identity: mode,
      sources: batch.sources
    )
    manifest.schemaSteps = steps.map(\.step)
    batchedVersion = version
    files.append(
      try outbox.stage(
        manifest.text,
        as: batch.name.manifestFile,
        target: batch.name.manifestFile
      )
    )
    CrashPoint.reach(.stageWritten)
    var made = Batch(
      id: BatchID(feed: feed.id, sequence: batch.name.sequence),
      name: batch.name.text,
      schemaVersion: version,
      records: batch.records,
      size: size,
      sha256: sha256,
      files: files.map(StagedFile.init),
      created: created
    )
    made.told = batch.told
    batches.append(made)
    sequence += 1
  }

  /// The versions since the feed's last batch, with what changed; not the first, which changes nothing.
  private func unbatchedSteps() throws -> [(step: SchemaStep, schema: Schema)] {
    guard batchedVersion < version else { return [] }
    return try (max(batchedVersion + 1, 2)...max(version, 2)).compactMap { number in
      guard let version = try schemaVersion(number) else { return nil }
      return (try step(to: version), version.schema)
    }
  }

  /// Stages the documents of all versions that are neither in the outbox nor staged already.
  private func stageSchemas() throws -> [Outbox.Staged] {
    var staged: [Outbox.Staged] = []
    for number in stride(from: version, to: 0, by: -1) {
      let target = SchemaDocument.path(version: number)
      let isStaged = batches.contains { $0.files.contains { $0.target == target } }
      // A target may take away documents it has no use for: what was published once is not again.
      guard number == version || number > batchedVersion, !isStaged,
        let version = try schemaVersion(number), try !outbox.has(target, feed: feed.slug)
      else { break }
      staged.append(
        try outbox.stage(
          SchemaDocument.text(of: version.schema, feed: feed.slug, step(to: version)),
          as: "\(feed.slug).v\(number).schema.json",
          target: target
        )
      )
    }
    return staged.reversed()
  }

  private func schemaVersion(_ number: Int) throws -> SchemaVersion? {
    try schemas.first { $0.version == number } ?? ledger.schema(of: feed.id, version: number)
  }

  private func step(to version: SchemaVersion) throws -> SchemaStep {
    let before = try version.version > 1 ? schemaVersion(version.version - 1)?.schema : nil
    return SchemaStep(version, since: before ?? .empty, try renames(in: version.version))
  }
}

extension StagedFile {
  init(_ staged: Outbox.Staged) {
    self.init(
      name: staged.name,
      target: staged.target,
      size: staged.size,
      sha256: staged.sha256
    )
  }
}

extension Outbox.Staged {
  init(_ file: StagedFile) {
    self.init(name: file.name, target: file.target, size: file.size, sha256: file.sha256)
  }
}
