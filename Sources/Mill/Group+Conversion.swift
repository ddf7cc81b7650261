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

extension Group {
  /// Converts a drop, or takes what was converted ahead.
  func convert(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    at place: Int,
    _ settled: inout SettledDrop
  ) throws {
    let work = try work(for: drop.feed)
    try house.reading.set(.init(claim: claim.id, attempts: drop.attempts))
    if let held = convertedAhead(at: place, claim, work), let report = held.report,
      work.sketchBudget(for: report.names) == 0
    {
      try take(held, report, claim, drop, &settled, work)
    } else {
      try convert(claim, drop, &settled, work)
    }
  }

  private func convert(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ work: FeedWork
  ) throws {
    var failure = ConversionError.unstable
    for _ in 1...3 {
      CrashPoint.reach(.convertStarted, with: claim.name)
      let file = try house.read(claim)
      let before = try file.facts()
      if let found = try house.recognize(file, before, in: work.feed), try before == file.facts() {
        accept(claim, drop, &settled, found, work)
        return
      }
      try work.identity.begin()
      let sink = makeSink(for: claim, work)
      let known = work.known(accepting: drop.request == .accept)
      switch read(file, claim, for: work, under: known, into: sink) {
      case .success(let report):
        CrashPoint.reach(.convertEnded)
        if try before == file.facts() {
          let content = (sha256: report.contentSHA256, bytes: report.contentBytes)
          if let found = try recognize(content, work) {
            try discard(sink, claim, work)
            accept(claim, drop, &settled, found, work)
            return
          }
          try judge(claim, drop, &settled, sink, report, work)
          return
        }
      case .failure(.sink(let cause)):
        try discard(sink, claim, work)
        guard let reason = cause as? HoldReason else { throw cause }
        hold(claim, drop, &settled, reason.code.rawValue, reason.message)
        return
      case .failure(let error):
        failure = error
      }
      try discard(sink, claim, work)
      guard case .unstable = failure else { break }
    }
    hold(claim, drop, &settled, failure.code, failure.message, place: failure.place)
  }

  /// What was converted ahead under what is known now; nil where there is nothing of use.
  private func convertedAhead(
    at place: Int,
    _ claim: ClaimedDrop,
    _ work: FeedWork
  ) -> HeldConversion? {
    guard let ahead, isReadAhead(work) else { return nil }
    // Nor are rows held whose values are to be looked at.
    guard work.sketchAllowance <= 0, !hasOwnLines(claim) else {
      lookedAt += 1
      // Behind those that are still looked at.
      if let count = work.dropsLeftToLookAt { _ = follow(ahead, work, from: place + count) }
      return nil
    }
    return ahead.take(place, under: follow(ahead, work, from: place))
  }

  /// Has drops from a place on converted under what the next one is read under; gives what stands for that.
  private func follow(
    _ ahead: ConversionsAhead,
    _ work: FeedWork,
    from place: Int
  ) -> ConversionsAhead.Mark {
    if let followed, followed.course === work.course { return followed.ahead }
    let mark = ahead.follow(course(of: work), from: place)
    followed = (work.course, mark)
    return mark
  }

  /// Whether drops of a feed are converted ahead at all.
  private func isReadAhead(_ work: FeedWork) -> Bool {
    switch work.mode {
    case .content, .occurrence, .none: true
    // Keys are read from the rows, which are not held.
    case .key, .snapshot: false
    }
  }

  /// What the next drop of a feed is read under.
  private func course(of work: FeedWork) -> ConversionsAhead.Course {
    ConversionsAhead.Course(
      feed: work.feed.id,
      known: work.known(accepting: false),
      statement: work.statement(under: house.settings(of: work.feed).statement)
    )
  }

  /// What drops behind this group are read under if they are of the feed that is open, and how many of
  /// them the next group looks closer at, if it is as this one.
  func nextCourse() -> (ConversionsAhead.Course, from: Int)? {
    guard let work, isReadAhead(work) else { return nil }
    return (course(of: work), lookedAt)
  }

  /// Takes in what was converted ahead, unless all of it is known.
  private func take(
    _ held: HeldConversion,
    _ report: ConversionReport,
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ work: FeedWork
  ) throws {
    let content = (sha256: report.contentSHA256, bytes: report.contentBytes)
    if let found = try recognize(content, work) {
      accept(claim, drop, &settled, found, work)
      return
    }
    try work.identity.begin()
    let sink = makeSink(for: claim, work)
    do {
      for block in held.blocks { try sink.accept(block) }
    } catch {
      try discard(sink, claim, work)
      throw error
    }
    try judge(claim, drop, &settled, sink, report, work)
  }

  /// Accepts a drop that could be read, or holds it for what it is to its feed.
  private func judge(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ sink: DropSink,
    _ report: ConversionReport,
    _ work: FeedWork
  ) throws {
    var judgement = Judgement(drop, report, sink, work)
    do {
      try judgement.pass()
      try judgement.pass(keyRepeats: work.identity.keyRepeats, usual: work.keyRepeats)
      try judgement.pass(newest: work.identity.newest, reached: work.newest)
      try work.identity.close(sink)
    } catch let reason as HoldReason {
      try discard(sink, claim, work)
      hold(claim, drop, &settled, reason.code.rawValue, reason.message, judgement: judgement)
      return
    }
    try accept(claim, drop, &settled, sink, report, judgement, work)
  }

  private func read(
    _ file: borrowing File,
    _ claim: ClaimedDrop,
    for work: FeedWork,
    under feed: KnownFeed,
    into sink: DropSink
  ) -> Result<ConversionReport, ConversionError> {
    let stated = hasOwnLines(claim) ? Statement() : house.settings(of: work.feed).statement
    let statement = work.statement(under: stated)
    do throws(ConversionError) {
      return .success(
        try house.converter.convert(
          descriptor: file.raw,
          name: claim.name,
          known: feed,
          statement: statement,
          sink: sink
        )
      )
    } catch {
      return .failure(error)
    }
  }

  private func hasOwnLines(_ claim: ClaimedDrop) -> Bool { house.hasOwnLines?(claim) ?? false }

  private func makeSink(for claim: ClaimedDrop, _ work: FeedWork) -> DropSink {
    let outbox = house.outbox
    let stop = house.stop
    return DropSink(
      identity: work.identity,
      subjects: work.subjects,
      memory: house.settings.batchSize,
      sketcher: ColumnSketcher(key: house.sketchKey),
      sketchBudget: { work.sketchBudget(for: $0) },
      openFile: { try outbox.write(FeedWork.stagedName(claim)) },
      checkStop: { try stop.check() }
    )
  }

  /// Forgets what a drop brought before it turned out to be no good.
  private func discard(_ sink: DropSink, _ claim: ClaimedDrop, _ work: FeedWork) throws {
    try work.identity.restart()
    if sink.writer != nil { try house.outbox.discard(FeedWork.stagedName(claim)) }
  }
}
