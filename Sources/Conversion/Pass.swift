import Bytes
import Canonical
import Formats
import Records

/// One pass over a drop: assume, convert, and learn what the assumption did not hold.
///
/// How this works: the first block is read alone, so that the plan starts from what it shows. Then
/// one thread cuts blocks, workers convert them in any order, and this thread takes them in order.
/// A block that its plan could not hold widens the plan. Where all that was written before stays
/// right byte for byte under the wider plan, the block is converted again and the pass goes on;
/// else the drop is begun again: at once where little of it was read, else once the rest of it has
/// been learnt from, so that the next pass is the last.
struct Pass {
  /// How a pass ended.
  enum Outcome {
    /// All is written, and proven.
    case done
    /// The drop must be read again under what was learnt of all of it.
    case again
    /// The drop must be read again under what was learnt of its first blocks.
    case early(blocks: Int)
    /// The records show a layout that was not assumed: what was learnt of columns does not count.
    case otherLayout(Layout)
    /// The text is not in the encoding that was assumed; where decoding showed it, what it said.
    case invalidText(BytesError?)
  }

  let source: any BlockSource & Sendable
  let makeReader: @Sendable ([[UInt8]]) -> any RecordReader
  let settings: ConversionSettings
  let pool: ShuttlePool
  let feed: KnownFeed
  let statement: Statement
  let typesItsValues: Bool
  let text: TextRules
  var assumption: Assumption
  /// The evidence is of the whole drop: the plan need not be learnt.
  let isProven: Bool
  /// Blocks that may be read in vain; where more would be, the rest of the drop is learnt from.
  let earlyBlocks: Int
  /// Records and rejects met.
  var recordsRead: UInt64 = 0
  var recordsRejected: UInt64 = 0
  /// Of the rejects, rows that are no records.
  var rowsSetAside: UInt64 = 0
  /// Records that were read otherwise than they stand: all, and the first of them.
  var recordsRepaired: UInt64 = 0
  var repairs: [Repair] = []
  /// Byte-order marks inside the drop, which are none of its text.
  private(set) var innerMarks = 0

  /// Repairs that are kept for the report.
  static let repairLimit = 100
  /// Records converted that have a value in each of the columns.
  private(set) var present: [Int] = []

  /// Words that stood for missing values.
  private(set) var nullCounts = NullCounts()
  private var kinds = KindCount()
  private var isLearningOnly = false
  /// What the whole drop has proven, once it is read.
  private var finalVerdicts: [Proof.Verdict] = []
  private var course: Course

  init(
    source: any BlockSource & Sendable,
    makeReader: @escaping @Sendable ([[UInt8]]) -> any RecordReader,
    settings: ConversionSettings,
    pool: ShuttlePool,
    feed: KnownFeed,
    statement: Statement,
    typesItsValues: Bool,
    text: TextRules,
    assumption: Assumption,
    isProven: Bool,
    earlyBlocks: Int,
    like other: Plan?
  ) {
    self.statement = statement
    self.source = source
    self.makeReader = makeReader
    self.settings = settings
    self.pool = pool
    self.feed = feed
    self.typesItsValues = typesItsValues
    self.text = text
    self.assumption = assumption
    self.isProven = isProven
    self.earlyBlocks = earlyBlocks
    course = Course(
      plan: Self.plan(assumption, feed, settings, statement.values, typesItsValues, like: other),
      rawNames: assumption.rawNames
    )
  }

  /// The columns' names without the feed's rules, for the report.
  var sourceNames: [String] {
    statement.names.isEmpty
      ? course.plan.names
      : ColumnNames.canonical(assumption.rawNames.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The plan of what was written, for the report.
  var plan: Plan { course.plan }

  /// The notations that the drop's values have proven, by the columns' names.
  var notations: [String: Notation] {
    guard settings.typing == .proven, !typesItsValues else { return [:] }
    var notations: [String: Notation] = [:]
    let proven = Proof.notations(assumption.evidence, finalVerdicts)
    for (name, notation) in zip(assumption.names, proven) { notations[name] = notation }
    return notations
  }

  /// Columns that stay text for want of proof.
  var doubts: [ConversionReport.OpenColumn] {
    guard settings.typing == .proven else { return [] }
    return zip(assumption.names, finalVerdicts).compactMap { name, verdict in
      verdict.doubt.map { ConversionReport.OpenColumn(name: name, doubt: $0) }
    }
  }

  /// Runs the pass; blocks go to `sink` in order.
  mutating func run(sink: any RecordSink) throws(ConversionError) -> Outcome {
    let worker = makeWorker()
    let first = pool.take()
    first.reset()
    defer { pool.give([first]) }
    guard try source.fill(first) else { return try conclude() }
    worker.read(first, course)
    if first.isInvalidText { return .invalidText(nil) }
    let rawNames = course.rawNames
    if !isProven { learn(first) }
    // What was read stays right where no column has joined.
    if course.rawNames == rawNames {
      worker.write(first, course)
    } else {
      worker.convert(first, course)
    }
    if let outcome = try take(first, worker, sink) { return outcome }
    if source.isExhausted { return try conclude() }
    if let outcome = try runRest(worker, sink) { return outcome }
    return try conclude()
  }

  /// Works off the blocks behind the first; nil where all went through.
  private mutating func runRest(
    _ worker: BlockWorker,
    _ sink: any RecordSink
  ) throws(ConversionError) -> Outcome? {
    let shuttles = (0..<settings.workers * 2 + 2).map { _ in pool.take() }
    for shuttle in shuttles { shuttle.reset() }
    let queue = BlockQueue(source: source, shuttles: shuttles, course: course)
    defer {
      queue.stop()
      pool.give(shuttles)
    }
    startWorkers(queue)
    var index = 1
    while let shuttle = try queue.block(index) {
      let before = course
      if let outcome = try take(shuttle, worker, sink) { return outcome }
      if course !== before { queue.replace(course: course) }
      queue.recycle(shuttle)
      index += 1
    }
    return nil
  }

  private func startWorkers(_ queue: BlockQueue) {
    for _ in 0..<settings.workers {
      queue.start { [makeWorker] queue in
        let worker = makeWorker()
        while let (shuttle, course) = queue.take() {
          worker.convert(shuttle, course)
          queue.finish(shuttle)
        }
      }
    }
  }

  /// Takes the next block in order; an outcome where the pass ends with it.
  private mutating func take(
    _ shuttle: Shuttle,
    _ worker: BlockWorker,
    _ sink: any RecordSink
  ) throws(ConversionError) -> Outcome? {
    if shuttle.isInvalidText { return .invalidText(nil) }
    if let failure = shuttle.failure { throw .format(failure) }
    var rounds = 0
    while shuttle.lines.isViolated {
      // Evidence counts only in the columns of the course it was found on: look again first.
      if shuttle.course === course {
        guard rounds < 3 else { throw .unstable }
        widen(shuttle.lines)
        rounds += 1
        if let outcome = early(at: shuttle.index) { return outcome }
      }
      worker.convert(shuttle, course)
    }
    if !shuttle.lines.evidence.isEmpty {
      // Open columns of an older course stand at the same places in this one.
      assumption.learn(addedNames: [], evidence: shuttle.lines.evidence)
      if nextVerdicts().map(\.form) != course.plan.forms {
        adoptNextPlan()
        if let outcome = early(at: shuttle.index) { return outcome }
      }
    }
    try source.learn(from: shuttle)
    // The layout was another: what is written counts no more.
    if source.newLayout != nil { isLearningOnly = true }
    count(shuttle.lines)
    innerMarks += shuttle.innerMarks
    recordsRead += UInt64(shuttle.lines.recordsRead)
    recordsRejected += UInt64(shuttle.lines.rejects.count)
    rowsSetAside += shuttle.lines.rejects.reduce(0) { $0 + ($1.code.isSetAside ? 1 : 0) }
    recordsRepaired += UInt64(shuttle.lines.repairs.count)
    repairs += shuttle.lines.repairs.prefix(Self.repairLimit - repairs.count)
    if isLearningOnly { return nil }
    nullCounts.add(shuttle.lines.nullWords)
    sink.look(at: shuttle.rows, names: assumption.names)
    do {
      try sink.accept(shuttle.lines)
    } catch {
      throw .sink(error)
    }
    return nil
  }

  private mutating func count(_ lines: CanonicalBlock) {
    while present.count < lines.present.count { present.append(0) }
    for (column, count) in lines.present.enumerated() { present[column] += count }
    kinds.add(lines.otherKinds)
  }

  /// Learns from the first block before anything is written.
  private mutating func learn(_ shuttle: Shuttle) {
    var found: [ColumnEvidence] = []
    CanonicalWriter.infer(shuttle.rows, plan: course.plan, into: &found)
    assumption.learn(addedNames: shuttle.rows.addedNames, evidence: found)
    course = Course(plan: nextPlan(), rawNames: assumption.rawNames)
  }

  /// Widens the plan by what a block has shown.
  private mutating func widen(_ lines: CanonicalBlock) {
    assumption.learn(addedNames: lines.addedNames, evidence: lines.evidence)
    adoptNextPlan()
  }

  /// Goes on under what has been learnt; where that spoils what was written, to learn the rest.
  private mutating func adoptNextPlan() {
    let wider = nextPlan()
    if !course.plan.staysRight(under: wider) { isLearningOnly = true }
    course = Course(plan: wider, rawNames: assumption.rawNames)
  }

  /// The outcome where what was written is spoilt, and too little of it to learn the rest first.
  private func early(at block: Int) -> Outcome? {
    // Under another layout the columns are others: the rest has to show it whole.
    guard isLearningOnly, block < earlyBlocks, source.newLayout == nil else { return nil }
    return .early(blocks: block)
  }

  /// Whether what was assumed at the end is what the whole column proves.
  private mutating func conclude() throws(ConversionError) -> Outcome {
    try source.finish()
    if let layout = source.newLayout { return .otherLayout(layout) }
    if isLearningOnly { return .again }
    let prevailing = kinds.prevailing(over: present, assumption.evidence.map(\.kind))
    if assumption.settle(kinds: prevailing, where: feed.decidesKind) { return .again }
    finalVerdicts = nextVerdicts()
    return course.plan.forms == finalVerdicts.map(\.form) ? .done : .again
  }

  private var makeWorker: @Sendable () -> BlockWorker {
    { [makeReader, key = settings.key, text, nullWords = statement.values.nullWords] in
      BlockWorker(
        makeReader: makeReader,
        key: key,
        text: text,
        nullWords: nullWords
      )
    }
  }

  private func nextPlan() -> Plan {
    Self.plan(assumption, feed, settings, statement.values, typesItsValues, like: course.plan)
  }

  private func nextVerdicts() -> [Proof.Verdict] {
    Self.verdicts(assumption, feed, settings, statement.values, typesItsValues)
  }

  private static func plan(
    _ assumption: Assumption,
    _ feed: KnownFeed,
    _ settings: ConversionSettings,
    _ rules: ValueRules,
    _ typesItsValues: Bool,
    like other: Plan?
  ) -> Plan {
    Plan(
      names: assumption.names,
      verdicts: verdicts(assumption, feed, settings, rules, typesItsValues),
      known: assumption.known(feed, stated: rules.types),
      typesItsValues: typesItsValues,
      knowsNullWords: rules.knowsNullWords,
      zone: rules.zone,
      like: other
    )
  }

  private static func verdicts(
    _ assumption: Assumption,
    _ feed: KnownFeed,
    _ settings: ConversionSettings,
    _ rules: ValueRules,
    _ typesItsValues: Bool
  ) -> [Proof.Verdict] {
    var verdicts = Proof.verdicts(
      assumption.evidence,
      known: assumption.known(feed, stated: rules.types),
      isPinned: feed.contract == .evolving
        ? [] : assumption.names.map { feed.pins($0, stated: rules.types) },
      rules: rules,
      typesItsValues: typesItsValues,
      notations: assumption.notations(rules.notations)
    )
    guard settings.typing == .text else { return verdicts }
    for index in verdicts.indices where !verdicts[index].form.type.isNested {
      verdicts[index].form = .string(isOpen: false)
    }
    return verdicts
  }
}
