import Canonical
import Identity
import Ledger
import Records

/// Decides which records of one feed are new: the feed's identity at work, drop after drop of a group.
///
/// What it takes in is true once the ledger's commit names the run that ``finish()`` writes.
protocol RecordIdentity: AnyObject {
  /// Begins the next drop: what the drops before brought stays.
  func begin() throws
  /// Forgets what the current drop brought.
  func restart() throws
  /// Says which records of a block are new, and how many.
  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) throws -> Int
  /// The share of the current drop's different records whose key another of them has; nil where there
  /// is no key, or where there are too few records to tell.
  var keyRepeats: Double? { get }
  /// The newest record of the current drop; nil where the feed's settings name no order, or there is none.
  var newest: NewestRecord? { get }
  /// Tells what the current drop says by what it does not hold, once it is whole.
  ///
  /// - Throws: ``HoldReason`` when it says too much.
  func close(_ sink: DropSink) throws
  /// Writes and syncs what is to be remembered.
  func finish() throws -> IdentityChange
}

extension RecordIdentity {
  var keyRepeats: Double? { nil }
  var newest: NewestRecord? { nil }
  func close(_ sink: DropSink) throws {}
}

/// What a group changes of the fingerprints of a feed.
struct IdentityChange {
  /// What is to be remembered from now on; nil when that is nothing new.
  var run: StoredRun?
  /// What its fingerprints stand for.
  var kind = RunKind.records
  /// The run that is not valid any more.
  var replaced: StoredRun?
}

/// Why the mill holds a drop that could be read.
struct HoldReason: Error {
  var code: GroupCode
  var message: String
}

/// Records are compared as a whole.
final class ContentIdentity: RecordIdentity {
  private let session: IdentitySession

  init(_ set: IdentitySet, memory: IdentityMemory) throws {
    session = try set.session(memory: memory)
  }

  func begin() { session.mark() }
  func restart() { session.restart() }

  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) throws -> Int {
    let fingerprints = block.fingerprints
    return try session.admit(fingerprints.span, isNew: &isNew)
  }

  func finish() throws -> IdentityChange { IdentityChange(run: try session.finish()) }
}

/// Equal records of one drop are told apart by their number.
final class OccurrenceIdentity: RecordIdentity {
  private let session: OccurrenceSession

  init(_ set: IdentitySet, memory: IdentityMemory) throws {
    session = try OccurrenceSession(set, memory: memory)
  }

  func begin() { session.mark() }
  func restart() { session.restart() }

  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) throws -> Int {
    let fingerprints = block.fingerprints
    return try session.admit(fingerprints.span, isNew: &isNew)
  }

  func finish() throws -> IdentityChange { IdentityChange(run: try session.finish()) }
}

/// Every record is new.
final class NoIdentity: RecordIdentity {
  func begin() {}
  func restart() {}

  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) -> Int {
    isNew = [Bool](repeating: true, count: block.count)
    return block.count
  }

  func finish() -> IdentityChange { IdentityChange() }
}
