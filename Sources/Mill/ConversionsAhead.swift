import Bytes
import Conversion
import Files
import Inbox
import Ledger

/// Converts the small drops that come next while the group takes in those before them.
///
/// How this works: what a drop is read under, its feed's schema and what is known of its columns, may be
/// changed by each drop before it. So drops are read under what is known now, the course; the group
/// takes a conversion only where the course is still the same, and else converts the drop itself. Which
/// records are new is decided by the group alone, in order. What is held here exists for nobody.
///
/// The drops of the next group are converted while the group before them is committed, under what that
/// leaves behind: the same as the next group begins with, unless a feed's settings are read again.
final class ConversionsAhead: Sendable {
  /// Stands for all that drops are read under: another one for each change of any of it.
  final class Mark: Sendable {}

  /// What the drops of a feed are read under.
  struct Course: Sendable, Hashable {
    var feed: FeedID
    var known: KnownFeed
    var statement: Statement
  }

  private struct State {
    var course: Course?
    /// Stands for the course.
    var mark = Mark()
    /// The next drop to be begun.
    var next = 0
    /// Drops that the group has asked for.
    var asked = 0
    /// Nothing is held of drops before this one.
    var released = 0
    /// Conversions by the places of their drops; nil while one is under way.
    var held: [Int: (course: Mark, conversion: HeldConversion?)] = [:]
    /// Bytes of the conversions that wait.
    var heldBytes = 0
    var isStopped = false
    var threads = 0

    /// Lets go of what the group has passed by.
    mutating func release(before place: Int) {
      while released < place {
        heldBytes -= held.removeValue(forKey: released)?.conversion?.byteCount ?? 0
        released += 1
      }
    }
  }

  /// A drop up to this size is small.
  private static let smallSize: Int64 = 1 << 17
  /// No drop is begun while more bytes than this wait.
  private static let mostBytes = 16 << 20
  /// Fewer drops than this are worth no threads.
  private static let fewDrops = 16
  /// Drops that a thread takes at once, so that handing them over costs little.
  private static let run = 8

  private let drops: [(claim: ClaimedDrop, drop: Drop)]
  private let claims: ClaimFolders
  private let converter: Converter
  private let monitor = Monitor(State())

  /// Makes ready to convert drops in their order, on a thread for each mark of what is being read.
  ///
  /// What the group before them left behind is their first course, from a place on: the group itself
  /// looks closer at those before it.
  init(
    _ drops: [(claim: ClaimedDrop, drop: Drop)],
    in claims: ClaimFolders,
    _ converter: Converter,
    marks: [ReadingMark],
    following course: Course? = nil,
    from place: Int = 0
  ) {
    self.drops = drops
    self.claims = claims
    self.converter = converter
    guard drops.count >= ConversionsAhead.fewDrops else { return }
    if let course { _ = follow(course, from: place) }
    monitor.update { $0.threads = marks.count }
    for mark in marks {
      Threads.start {
        self.work(mark)
        self.monitor.update { $0.threads -= 1 }
      }
    }
  }

  /// Goes on from a drop's place under a course; what is held under another one is of no use.
  ///
  /// Gives what stands for the course from now on.
  func follow(_ course: Course, from place: Int) -> Mark {
    monitor.update { state in
      state.asked = place
      if state.course == course { return state.mark }
      state.course = course
      state.mark = Mark()
      state.next = place
      state.released = place
      state.held = [:]
      state.heldBytes = 0
      return state.mark
    }
  }

  /// The conversion of a drop under a course; nil where the group is to convert it.
  ///
  /// To be asked for in order, by the drops' places; waits for one that is under way.
  func take(_ place: Int, under course: Mark) -> HeldConversion? {
    monitor.wait { state -> HeldConversion?? in
      state.asked = place + 1
      state.release(before: place)
      guard let found = state.held[place], found.course === course else { return .some(nil) }
      guard let conversion = found.conversion else { return nil }
      state.held[place] = nil
      state.heldBytes -= conversion.byteCount
      return conversion.report == nil ? .some(nil) : conversion
    }
  }

  /// Ends the work and waits until every thread has left it.
  func stop() {
    monitor.update { $0.isStopped = true }
    monitor.wait { $0.threads == 0 ? () : nil }
  }
}

extension ConversionsAhead {
  private func work(_ mark: ReadingMark) {
    while let (places, course, stamp) = begin() {
      let conversions = places.map { convert(drops[$0].claim, drops[$0].drop, course, mark) }
      finish(places, stamp, conversions)
    }
    // A mark that stays tells of a drop that was read to its end: at worst it is looked at alone.
    try? mark.clear()
  }

  /// Some drops to convert, what to read them under and what stands for that; nil when the work is over.
  private func begin() -> (Range<Int>, Course, Mark)? {
    monitor.wait { state -> (Range<Int>, Course, Mark)?? in
      if state.isStopped { return .some(nil) }
      guard let course = state.course, state.heldBytes < ConversionsAhead.mostBytes else {
        return nil
      }
      state.next = max(state.next, state.asked)
      let end = drops.count
      while state.next < end, !isSmall(state.next), drops[state.next].drop.feed == course.feed {
        state.next += 1
      }
      let most = max(1, min(ConversionsAhead.run, (drops.count - state.next) / 4))
      let first = state.next
      while state.next < min(end, first + most), isSmall(state.next),
        drops[state.next].drop.feed == course.feed
      {
        state.held[state.next] = (state.mark, nil)
        state.next += 1
      }
      return first < state.next ? (first..<state.next, course, state.mark) : nil
    }
  }

  private func finish(_ places: Range<Int>, _ course: Mark, _ conversions: [HeldConversion]) {
    monitor.update { state in
      for (place, conversion) in zip(places, conversions)
      where state.held[place]?.course === course {
        state.held[place] = (course, conversion)
        state.heldBytes += conversion.byteCount
      }
    }
  }

  /// Whether a drop is read here: others are the group's, which has reasons to look at them closer.
  private func isSmall(_ place: Int) -> Bool {
    let (claim, drop) = drops[place]
    return claim.facts.size <= ConversionsAhead.smallSize && claim.reason == nil
      && drop.request == nil && drop.attempts == 1
  }

  private func convert(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ course: Course,
    _ mark: ReadingMark
  ) -> HeldConversion {
    let held = HeldConversion()
    do {
      try mark.set(.init(claim: claim.id, attempts: drop.attempts))
      CrashPoint.reach(.convertStarted, with: claim.name)
      let file = try claims.directory(of: claim).read(claim.name)
      let before = try file.facts()
      let report = try converter.convert(
        descriptor: file.raw,
        name: claim.name,
        known: course.known,
        statement: course.statement,
        sink: held
      )
      CrashPoint.reach(.convertEnded)
      if try before == file.facts() { held.report = report }
    } catch {
      // The group converts it again, and says what is wrong with it.
      held.restart()
    }
    return held
  }
}
